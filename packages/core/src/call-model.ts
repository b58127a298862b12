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
  let mayCompact = true
  for (let attempt = 1; ; attempt++) {
    const compacted = attempt === 1 && hasWindow(context) ? await compactWhenFull(context, turn) : null
    if (compacted) await context.tell([compacted])
    const hold = context.budget ? await reserveMoney(context) : null
    const answer = answerBuilder(turn, context.plan.agent.runtime)
    const thrown = await attemptTurn(context, { turn, answer, hold })
    if (thrown === null) return
    if (thrown instanceof HookFailure) {
      keepPartial(context, turn, answer)
      throw thrown.cause
    }
    const failed = { turn, attempt, error: toErrorJson(thrown === ABORTED ? 'the run was aborted' : thrown) }
    const freed = mayCompact ? await roomAfterOverflow(context, failed) : null
    if (freed) {
      mayCompact = false
      await context.tell([freed, ...resetEvents(turn, answer)])
      continue
    }
    const step = await decide(context, failed, answer)
    if (step === 'stop') {
      keepPartial(context, turn, answer)
      throw thrown
    }
    await context.tell([failureEvent(context, failed, step), ...resetEvents(turn, answer)])
    if (step.model) {
      context.model = step.model
      attempt = 0
    }
    await sleep(context.plan.agent.runtime, step.delayMs, context.signal)
    if (context.signal.aborted) throw ABORTED
  }
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
}

/** Tells the attempt as it comes. @returns What was thrown, or `null` when the turn is complete. */
async function attemptTurn(context: LoopContext, attempt: Attempt): Promise<unknown> {
  const { answer, hold } = attempt
  const { signal, plan } = context
  let isAsked = false
  let paid: EventDraft[] | null = null
  try {
    const opening = openingOf(context, attempt)
    if (opening.length > 0) await context.tell(opening)
    const request = bounded(await requestFor(context, hold?.maxOutputTokens), hold)
    isAsked = true
    await streamOnce({
      model: context.model,
      request,
      signal,
      runtime: plan.agent.runtime,
      hear(batch) {
        const heard = answer.take(batch)
        return heard.length > 0 ? context.tell(heard) : undefined
      },
    })
    paid = settled(context, attempt)
    await context.tell([...(await completeTurn(context, attempt)), ...paid])
    return null
  } catch (thrown) {
    if (thrown instanceof LogLost) throw thrown
    paid ??= settled(context, attempt)
    if (paid.length > 0) await context.tell(paid)
    return thrown
  } finally {
    // Left in the middle, because the log failed: the money must not stay set aside.
    hold?.reservation.settle(isAsked ? hold.reservation.microUsd : 0)
  }
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
