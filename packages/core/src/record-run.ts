import { LogError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { EVENT_SCHEMA } from './events.ts'
import type { DurableEvent, RunEvent, RunStop } from './events.ts'
import { textOf } from './messages.ts'
import { chainOf } from './fallback.ts'
import { contextMeter } from './context-meter.ts'
import { outputInstructions } from './final-output.ts'
import { mailbox } from './mailbox.ts'
import type { LanguageModel } from './model.ts'
import { closePart, runBudget } from './reserve-money.ts'
import { toolsUnder } from './model-request.ts'
import { eventRecorder } from './event-recorder.ts'
import type { EventRecorder } from './event-recorder.ts'
import { repairTranscript } from './repair-transcript.ts'
import { runLoop } from './run-loop.ts'
import { holdLease } from './run-lease.ts'
import type { LoopBatch } from './event-draft.ts'
import type { LoopContext, NewRun, RunPlan } from './run-plan.ts'
import { readState } from './read-state.ts'
import { applyEvent, beginState } from './run-state.ts'
import type { RunStateDraft } from './run-state.ts'
import type { RunResult } from './run.ts'
import { ZERO_USAGE } from './usage.ts'

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
  const lease = holdLease(plan, abort)
  const recorder = eventRecorder(plan, lease)
  let drive: Drive | null = null
  let isRead = false
  try {
    await lease.acquire()
    const begun = await beginRun(plan, recorder)
    drive = new Drive(begun, loopContext(plan, begun.state, abort), recorder, abort)
    if (begun.events.length > 0) yield begun.events
    for (let batch = await drive.next(); batch; batch = await drive.next()) yield batch
    isRead = true
  } catch (thrown) {
    isRead = true
    abort.abort(thrown)
    yield await endUnrecorded(drive, recorder, toErrorJson(thrown, 'log.failed'))
  } finally {
    if (!isRead) {
      abort.abort('its reader left')
      await drain(drive, recorder)
    }
    await drive?.close()
    await lease.release()
    settle(resultOf(plan, drive, recorder))
  }
}

/** A run being driven: its state, and the loop that moves it. */
class Drive {
  readonly state: RunStateDraft
  stop: RunStop | null = null
  private readonly context: LoopContext
  private readonly recorder: EventRecorder
  private readonly loop: AsyncGenerator<LoopBatch, RunStop>
  private readonly stopClock: (() => void) | null
  private ahead: Promise<IteratorResult<LoopBatch, RunStop>> | null = null

  constructor(begun: Begun, context: LoopContext, recorder: EventRecorder, abort: AbortController) {
    this.state = begun.state
    this.context = context
    this.recorder = recorder
    this.stopClock = limitTime(context, abort)
    this.loop = loopFor(begun, context)
  }

  /** The next recorded batch; `null` at the end. @throws LogError when the log refused. */
  async next(): Promise<readonly RunEvent[] | null> {
    for (;;) {
      const step = await (this.ahead ?? this.loop.next())
      this.ahead = null
      if (step.done) {
        this.stop = step.value
        return null
      }
      const told = this.recorder.take(step.value, this.state)
      if (told instanceof Promise && isTurnStart(step.value)) {
        // A question that is asked twice harms nothing, so it need not wait for the disk.
        this.ahead = this.loop.next()
        this.ahead.catch(() => null)
      }
      const events = told instanceof Promise ? await told : told
      if (events.length > 0) return events
    }
  }

  /** Ends the loop where it stands; what it started is wound up. */
  async abandon(): Promise<void> {
    // The value is only there to please the type: an abandoned loop tells nothing more.
    await this.loop.return({ reason: 'stopped' })
  }

  async close(): Promise<void> {
    const { plan, mailbox } = this.context
    this.stopClock?.()
    if (plan.budget && this.state.stop && !this.state.parent) closePart(plan.budget, plan.runId)
    await mailbox.close()
  }
}

function loopContext(plan: RunPlan, state: RunStateDraft, abort: AbortController): LoopContext {
  return {
    plan,
    signal: abort.signal,
    state,
    mailbox: mailbox(plan.log, state, (reason) => abort.abort(reason)),
    meter: contextMeter((compaction) => toolsUnder(plan.agent, compaction), plan.agent.context.isPinned),
    budget: runBudget(plan, state),
    leftovers: [],
    model: modelInUse(plan, state),
    timeUp: null,
  }
}

/** The beginning of a turn that costs no money set aside. */
function isTurnStart(batch: LoopBatch): boolean {
  return batch.at(-1)?.type === 'turn.started'
}

/** The model that the log names, if it is one of the agent's; a run that moved on to another stays there. */
function modelInUse(plan: RunPlan, state: RunStateDraft): LanguageModel {
  const { model } = plan.agent.definition
  const chain = chainOf(model)
  return chain.find((one) => one.id === state.model) ?? chain[0] ?? model
}

/** Aborts the run when it was driven for longer than its limit. */
function limitTime(context: LoopContext, abort: AbortController): (() => void) | null {
  const { limits, activeMs } = context.state
  const { ms } = limits
  if (ms === undefined) return null
  const end = (): void => {
    if (!abort.signal.aborted) context.timeUp = { reason: 'ms', ms }
    abort.abort(`the run was driven for longer than its ${ms} ms`)
  }
  if (activeMs < ms) return context.plan.agent.runtime.setTimer(end, ms - activeMs)
  end()
  return null
}

function loopFor({ state, failure }: Begun, context: LoopContext): AsyncGenerator<LoopBatch, RunStop> {
  if (state.stop) return endedLoop(state.stop)
  return failure ? failedLoop(failure) : runLoop(context)
}

// eslint-disable-next-line require-yield -- a run that has ended tells nothing more, but its stop
async function* endedLoop(stop: RunStop): AsyncGenerator<LoopBatch, RunStop> {
  return stop
}

async function* failedLoop(error: ErrorJson): AsyncGenerator<LoopBatch, RunStop> {
  const stop: RunStop = { reason: 'failed', error }
  yield [{ type: 'run.ended', stop }]
  return stop
}

/** Takes the rest of an aborted run, so that its end is on record and nothing it started is left. */
async function drain(drive: Drive | null, recorder: EventRecorder): Promise<void> {
  try {
    while (await drive?.next());
  } catch (thrown) {
    await endUnrecorded(drive, recorder, toErrorJson(thrown, 'log.failed'))
  }
}

/** Ends the run for its readers when the log can not: the one event that is told but not stored. */
async function endUnrecorded(
  drive: Drive | null,
  recorder: EventRecorder,
  error: ErrorJson,
): Promise<readonly RunEvent[]> {
  await drive?.abandon()
  const stop: RunStop = { reason: 'failed', error }
  const ended = recorder.stamp({ type: 'run.ended', stop }, recorder.storedSeq + 1)
  if (drive) {
    drive.stop = stop
    // What was folded and then refused was told to nobody, so the end follows what was told.
    drive.state.seq = recorder.storedSeq
    applyEvent(drive.state, ended)
  }
  recorder.failure = error
  await recorder.tell([ended])
  return [ended]
}

/** Where a drive begins. */
interface Begun {
  readonly state: RunStateDraft
  /** What was recorded to begin; empty for a run that has ended. */
  readonly events: readonly DurableEvent[]
  /** Why the run can only be ended: its instructions could not be made. */
  readonly failure: ErrorJson | null
}

async function beginRun(plan: RunPlan, recorder: EventRecorder): Promise<Begun> {
  if (plan.begin !== 'resume') return beginNew(plan, plan.begin, recorder)
  const state = await foldLog(plan)
  recorder.belongsTo(state.parent)
  if (state.stop) return { state, events: [], failure: null }
  const resumed = recorder.stamp({ type: 'run.resumed' }, state.seq + 1)
  await recorder.store([resumed])
  applyEvent(state, resumed)
  await recorder.tell([resumed])
  return { state, events: [resumed], failure: null }
}

async function beginNew(plan: RunPlan, begin: NewRun, recorder: EventRecorder): Promise<Begun> {
  const { instructions, failure } = await resolveInstructions(plan, begin)
  const started = recorder.stamp(
    {
      type: 'run.started',
      schema: EVENT_SCHEMA,
      runId: plan.runId,
      parent: plan.parent,
      agent: plan.agent.name,
      model: plan.agent.definition.model.id,
      instructions,
      tools: plan.agent.toolSpecs.map((spec) => spec.name),
      ...begin,
    },
    1,
  )
  await recorder.store([started])
  await recorder.tell([started])
  return { state: beginState(started), events: [started], failure }
}

async function foldLog(plan: RunPlan): Promise<RunStateDraft> {
  const state = await readState(plan.log, plan.runId)
  if (state) return state
  throw new LogError(
    'run.unknown',
    `The log has no run ${plan.runId}; check the id and which log it was written to.`,
  )
}

async function resolveInstructions(
  plan: RunPlan,
  { input, history }: NewRun,
): Promise<{ instructions: string; failure: ErrorJson | null }> {
  const { instructions = '' } = plan.agent.definition
  if (typeof instructions === 'string') return { instructions: withOutput(plan, instructions), failure: null }
  try {
    const nowMs = plan.agent.runtime.nowMs()
    const made = await instructions({ runId: plan.runId, nowMs, input, history })
    return { instructions: withOutput(plan, made), failure: null }
  } catch (thrown) {
    return { instructions: '', failure: toErrorJson(thrown) }
  }
}

function withOutput(plan: RunPlan, instructions: string): string {
  const { output } = plan.agent
  const how = output ? outputInstructions(output.strategy, output.schema) : ''
  return [instructions, how].filter((text) => text !== '').join('\n\n')
}

function resultOf(plan: RunPlan, drive: Drive | null, recorder: EventRecorder): RunResult {
  const state = drive?.state
  const stop = drive?.stop ?? {
    reason: 'failed',
    error: recorder.failure ?? toErrorJson('The run ended without an end.'),
  }
  // A paused run has calls without results, which resuming answers; after a failed log they are closed here.
  const messages =
    stop.reason === 'approval' ? [...(state?.messages ?? [])] : repairTranscript(state?.messages ?? [])
  const last = messages.findLast((message) => message.role === 'assistant')
  return {
    runId: plan.runId,
    text: last ? textOf(last) : '',
    messages,
    usage: state?.usage ?? ZERO_USAGE,
    costMicroUsd: state ? state.costMicroUsd : 0,
    ...(state?.output ? { output: state.output.value, outputBy: state.output.by } : {}),
    steps: state?.turn ?? 0,
    stop,
    sinkErrors: recorder.sinkErrors,
  }
}
