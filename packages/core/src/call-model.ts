import { ABORTED } from './abortable.ts'
import { answerBuilder } from './answer-builder.ts'
import type { AnswerBuilder } from './answer-builder.ts'
import { ModelError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { weakTurns } from './escalation.ts'
import { isChain } from './fallback.ts'
import { nextInChain, stepAfterFailure } from './failure-policy.ts'
import type { FailedAttempt, FailureStep } from './failure-policy.ts'
import { compactAfterOverflow, compactWhenFull, hasWindow } from './fit-context.ts'
import { HookFailure } from './hooks.ts'
import { LogLost } from './log-lost.ts'
import type { AssistantMessage } from './messages.ts'
import type { LanguageModel, ModelRequest } from './model.ts'
import { messageOfHooks, requestFor } from './model-request.ts'
import { reserveMoney } from './reserve-money.ts'
import type { Hold } from './reserve-money.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { sleep } from './runtime.ts'
import { streamOnce } from './stream-once.ts'
import { costMicroUsd } from './usage.ts'

/**
 * Takes one turn of the model: makes room, sets money aside, streams the answer, repeats failed attempts
 * as the retry policy, `onError` and the model's chain say, and ends with the whole message and its usage.
 *
 * @throws AgentError The last attempt's error, after what was heard of it was kept as an incomplete
 *   message. {@link ABORTED} when the run was aborted. EndRun when a limit is reached.
 */
export async function callModel(context: LoopContext, turn: number): Promise<void> {
  const opening = prepareTurn(context, turn)
  if (opening.length > 0) await context.tell(opening)
  const tries: Tries = { attempt: 1, mayCompact: true }
  for (;;) {
    const compacted = tries.attempt === 1 && hasWindow(context) ? await compactWhenFull(context, turn) : null
    if (compacted) await context.tell([compacted])
    const hold = context.budget ? await reserveMoney(context) : null
    const attempt = newAttempt(context, turn, hold)
    // All in one function: a run spends nearly all of its life here, and is to hold as little as it can.
    try {
      const begun = openingOf(context, attempt)
      if (begun.length > 0) await context.tell(begun)
      const request = bounded(await requestFor(context, hold?.maxOutputTokens), hold)
      attempt.isAsked = true
      await streamOnce(context, request, attempt.answer)
      attempt.paid = settled(context, attempt)
      return await context.tell([...(await completeTurn(context, attempt)), ...attempt.paid])
    } catch (thrown) {
      if (thrown instanceof LogLost) throw thrown
      await afterFailure(context, tries, attempt, thrown)
    } finally {
      // Left in the middle, because the log failed: the money must not stay set aside.
      hold?.reservation.settle(attempt.isAsked ? hold.reservation.microUsd : 0)
    }
  }
}

/** The attempts at a turn so far. */
interface Tries {
  /** From 1; counts anew for each model. */
  attempt: number
  mayCompact: boolean
}

/** Makes room, waits or moves on to another model, so that the turn can be tried again. @throws What the run ends with. */
async function afterFailure(
  context: LoopContext,
  tries: Tries,
  attempt: Attempt,
  thrown: unknown,
): Promise<void> {
  const { turn, answer } = attempt
  const paid = attempt.paid ?? settled(context, attempt)
  if (paid.length > 0) await context.tell(paid)
  if (thrown instanceof HookFailure) {
    keepPartial(context, turn, answer)
    throw thrown.cause
  }
  const error = toErrorJson(thrown === ABORTED ? 'the run was aborted' : thrown)
  const failed = { turn, attempt: tries.attempt, error }
  const freed = tries.mayCompact ? await roomAfterOverflow(context, failed) : null
  if (freed) {
    tries.mayCompact = false
    tries.attempt++
    await context.tell([freed, ...resetEvents(turn, answer)])
    return
  }
  const step = await decide(context, failed, answer)
  if (step === 'stop') {
    keepPartial(context, turn, answer)
    throw thrown
  }
  await context.tell([failureEvent(context, failed, step), ...resetEvents(turn, answer)])
  if (step.model) context.model = step.model
  tries.attempt = step.model ? 1 : tries.attempt + 1
  await sleep(context.plan.agent.runtime, step.delayMs, context.signal)
  if (context.signal.aborted) throw ABORTED
}

async function decide(
  context: LoopContext,
  failed: FailedAttempt,
  answer: AnswerBuilder,
): Promise<FailureStep> {
  try {
    return context.signal.aborted ? 'stop' : await stepAfterFailure(context, failed)
  } catch (bug) {
    keepPartial(context, failed.turn, answer)
    throw bug
  }
}

/** The model may change before the turn; a turn that a crash cut off is reset. */
function prepareTurn(context: LoopContext, turn: number): EventDraft[] {
  const { id } = context.model
  const opening: EventDraft[] = []
  // An agent that was changed since the log was written.
  if (context.state.model !== id) {
    opening.push(switched(turn, context.state.model, id, 'The agent that resumed the run has another model.'))
  }
  const stronger = escalation(context)
  if (stronger) {
    opening.push(switched(turn, id, stronger.id, `${id} failed several turns in a row.`))
    context.model = stronger
  }
  // A driver before this one may have told deltas of it.
  if (context.state.turn === turn) opening.push({ type: 'turn.reset', turn, discarded: [] })
  return opening
}

function switched(turn: number, from: string, to: string, why: string): EventDraft {
  const error: ErrorJson = { code: 'model.bad_response', message: why, retryable: false }
  return { type: 'model.switched', turn, from, to, error }
}

function escalation(context: LoopContext): LanguageModel | null {
  const { model } = context.plan.agent.definition
  if (!isChain(model) || weakTurns(context.state) < model.fallback.escalateAfter) return null
  return nextInChain(context)
}

/** One attempt at a turn. */
interface Attempt {
  readonly turn: number
  readonly answer: AnswerBuilder
  readonly hold: Hold | null
  /** Whether the provider was asked, so that it may have cost something. */
  isAsked: boolean
  /** What is to be told of its cost; `null` while it is not known. */
  paid: readonly EventDraft[] | null
}

function newAttempt(context: LoopContext, turn: number, hold: Hold | null): Attempt {
  const answer = answerBuilder(turn, context.plan.agent.runtime)
  return { turn, answer, hold, isAsked: false, paid: null }
}

/** A turn begins once, however many attempts it takes. */
function openingOf({ state, model }: LoopContext, { turn, hold }: Attempt): EventDraft[] {
  const opening: EventDraft[] = state.turn === turn ? [] : [{ type: 'turn.started', turn, model: model.id }]
  if (hold) opening.push({ type: 'budget.reserved', turn, microUsd: hold.reservation.microUsd })
  return opening
}

/** A hook may ask for a shorter answer than was paid for, not for a longer one. */
function bounded(request: ModelRequest, hold: Hold | null): ModelRequest {
  const asked = request.maxOutputTokens ?? Infinity
  return hold && asked > hold.maxOutputTokens
    ? { ...request, maxOutputTokens: hold.maxOutputTokens }
    : request
}

/** What a whole answer comes to; a promise only where hooks are asked. */
function completeTurn(
  context: LoopContext,
  { turn, answer }: Attempt,
): readonly EventDraft[] | Promise<readonly EventDraft[]> {
  const { end } = answer
  const { id, info } = context.model
  if (!end) {
    throw new ModelError('model.interrupted', `The answer of ${id} broke off before its end.`, {
      retryable: true,
    })
  }
  const content = answer.content()
  const ended: EventDraft = {
    type: 'turn.ended',
    turn,
    finish: end.reason,
    usage: end.usage,
    costMicroUsd: costMicroUsd(end.usage, info.price),
  }
  if (content.length === 0) return [ended]
  const message: AssistantMessage = { role: 'assistant', content, model: id }
  const { hooks } = context.plan.agent.definition
  if (!hooks) return [{ type: 'message.added', turn, message }, ended]
  return messageOfHooks(context, hooks, message).then((said) =>
    said.content.length === 0 ? [ended] : [{ type: 'message.added', turn, message: said }, ended],
  )
}

/** What the attempt cost: as reported; nothing when nothing came of it; else, not knowing, all that was set aside. */
function settled(context: LoopContext, { turn, answer, hold }: Attempt): EventDraft[] {
  if (!hold) return []
  const { microUsd } = hold.reservation
  const known = costMicroUsd(answer.end?.usage ?? null, context.model.info.price)
  const actual = known ?? (answer.end || answer.content().length > 0 ? microUsd : 0)
  hold.reservation.settle(actual)
  return [{ type: 'budget.settled', turn, reservedMicroUsd: microUsd, microUsd: actual }]
}

async function roomAfterOverflow(
  context: LoopContext,
  { turn, error }: FailedAttempt,
): Promise<EventDraft | null> {
  if (error.code !== 'model.context_overflow' || context.signal.aborted) return null
  return compactAfterOverflow(context, turn)
}

/** What was heard stays in the transcript, marked; calls of a broken answer may be half and are left out. */
function keepPartial(context: LoopContext, turn: number, answer: AnswerBuilder): void {
  const content = answer.content().filter((part) => part.type === 'text' || part.type === 'reasoning')
  if (content.length === 0) return
  const message: AssistantMessage = { role: 'assistant', content, model: context.model.id, incomplete: true }
  context.leftovers.push({ type: 'message.added', turn, message })
}

function failureEvent(
  context: LoopContext,
  failed: FailedAttempt,
  step: Exclude<FailureStep, 'stop'>,
): EventDraft {
  const { turn, attempt, error } = failed
  const { delayMs, model } = step
  return model
    ? { type: 'model.switched', turn, from: context.model.id, to: model.id, error }
    : { type: 'model.retried', turn, attempt, delayMs, error }
}

function resetEvents(turn: number, answer: AnswerBuilder): EventDraft[] {
  return answer.wasHeard ? [{ type: 'turn.reset', turn, discarded: answer.content() }] : []
}
