import { LogError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { EVENT_SCHEMA } from './events.ts'
import type { DurableEvent, RunEvent, RunRef, TransientEvent } from './events.ts'
import type { RunResult } from './run.ts'
import { textOf } from './messages.ts'
import { repairTranscript } from './repair-transcript.ts'
import { runLoop } from './run-loop.ts'
import type { EventDraft, LoopBatch, LoopContext, RunPlan } from './run-plan.ts'
import { applyEvent, beginState } from './run-state.ts'
import type { RunStateDraft } from './run-state.ts'
import type { Sink } from './sink.ts'

const TRANSIENT: ReadonlySet<string> = new Set<TransientEvent['type']>([
  'text.delta',
  'reasoning.delta',
  'tool.input.delta',
  'tool.progress',
])

/**
 * Drives a run for its reader: every batch of the loop gets its place in the log, is stored, folded
 * into the state and told to the sinks before the reader sees it. When the reader leaves, the run is
 * aborted, and recorded to its end all the same.
 *
 * @param abort - The run's own; aborted here when the reader leaves or the log fails.
 * @param settle - Called exactly once, with the result, after the last event was recorded.
 */
export async function* recordRun(
  plan: RunPlan,
  abort: AbortController,
  settle: (result: RunResult) => void,
): AsyncGenerator<readonly RunEvent[], void> {
  const { runtime, definition } = plan.agent
  const { instructions, failure } = await resolveInstructions(plan)
  const started: DurableEvent = { seq: 1, atMs: runtime.nowMs(), ...startedEvent(plan, instructions) }
  const state = beginState(started)
  const context: LoopContext = { plan, signal: abort.signal, state, model: definition.model }
  const loop = failure ? failedLoop(failure) : runLoop(context)
  const record = recorder(plan, state)
  let isRead = false
  try {
    yield await record.begin(started)
    for (let next = await loop.next(); !next.done; next = await loop.next())
      yield await record.take(next.value)
    isRead = true
  } catch (thrown) {
    isRead = true
    abort.abort(thrown)
    await loop.return()
    yield await record.endUnrecorded(toErrorJson(thrown, 'log.failed'))
  } finally {
    if (!isRead) {
      abort.abort('its reader left')
      await drain(loop, record)
    }
    settle(resultOf(state, record.sinkErrors))
  }
}

/** Takes the rest of an aborted run, so that its end is on record and nothing it started is left. */
async function drain(loop: AsyncGenerator<LoopBatch, void>, record: Recorder): Promise<void> {
  try {
    for (let next = await loop.next(); !next.done; next = await loop.next()) await record.take(next.value)
  } catch (thrown) {
    await loop.return()
    await record.endUnrecorded(toErrorJson(thrown, 'log.failed'))
  }
}

async function* failedLoop(error: ErrorJson): AsyncGenerator<LoopBatch, void> {
  yield [{ type: 'run.ended', stop: { reason: 'failed', error } }]
}

async function resolveInstructions(
  plan: RunPlan,
): Promise<{ instructions: string; failure: ErrorJson | null }> {
  const { instructions = '' } = plan.agent.definition
  if (typeof instructions === 'string') return { instructions, failure: null }
  try {
    const nowMs = plan.agent.runtime.nowMs()
    return { instructions: await instructions({ runId: plan.runId, nowMs }), failure: null }
  } catch (thrown) {
    return { instructions: '', failure: toErrorJson(thrown) }
  }
}

function startedEvent(plan: RunPlan, instructions: string): Extract<EventDraft, { type: 'run.started' }> {
  return {
    type: 'run.started',
    schema: EVENT_SCHEMA,
    runId: plan.runId,
    parent: plan.parent,
    agent: plan.agent.name,
    model: plan.agent.definition.model.id,
    instructions,
    tools: plan.agent.toolSpecs.map((spec) => spec.name),
    history: plan.history,
    input: plan.input,
    limits: plan.limits,
  }
}

interface Recorder {
  begin(started: DurableEvent): Promise<readonly RunEvent[]>
  /** @throws LogError when the log refused; nothing of the batch was told to anybody then. */
  take(batch: LoopBatch): Promise<readonly RunEvent[]>
  /** Ends the run for its readers when the log can not: the one event that is told but not stored. */
  endUnrecorded(error: ErrorJson): Promise<readonly RunEvent[]>
  readonly sinkErrors: readonly ErrorJson[]
}

function recorder(plan: RunPlan, state: RunStateDraft): Recorder {
  const { runtime, name: agent } = plan.agent
  const run: RunRef = { runId: plan.runId, parent: plan.parent, agent }
  const sinks: Sink[] = [...plan.sinks]
  const sinkErrors: ErrorJson[] = []

  const tell = async (events: readonly RunEvent[]): Promise<void> => {
    for (const sink of [...sinks]) {
      try {
        const written = sink.write(events, run)
        if (written) await written
      } catch (thrown) {
        sinks.splice(sinks.indexOf(sink), 1)
        sinkErrors.push(toErrorJson(thrown, 'sink.failed'))
      }
    }
  }
  const store = async (durable: DurableEvent[]): Promise<void> => {
    try {
      await plan.log.append(plan.runId, durable)
    } catch (thrown) {
      throw new LogError(...logFailure(thrown))
    }
  }
  return {
    sinkErrors,
    async begin(started) {
      await store([started])
      if (sinks.length > 0) await tell([started])
      return [started]
    },
    async take(batch) {
      const durable: DurableEvent[] = []
      const events = batch.map((event): RunEvent => {
        if (isTransient(event)) return event
        const stamped: DurableEvent = { seq: state.seq + durable.length + 1, atMs: runtime.nowMs(), ...event }
        durable.push(stamped)
        return stamped
      })
      if (durable.length > 0) await store(durable)
      for (const event of durable) applyEvent(state, event)
      if (sinks.length > 0) await tell(events)
      return events
    },
    async endUnrecorded(error) {
      const ended: DurableEvent = {
        type: 'run.ended',
        stop: { reason: 'failed', error },
        seq: state.seq + 1,
        atMs: runtime.nowMs(),
      }
      applyEvent(state, ended)
      await tell([ended])
      return [ended]
    },
  }
}

function isTransient(event: EventDraft | TransientEvent): event is TransientEvent {
  return TRANSIENT.has(event.type)
}

function logFailure(thrown: unknown): ConstructorParameters<typeof LogError> {
  const { code, message } = toErrorJson(thrown, 'log.failed')
  return [code, message, { cause: thrown }]
}

function resultOf(state: RunStateDraft, sinkErrors: readonly ErrorJson[]): RunResult {
  const { runId, usage, costMicroUsd, turn, stop } = state
  // After a failed log a turn may lack results; otherwise this changes nothing.
  const messages = repairTranscript(state.messages)
  const last = messages.findLast((message) => message.role === 'assistant')
  return {
    runId,
    text: last ? textOf(last) : '',
    messages,
    usage,
    costMicroUsd,
    steps: turn,
    stop: stop ?? {
      reason: 'failed',
      error: { code: 'internal', message: 'The run ended without an end.', retryable: false },
    },
    sinkErrors,
  }
}
