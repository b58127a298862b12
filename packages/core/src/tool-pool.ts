import { ChildPaused } from './child-runs.ts'
import type { ApprovalRequest, TransientEvent } from './events.ts'
import { executeTool } from './execute-tool.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import { outbox } from './outbox.ts'
import type { ReadyCall } from './prepare-call.ts'
import type { EventDraft } from './event-draft.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { LoopContext } from './run-plan.ts'

/**
 * The calls under way: as many at once as the agent allows; one that runs alone waits for those before it,
 * and those after it wait for it.
 */
export interface ToolPool {
  /** Takes the calls that may begin now off the front of `waiting`. */
  takeReady(waiting: ReadyCall[]): ReadyCall[]
  /** Begins a call; its `tool.started` is on record by now. */
  begin(ready: ReadyCall): void
  isIdle(): boolean
  /** What the running calls told; waits for something, or for a nudge. */
  take(): Promise<readonly (EventDraft | TransientEvent)[]>
  nudge(): void
  /** Calls that are not over, because their child runs wait for people. */
  readonly paused: PausedCall[]
  /** When no call runs any more. */
  settled(): Promise<unknown>
}

/** A call whose child run is to be resumed later. */
export interface PausedCall {
  readonly ready: ReadyCall
  readonly waiting: readonly ApprovalRequest[]
}

export function toolPool(context: LoopContext): ToolPool {
  const told = outbox<EventDraft | TransientEvent>()
  const running = new Map<string, { readonly ready: ReadyCall; readonly served: Promise<void> }>()
  const paused: PausedCall[] = []

  const isAlone = (): boolean => {
    for (const { ready } of running.values()) if (ready.tool.runsAlone) return true
    return false
  }

  /** Calls that answer at once never run: their results are there before anybody looks. */
  const begin = (ready: ReadyCall): void => {
    const { turn } = context.state
    const { callId } = ready.call
    const { runtime } = context.plan.agent
    const beganMs = runtime.monotonicMs()
    const end = (result: ToolResultPart | ChildPaused): void => {
      if (result instanceof ChildPaused) {
        paused.push({ ready, waiting: result.waiting })
        running.delete(callId)
        told.nudge()
      } else told.put(endedEvent(context, result, Math.round(runtime.monotonicMs() - beganMs)))
    }
    const result = executeTool(context, ready, {
      progress: (value) => told.putAndWait({ type: 'tool.progress', turn, callId, value }),
      event: told.put,
    })
    // Never rejects: `executeTool` turns every failure into a result.
    if (result instanceof Promise) running.set(callId, { ready, served: result.then(end) })
    else end(result)
  }
  return {
    takeReady(waiting) {
      if (context.signal.aborted || isAlone()) return []
      const free = context.plan.agent.parallelTools - running.size
      const barrier = waiting.findIndex((ready) => ready.tool.runsAlone)
      if (barrier === 0) return running.size === 0 ? waiting.splice(0, 1) : []
      return waiting.splice(0, barrier === -1 ? free : Math.min(free, barrier))
    },
    begin,
    isIdle: () => running.size === 0,
    async take() {
      const events = await told.take()
      for (const event of events) if (event.type === 'tool.ended') running.delete(event.callId)
      return events
    },
    nudge: told.nudge,
    paused,
    settled: () => Promise.all([...running.values()].map(({ served }) => served)),
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
