import { ABORTED } from './abortable.ts'
import { answerBuilder } from './answer-builder.ts'
import type { AnswerBuilder } from './answer-builder.ts'
import { ModelError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { weakTurns } from './escalation.ts'
import { isChain } from './fallback.ts'
import { nextInChain, stepAfterFailure } from './failure-policy.ts'
import type { FailedAttempt, FailureStep } from './failure-policy.ts'
import { compactAfterOverflow, compactWhenFull, measureContext } from './fit-context.ts'
import type { AssistantMessage } from './messages.ts'
import type { LanguageModel } from './model.ts'
import { hookContext, requestFor } from './model-request.ts'
import { reserveMoney } from './reserve-money.ts'
import type { Hold } from './reserve-money.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
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
export async function* callModel(context: LoopContext, turn: number): AsyncGenerator<LoopBatch, void> {
  yield* prepareTurn(context, turn)
  let mayCompact = true
  for (let attempt = 1; ; attempt++) {
    const hold = reserveMoney(context)
    if (attempt === 1 && context.state.turn !== turn)
      yield [beginTurn(context, turn), ...reserved(turn, hold)]
    else if (hold) yield reserved(turn, hold)
    const answer = answerBuilder(turn, () => context.plan.agent.runtime.newId('call'))
    const thrown = yield* attemptTurn(context, turn, answer, hold)
    if (thrown === null) return
    const failed = { turn, attempt, error: toErrorJson(thrown === ABORTED ? 'the run was aborted' : thrown) }
    const freed = mayCompact ? await roomAfterOverflow(context, failed) : null
    if (freed) {
      mayCompact = false
      yield [freed, ...resetEvents(turn, answer)]
      continue
    }
    const step = context.signal.aborted ? 'stop' : await stepAfterFailure(context, failed)
    if (step === 'stop') {
      keepPartial(context, turn, answer)
      throw thrown
    }
    yield [failureEvent(context, failed, step), ...resetEvents(turn, answer)]
    if (step.model) {
      context.model = step.model
      attempt = 0
    }
    await sleep(context.plan.agent.runtime, step.delayMs, context.signal)
    if (context.signal.aborted) throw ABORTED
  }
}

/** Compaction and escalation come before the turn; a turn that a crash cut off is reset. */
async function* prepareTurn(context: LoopContext, turn: number): AsyncGenerator<LoopBatch, void> {
  const compacted = await compactWhenFull(context, turn)
  if (compacted) yield [compacted]
  const stronger = escalation(context)
  if (stronger) {
    const error: ErrorJson = {
      code: 'model.bad_response',
      message: `${context.model.id} failed several turns in a row.`,
      retryable: false,
    }
    yield [{ type: 'model.switched', turn, from: context.model.id, to: stronger.id, error }]
    context.model = stronger
  }
  // A driver before this one may have told deltas of it.
  if (context.state.turn === turn) yield [{ type: 'turn.reset', turn, discarded: [] }]
}

function beginTurn(context: LoopContext, turn: number): EventDraft {
  return { type: 'turn.started', turn, model: context.model.id }
}

function escalation(context: LoopContext): LanguageModel | null {
  const { model } = context.plan.agent.definition
  if (!isChain(model) || weakTurns(context.state) < model.fallback.escalateAfter) return null
  return nextInChain(context)
}

/** One attempt, told as it comes. @returns What was thrown, or `null` when the turn is complete. */
async function* attemptTurn(
  context: LoopContext,
  turn: number,
  answer: AnswerBuilder,
  hold: Hold | null,
): AsyncGenerator<LoopBatch, unknown> {
  const { runtime } = context.plan.agent
  try {
    const request = await requestFor(context, hold?.maxOutputTokens)
    for await (const batch of streamOnce({
      model: context.model,
      request,
      signal: context.signal,
      runtime,
    })) {
      const heard = answer.take(batch)
      if (heard.length > 0) yield heard
    }
    const done = await completeTurn(context, turn, answer)
    yield [...done, ...settled(context, turn, hold, answer)]
    return null
  } catch (thrown) {
    if (hold) yield settled(context, turn, hold, answer)
    return thrown
  } finally {
    // Left in the middle: the money must not stay set aside.
    hold?.reservation.settle(hold.reservation.microUsd)
  }
}

async function completeTurn(
  context: LoopContext,
  turn: number,
  answer: AnswerBuilder,
): Promise<EventDraft[]> {
  const { end } = answer
  const { id, info } = context.model
  if (!end) {
    throw new ModelError('model.interrupted', `The answer of ${id} broke off before its end.`, {
      retryable: true,
    })
  }
  learnFrom(context, end.usage?.inputTokens ?? 0)
  const content = answer.content()
  const cost = costMicroUsd(end.usage, info.price)
  const ended: EventDraft = {
    type: 'turn.ended',
    turn,
    finish: end.reason,
    usage: end.usage,
    costMicroUsd: cost,
  }
  if (content.length === 0) return [ended]
  let message: AssistantMessage = { role: 'assistant', content, model: id }
  for (const hook of context.plan.agent.definition.hooks ?? []) {
    message = (await hook.afterModel?.(message, hookContext(context))) ?? message
  }
  return [{ type: 'message.added', turn, message }, ended]
}

/** Only agents that measure pay for measuring. */
function learnFrom(context: LoopContext, inputTokens: number): void {
  if (!context.budget && context.model.info.contextWindow === null) return
  const { instructions, tools, history } = measureContext(context)
  context.meter.learn(instructions + tools + history, inputTokens)
}

function reserved(turn: number, hold: Hold | null): EventDraft[] {
  return hold ? [{ type: 'budget.reserved', turn, microUsd: hold.reservation.microUsd }] : []
}

/** What the attempt cost: as reported; nothing when nothing was heard of it; else, not knowing, all that was set aside. */
function settled(context: LoopContext, turn: number, hold: Hold | null, answer: AnswerBuilder): EventDraft[] {
  if (!hold) return []
  const { microUsd } = hold.reservation
  const known = costMicroUsd(answer.end?.usage ?? null, context.model.info.price)
  const actual = known ?? (answer.wasHeard || answer.end ? microUsd : 0)
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
