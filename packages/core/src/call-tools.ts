import { actionHash } from './approvals.ts'
import type { ApprovalRequest } from './events.ts'
import type { ToolCallPart } from './messages.ts'
import { answerKey } from './letters.ts'
import { deniedResult, failedResult, prepareCall } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { endedEvent, toolPool } from './tool-pool.ts'
import { toJsonValue } from './tool.ts'

/** Calls that a person must allow first, by call id. */
type Asking = Map<string, ReadyCall>

/**
 * Serves the calls of a turn and tells progress and results as they come. Calls that need a person are
 * asked for first; the others begin meanwhile. After an abort nothing new begins; every call still gets
 * its one result.
 *
 * @returns The requests nobody has answered yet, when the run is to pause for them; else none.
 */
export async function* callTools(
  context: LoopContext,
  calls: readonly ToolCallPart[],
): AsyncGenerator<LoopBatch, readonly ApprovalRequest[]> {
  const waiting: ReadyCall[] = []
  const asking: Asking = new Map()
  yield* lookAt(context, calls, { waiting, asking })
  const pool = toolPool(context)
  context.mailbox.listen(pool.nudge)
  context.signal.addEventListener('abort', pool.nudge)
  try {
    for (;;) {
      yield* readAnswers(context, waiting, asking)
      if (context.signal.aborted) {
        yield* interruptAll(context, [...waiting.splice(0), ...asking.values()])
        asking.clear()
      }
      const ready = pool.takeReady(waiting)
      if (ready.length > 0) {
        const fresh = ready.filter((call) => !call.isRepeat)
        if (fresh.length > 0) yield fresh.map((call) => startedEvent(context, call))
        for (const call of ready) pool.begin(call)
      } else if (pool.isIdle() && mustLeave(context, asking)) {
        return [...requestsOf(context, asking), ...pool.pausedFor]
      }
      const forgetExpiry = pool.isIdle() ? expireLater(context, asking, pool.nudge) : null
      const events = await pool.take()
      forgetExpiry?.()
      if (events.length > 0) yield events
    }
  } finally {
    context.mailbox.listen(null)
    context.signal.removeEventListener('abort', pool.nudge)
    // Only a failed log leaves early; the run's signal is aborted then, so this wait is short.
    await pool.settled()
  }
}

/** True when nothing is left to do here: all calls are answered, or only people can go on and the run is to pause. */
function mustLeave(context: LoopContext, asking: Asking): boolean {
  return asking.size === 0 || context.plan.approvals === 'pause'
}

function requestsOf(context: LoopContext, asking: Asking): ApprovalRequest[] {
  return [...asking.keys()].flatMap((callId) => context.state.requests.get(callId) ?? [])
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

/** Sorts the calls: answered without running, ready, or to be asked for; tells the first and the last kind. */
async function* lookAt(
  context: LoopContext,
  calls: readonly ToolCallPart[],
  into: { readonly waiting: ReadyCall[]; readonly asking: Asking },
): AsyncGenerator<LoopBatch, void> {
  const told: EventDraft[] = []
  for (const prepared of await Promise.all(calls.map((call) => prepareCall(context, call)))) {
    if ('result' in prepared) told.push(endedEvent(context, prepared.result))
    else if (prepared.ask === null) into.waiting.push(prepared.ready)
    else {
      into.asking.set(prepared.ready.call.callId, prepared.ready)
      if (context.state.requests.has(prepared.ready.call.callId)) continue
      told.push(await requestedEvent(context, prepared.ready, prepared.ask))
    }
  }
  if (told.length > 0) yield told
}

/** Takes the mail, and moves on the calls that were answered or whose time is over. */
async function* readAnswers(
  context: LoopContext,
  waiting: ReadyCall[],
  asking: Asking,
): AsyncGenerator<LoopBatch, void> {
  const letters = await context.mailbox.take()
  if (letters.length > 0) yield letters
  const denied: EventDraft[] = []
  for (const [callId, ready] of asking) {
    const request = context.state.requests.get(callId)
    const answer = request && context.state.answers.get(answerKey(request))
    const isExpired =
      request?.expiresAtMs != null && request.expiresAtMs <= context.plan.agent.runtime.nowMs()
    if (answer?.decision === 'allow' && !isExpired) waiting.push(ready)
    else if (answer?.decision === 'deny')
      denied.push(
        endedEvent(
          context,
          deniedResult(
            ready.call,
            `${answer.by} said no${answer.reason === undefined ? '' : `: ${answer.reason}`}`,
          ),
        ),
      )
    else if (isExpired) denied.push(endedEvent(context, deniedResult(ready.call, 'nobody answered in time')))
    else continue
    asking.delete(callId)
  }
  if (denied.length > 0) yield denied
}

function expireLater(context: LoopContext, asking: Asking, wake: () => void): (() => void) | null {
  const { runtime } = context.plan.agent
  const times = [...asking.keys()].flatMap((callId) => context.state.requests.get(callId)?.expiresAtMs ?? [])
  return times.length === 0 ? null : runtime.setTimer(wake, Math.max(0, Math.min(...times) - runtime.nowMs()))
}

function* interruptAll(context: LoopContext, calls: readonly ReadyCall[]): Generator<LoopBatch, void> {
  if (calls.length === 0) return
  yield calls.map(({ call }) =>
    endedEvent(context, interruptedResult(call, 'the run was aborted before it began')),
  )
}

function startedEvent(context: LoopContext, { call, tool }: ReadyCall): EventDraft {
  const { callId, name, input } = call
  return { type: 'tool.started', turn: context.state.turn, callId, name, input, effect: tool.effect }
}

async function requestedEvent(
  context: LoopContext,
  { call, tool, input }: ReadyCall,
  reason: string,
): Promise<EventDraft> {
  const { agent, approvalTtlMs } = context.plan
  const action = toJsonValue(input)
  return {
    type: 'approval.requested',
    turn: context.state.turn,
    request: {
      runId: context.plan.runId,
      approvalId: agent.runtime.newId('approval'),
      callId: call.callId,
      tool: tool.name,
      input: action,
      hash: await actionHash(tool.name, action),
      reason,
      expiresAtMs: approvalTtlMs === null ? null : agent.runtime.nowMs() + approvalTtlMs,
    },
  }
}
