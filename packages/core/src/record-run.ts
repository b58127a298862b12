import { LogError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { EVENT_SCHEMA } from './events.ts'
import type { DurableEvent, RunEnd, RunEvent, RunStop } from './events.ts'
import { textOf } from './messages.ts'
import { chainOf } from './fallback.ts'
import { contextMeter } from './context-meter.ts'
import { outputInstructions } from './final-output.ts'
import type { Handover } from './handover.ts'
import { LogLost } from './log-lost.ts'
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
 * @param abort - The run's own; aborted here when the log fails.
 */
export async function recordRun(
  plan: RunPlan,
  abort: AbortController,
  reader: Handover<readonly RunEvent[]>,
): Promise<RunResult> {
  const lease = holdLease(plan, abort)
  const recorder = eventRecorder(plan, lease)
  let drive: Drive | null = null
  try {
    await lease.acquire()
    const begun = await beginRun(plan, recorder)
    drive = new Drive(begun.state, { plan, abort, recorder, reader })
    if (begun.events.length > 0) await reader.offer(begun.events)
    drive.stop = await drive.run(begun.failure)
  } catch (thrown) {
    const error = thrown instanceof LogLost ? thrown.cause : thrown
    abort.abort(error)
    await reader.offer(await endUnrecorded(drive, recorder, toErrorJson(error, 'log.failed')))
  } finally {
    await drive?.close()
    await lease.release()
  }
  return resultOf(plan, drive, recorder)
}

/** Who takes part in a drive. */
interface DriveParts {
  readonly plan: RunPlan
  readonly abort: AbortController
  readonly recorder: EventRecorder
  readonly reader: Handover<readonly RunEvent[]>
}

/** A run being driven: its state, and the loop that moves it. */
class Drive {
  readonly state: RunStateDraft
  stop: RunStop | null = null
  private readonly parts: DriveParts
  private readonly context: LoopContext
  private readonly stopClock: (() => void) | null
  /** The beginning of a turn on its way to the log and the reader. */
  private behind: Promise<void> | null = null

  constructor(state: RunStateDraft, parts: DriveParts) {
    this.state = state
    this.parts = parts
    this.context = loopContext(parts, state, (batch) => this.tell(batch))
    this.stopClock = limitTime(this.context, parts.abort)
  }

  /** @throws LogLost */
  run(failure: ErrorJson | null): Promise<RunStop> {
    if (this.state.stop) return Promise.resolve(this.state.stop)
    return failure ? this.endAs({ reason: 'failed', error: failure }) : runLoop(this.context)
  }

  private async endAs(stop: RunEnd): Promise<RunStop> {
    await this.tell([{ type: 'run.ended', stop }])
    return stop
  }

  async close(): Promise<void> {
    const { plan, mailbox } = this.context
    this.stopClock?.()
    if (plan.budget && this.state.stop && !this.state.parent) closePart(plan.budget, plan.runId)
    await mailbox.close()
  }

  private tell(batch: LoopBatch): Promise<void> | undefined {
    return this.behind ? this.tellBehind(this.behind, batch) : this.tellNow(batch)
  }

  private async tellBehind(behind: Promise<void>, batch: LoopBatch): Promise<void> {
    await behind
    this.behind = null
    await this.tellNow(batch)
  }

  private tellNow(batch: LoopBatch): Promise<void> | undefined {
    const recorded = this.record(batch)
    if (!(recorded instanceof Promise)) {
      return recorded.length > 0 ? this.parts.reader.offer(recorded) : undefined
    }
    const told = this.offerOnceRecorded(recorded)
    if (!isTurnStart(batch)) return told
    // A question that is asked twice harms nothing, so it need not wait for the disk.
    this.behind = told
    told.catch(() => null)
    return undefined
  }

  private record(batch: LoopBatch): readonly RunEvent[] | Promise<readonly RunEvent[]> {
    try {
      return this.parts.recorder.take(batch, this.state)
    } catch (thrown) {
      throw this.lost(thrown)
    }
  }

  private async offerOnceRecorded(recorded: Promise<readonly RunEvent[]>): Promise<void> {
    try {
      await this.parts.reader.offer(await recorded)
    } catch (thrown) {
      throw this.lost(thrown)
    }
  }

  private lost(thrown: unknown): LogLost {
    this.parts.abort.abort(thrown)
    return new LogLost(thrown)
  }
}

function loopContext(
  { plan, abort }: DriveParts,
  state: RunStateDraft,
  tell: LoopContext['tell'],
): LoopContext {
  return {
    plan,
    tell,
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

/** Ends the run for its readers when the log can not: the one event that is told but not stored. */
async function endUnrecorded(
  drive: Drive | null,
  recorder: EventRecorder,
  error: ErrorJson,
): Promise<readonly RunEvent[]> {
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
