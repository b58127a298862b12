import { abortable } from './abortable.ts'
import type { EventDraft } from './event-draft.ts'
import type { ApprovalRequest } from './events.ts'
import { answerKey } from './letters.ts'
import type { ToolCallPart } from './messages.ts'
import { deniedResult, prepareCall } from './prepare-call.ts'
import type { AskedAction, PreparedCall, ReadyCall } from './prepare-call.ts'
import type { LoopContext } from './run-plan.ts'
import { endedEvent, interruptedEvents } from './tool-pool.ts'

/** The calls of a turn that are not over. */
export interface OpenCalls {
  /** May begin as soon as there is room. */
  readonly waiting: ReadyCall[]
  /** A person must allow them first; by call id. */
  readonly asking: Map<string, ReadyCall>
}

/** Sorts the calls: answered without running, ready, or to be asked for; tells the first and the last kind. */
export function lookAt(
  context: LoopContext,
  calls: readonly ToolCallPart[],
  open: OpenCalls,
): Promise<void> | undefined {
  const looked = lookedAt(context, calls)
  if (!(looked instanceof Promise)) return sortCalls(context, looked, open)
  return looked.then((found) =>
    found ? sortCalls(context, found, open) : context.tell(interruptedEvents(context, calls)),
  )
}

function sortCalls(
  context: LoopContext,
  looked: readonly PreparedCall[],
  open: OpenCalls,
): Promise<void> | undefined {
  const told: EventDraft[] = []
  for (const prepared of looked) {
    if ('result' in prepared) told.push(endedEvent(context, prepared.result))
    else if (prepared.ask === null) open.waiting.push(prepared.ready)
    else {
      const { callId } = prepared.ready.call
      open.asking.set(callId, prepared.ready)
      // Only the very same action needs no second question: the tool may have changed meanwhile.
      if (context.state.requests.get(callId)?.hash === prepared.ask.hash) continue
      told.push(requestedEvent(context, prepared.ready, prepared.ask))
    }
  }
  return told.length > 0 ? context.tell(told) : undefined
}

/** @returns `null` when the run was aborted: what judges the calls is not ours, and may take for ever. */
function lookedAt(
  context: LoopContext,
  calls: readonly ToolCallPart[],
): readonly PreparedCall[] | Promise<readonly PreparedCall[] | null> {
  const looking = calls.map((call) => prepareCall(context, call))
  const isReady = (prepared: PreparedCall | Promise<PreparedCall>): prepared is PreparedCall =>
    !(prepared instanceof Promise)
  if (looking.every(isReady)) return looking
  // Looking itself never fails.
  const all = Promise.all(looking.map((prepared) => Promise.resolve(prepared)))
  return abortable(all, context.signal).catch(() => null)
}

function requestedEvent(context: LoopContext, { call, tool }: ReadyCall, ask: AskedAction): EventDraft {
  const { agent, approvalTtlMs, runId } = context.plan
  return {
    type: 'approval.requested',
    turn: context.state.turn,
    request: {
      runId,
      approvalId: agent.runtime.newId('approval'),
      callId: call.callId,
      tool: tool.name,
      input: ask.input,
      hash: ask.hash,
      reason: ask.reason,
      expiresAtMs: approvalTtlMs === null ? null : agent.runtime.nowMs() + approvalTtlMs,
    },
  }
}

/** Takes the mail, and moves on the calls that were answered or whose time is over. */
export async function readAnswers(context: LoopContext, { waiting, asking }: OpenCalls): Promise<void> {
  const letters = await context.mailbox.take()
  if (letters.length > 0) await context.tell(letters)
  const denied: EventDraft[] = []
  for (const [callId, ready] of asking) {
    const request = context.state.requests.get(callId)
    const verdict = request ? answerTo(context, request) : null
    if (verdict === null) continue
    asking.delete(callId)
    if (verdict === 'run') waiting.push(ready)
    else denied.push(endedEvent(context, deniedResult(ready.call, verdict.deny)))
  }
  if (denied.length > 0) await context.tell(denied)
}

/** @returns `null` while nobody has answered and there is time. */
function answerTo(context: LoopContext, request: ApprovalRequest): 'run' | { readonly deny: string } | null {
  const given = context.state.answers.get(answerKey(request))
  const { expiresAtMs } = request
  if (given?.decision === 'deny') {
    return { deny: `${given.by} said no${given.reason === undefined ? '' : `: ${given.reason}`}` }
  }
  if (given && (expiresAtMs === null || given.givenAtMs < expiresAtMs)) return 'run'
  const isExpired = expiresAtMs !== null && expiresAtMs <= context.plan.agent.runtime.nowMs()
  return given || isExpired ? { deny: 'nobody answered in time' } : null
}

/** The requests that nobody has answered yet. */
export function requestsOf(context: LoopContext, { asking }: OpenCalls): ApprovalRequest[] {
  return [...asking.keys()].flatMap((callId) => context.state.requests.get(callId) ?? [])
}

/** Wakes when the first request expires. @returns A function that forgets it; `null` when none ever does. */
export function wakeAtExpiry(context: LoopContext, open: OpenCalls, wake: () => void): (() => void) | null {
  const { runtime } = context.plan.agent
  const times = requestsOf(context, open).flatMap(({ expiresAtMs }) => expiresAtMs ?? [])
  return times.length === 0 ? null : runtime.setTimer(wake, Math.max(0, Math.min(...times) - runtime.nowMs()))
}
