import { ChildPaused } from './child-runs.ts'
import type { ApprovalRequest, TransientEvent } from './events.ts'
import { executeTool } from './execute-tool.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import type { ReadyCall } from './prepare-call.ts'
import type { EventDraft } from './event-draft.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { LoopContext } from './run-plan.ts'

type Told = EventDraft | TransientEvent

/** A call under way. */
interface RunningCall {
  readonly ready: ReadyCall
  readonly served: Promise<void>
}

/** A call whose child run is to be resumed later. */
export interface PausedCall {
  readonly ready: ReadyCall
  readonly waiting: readonly ApprovalRequest[]
}

/**
 * The calls under way: as many at once as the agent allows; one that runs alone waits for those before it,
 * and those after it wait for it. Calls that answer at once cost no promise.
 */
export class ToolPool {
  /** Calls that are not over, because their child runs wait for people. */
  readonly paused: PausedCall[] = []
  private readonly context: LoopContext
  private running: readonly RunningCall[] = []
  private told: Told[] = []
  /** Resolves once all that was told is taken; made for the first who waits. */
  private taken: PromiseWithResolvers<void> | null = null
  private wakeTaker: (() => void) | null = null
  private isNudged = false
  private isListening = false

  constructor(context: LoopContext) {
    this.context = context
  }

  /** Takes the calls that may begin now off the front of `waiting`. */
  takeReady(waiting: ReadyCall[]): ReadyCall[] {
    if (waiting.length === 0 || this.context.signal.aborted || this.isAlone()) return []
    const free = this.context.plan.agent.parallelTools - this.running.length
    const barrier = waiting.findIndex((ready) => ready.tool.runsAlone)
    if (barrier === 0) return this.isIdle() ? waiting.splice(0, 1) : []
    return waiting.splice(0, barrier === -1 ? free : Math.min(free, barrier))
  }

  /** Begins a call; its `tool.started` is on record by now. */
  begin(ready: ReadyCall): void {
    const { plan, state } = this.context
    const { callId } = ready.call
    const beganMs = plan.agent.runtime.monotonicMs()
    const result = executeTool(this.context, ready, {
      progress: (value) => this.putAndWait({ type: 'tool.progress', turn: state.turn, callId, value }),
      event: (event) => this.put(event),
    })
    if (!(result instanceof Promise)) return this.end(ready, result, beganMs)
    // Never rejects: `executeTool` turns every failure into a result.
    const served = result.then((ended) => this.end(ready, ended, beganMs))
    this.running = [...this.running, { ready, served }]
  }

  isIdle(): boolean {
    return this.running.length === 0
  }

  /** What the calls told. Waits for the first of it, for mail, an abort, or a nudge. One taker at a time. */
  async take(): Promise<readonly Told[]> {
    if (this.told.length === 0) await this.somethingToTake()
    const { told, taken } = this
    this.told = []
    this.taken = null
    this.isNudged = false
    for (const event of told) if (event.type === 'tool.ended') this.forget(event.callId)
    taken?.resolve()
    return told
  }

  /** Lets a waiting `take` return with nothing, so that its caller looks around. */
  readonly nudge = (): void => {
    this.isNudged = true
    this.wakeTaker?.()
  }

  /** Waits until no call runs any more. */
  async close(): Promise<void> {
    if (this.isListening) {
      this.context.mailbox.listen(null)
      this.context.signal.removeEventListener('abort', this.nudge)
    }
    if (!this.isIdle()) await Promise.all(this.running.map(({ served }) => served))
  }

  private end(ready: ReadyCall, result: ToolResultPart | ChildPaused, beganMs: number): void {
    if (result instanceof ChildPaused) {
      this.paused.push({ ready, waiting: result.waiting })
      this.forget(ready.call.callId)
      this.nudge()
    } else {
      const durationMs = this.context.plan.agent.runtime.monotonicMs() - beganMs
      this.put(endedEvent(this.context, result, Math.round(durationMs)))
    }
  }

  private put(event: Told): void {
    this.told.push(event)
    this.wakeTaker?.()
  }

  /** Resolves once the event was taken, so that a fast tool waits for a slow reader. */
  private putAndWait(event: Told): Promise<void> {
    this.put(event)
    this.taken ??= Promise.withResolvers()
    return this.taken.promise
  }

  private forget(callId: string): void {
    if (!this.isIdle()) this.running = this.running.filter(({ ready }) => ready.call.callId !== callId)
  }

  private isAlone(): boolean {
    return this.running.some(({ ready }) => ready.tool.runsAlone)
  }

  private async somethingToTake(): Promise<void> {
    this.listen()
    if (this.isNudged) return
    await new Promise<void>((resolve) => (this.wakeTaker = resolve))
    this.wakeTaker = null
  }

  /** Not before there is something to wait for: most calls are over before that. */
  private listen(): void {
    if (this.isListening) return
    this.isListening = true
    const { mailbox, signal } = this.context
    mailbox.listen(this.nudge)
    signal.addEventListener('abort', this.nudge)
    if (signal.aborted || mailbox.mayHaveMail) this.nudge()
  }
}

export function endedEvent(context: LoopContext, result: ToolResultPart, durationMs = 0): EventDraft {
  return { type: 'tool.ended', turn: context.state.turn, callId: result.callId, result, durationMs }
}

/** The results of calls that an abort kept from being run. */
export function interruptedEvents(context: LoopContext, calls: readonly ToolCallPart[]): EventDraft[] {
  return calls.map((call) =>
    endedEvent(context, interruptedResult(call, 'the run was aborted before it began')),
  )
}
