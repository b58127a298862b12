import { lookAt, readAnswers, requestsOf, wakeAtExpiry } from './asked-calls.ts'
import type { OpenCalls } from './asked-calls.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
import type { ApprovalRequest } from './events.ts'
import type { ToolCallPart } from './messages.ts'
import { failedResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import type { LoopContext } from './run-plan.ts'
import { ToolPool, endedEvent, interruptedEvents } from './tool-pool.ts'

/**
 * Serves the calls of a turn and tells progress and results as they come. Calls that need a person are
 * asked for first; the others begin meanwhile. After an abort nothing new begins; every call still gets
 * its one result.
 *
 * @returns The requests nobody has answered yet, when the run is to pause for them; else none.
 */
export async function callTools(
  context: LoopContext,
  calls: readonly ToolCallPart[],
): Promise<readonly ApprovalRequest[]> {
  const open: OpenCalls = { waiting: [], asking: new Map() }
  await lookAt(context, calls, open)
  const pool = new ToolPool(context)
  try {
    for (;;) {
      if (context.mailbox.mayHaveMail || open.asking.size > 0) await readAnswers(context, open)
      const interrupted = context.signal.aborted ? takeUnbegun(open, pool) : []
      if (interrupted.length > 0) await context.tell(interruptedEvents(context, interrupted))
      const ready = pool.takeReady(open.waiting)
      if (ready.length > 0) {
        const fresh = ready.filter((call) => !call.isRepeat)
        if (fresh.length > 0) await context.tell(fresh.map((call) => startedEvent(context, call)))
        for (const call of ready) pool.begin(call)
      } else if (pool.isIdle() && mustLeave(context, open)) {
        return [...requestsOf(context, open), ...pool.paused.flatMap(({ waiting }) => waiting)]
      }
      const forgetExpiry = pool.isIdle() ? wakeAtExpiry(context, open, pool.nudge) : null
      const events = await pool.take()
      forgetExpiry?.()
      if (events.length > 0) await context.tell(events)
    }
  } finally {
    // Only a failed log leaves early; the run's signal is aborted then, so this wait is short.
    await pool.close()
  }
}

/** True when nothing is left to do here: all calls are answered, or only people can go on and the run is to pause. */
function mustLeave(context: LoopContext, { asking }: OpenCalls): boolean {
  return asking.size === 0 || context.plan.approvals === 'pause'
}

/** What will not run any more after an abort. */
function takeUnbegun({ waiting, asking }: OpenCalls, pool: ToolPool): ToolCallPart[] {
  const unbegun = [...waiting, ...asking.values(), ...pool.paused.map(({ ready }) => ready)]
  waiting.length = 0
  asking.clear()
  pool.paused.length = 0
  return unbegun.map(({ call }) => call)
}

/** Answers calls that a limit keeps from being run. */
export function refuseCalls(
  context: LoopContext,
  calls: readonly ToolCallPart[],
  code: 'tool.limit' | 'tool.repeated',
): LoopBatch {
  const why =
    code === 'tool.limit'
      ? 'The call was not run: this run may make no more tool calls.'
      : 'The call was not run: you have made this very call several times in a row, and its result will not change. Do something else, or answer.'
  return calls.map((call) => endedEvent(context, failedResult(call, 'denied', code, why)))
}

function startedEvent(context: LoopContext, { call, tool }: ReadyCall): EventDraft {
  const { callId, name, input } = call
  return { type: 'tool.started', turn: context.state.turn, callId, name, input, effect: tool.effect }
}
