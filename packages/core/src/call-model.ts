import { ABORTED, abortable, settleWithin } from './abortable.ts'
import type { FailureDecision, ModelFailure, RetryPolicy } from './agent.ts'
import { answerBuilder } from './answer-builder.ts'
import type { AnswerBuilder } from './answer-builder.ts'
import { AgentError, ModelError, isAgentError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import type { AssistantMessage, AssistantPart } from './messages.ts'
import type { ModelEvent, ModelRequest } from './model.ts'
import type { EventDraft, LoopBatch, LoopContext } from './run-plan.ts'
import { sleep } from './runtime.ts'
import { costMicroUsd } from './usage.ts'

/** How long an adapter may take to close its socket after an abort before the run goes on without it. */
const CLOSE_GRACE_MS = 1_000
/** A wait the provider asked for is lengthened by up to a tenth, so that many runs do not come back at once. */
const RETRY_AFTER_JITTER = 0.1

/**
 * Takes one turn of the model: streams the answer, repeats failed attempts as the retry policy and
 * `onError` say, and ends with the whole message and its usage.
 *
 * @throws AgentError The last attempt's error, after what was heard of it was kept as an incomplete
 *   message. {@link ABORTED} when the run was aborted.
 */
export async function* callModel(context: LoopContext, turn: number): AsyncGenerator<LoopBatch, void> {
  // A driver before this one may have begun the turn and told deltas of it.
  const isCutOff = context.state.turn === turn
  yield [
    isCutOff
      ? { type: 'turn.reset', turn, discarded: [] }
      : { type: 'turn.started', turn, model: context.model.id },
  ]
  for (let attempt = 1; ; attempt++) {
    const answer = answerBuilder(turn, () => context.plan.agent.runtime.newId('call'))
    let thrown: unknown
    try {
      for await (const batch of streamOnce(context)) {
        const heard = answer.take(batch)
        if (heard.length > 0) yield heard
      }
      const done = completeTurn(context, turn, answer)
      yield done
      return
    } catch (failure) {
      thrown = failure
    }
    const error = modelErrorJson(thrown)
    const decision = context.signal.aborted ? 'stop' : await decide(context, { turn, attempt, error })
    if (decision === 'stop') {
      keepPartial(context, turn, answer)
      throw thrown
    }
    yield retryEvents(context, { turn, attempt, error }, decision, answer)
    if (decision.model) {
      context.model = decision.model
      attempt = 0
    }
    await sleep(context.plan.agent.runtime, decision.delayMs, context.signal)
    if (context.signal.aborted) throw ABORTED
  }
}

/** One attempt. The adapter is pulled, never pushed: a reader who waits makes the socket wait. */
async function* streamOnce(context: LoopContext): AsyncGenerator<readonly ModelEvent[], void> {
  const { signal } = context
  const batches = context.model.stream(requestFor(context), signal)[Symbol.asyncIterator]()
  let isOver = false
  try {
    while (!isOver) {
      const next = await abortable(batches.next(), signal)
      if (next.done) isOver = true
      else yield next.value
    }
  } catch (thrown) {
    // After a throw the adapter is done with; only an abort overtakes one that still works.
    isOver = thrown !== ABORTED
    throw thrown
  } finally {
    if (!isOver && batches.return) {
      await settleWithin(batches.return(), CLOSE_GRACE_MS, context.plan.agent.runtime)
    }
  }
}

function requestFor(context: LoopContext): ModelRequest {
  const { temperature, maxOutputTokens, extraBody } = context.plan.agent.definition
  return {
    instructions: context.state.instructions,
    // A copy, because the state's own array grows and a request never changes.
    messages: context.state.messages.slice(),
    tools: context.plan.agent.toolSpecs,
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(extraBody === undefined ? {} : { extraBody }),
  }
}

function completeTurn(context: LoopContext, turn: number, answer: AnswerBuilder): EventDraft[] {
  const { end } = answer
  if (!end)
    throw new ModelError('model.interrupted', `The answer of ${context.model.id} broke off before its end.`, {
      retryable: true,
    })
  const content = answer.content()
  const { id, info } = context.model
  const ended: EventDraft = {
    type: 'turn.ended',
    turn,
    finish: end.reason,
    usage: end.usage,
    costMicroUsd: costMicroUsd(end.usage, info.price),
  }
  if (content.length === 0) return [ended]
  return [{ type: 'message.added', turn, message: { role: 'assistant', content, model: id } }, ended]
}

/** What was heard stays in the transcript, marked; calls of a broken answer may be half and are left out. */
function keepPartial(context: LoopContext, turn: number, answer: AnswerBuilder): void {
  const content = answer.content().filter((part) => part.type === 'text' || part.type === 'reasoning')
  if (content.length === 0) return
  const message: AssistantMessage = { role: 'assistant', content, model: context.model.id, incomplete: true }
  context.leftovers.push({ type: 'message.added', turn, message })
}

interface Attempt {
  readonly turn: number
  /** From 1. */
  readonly attempt: number
  readonly error: ErrorJson
}

type Decision =
  'stop' | { readonly delayMs: number; readonly model?: Exclude<FailureDecision, string>['model'] }

async function decide(context: LoopContext, { turn, attempt, error }: Attempt): Promise<Decision> {
  const { definition, retry, runtime } = context.plan.agent
  const failure: ModelFailure = { runId: context.plan.runId, turn, attempt, model: context.model.id, error }
  const chosen = await definition.onError?.(failure)
  if (typeof chosen === 'object') return { delayMs: 0, model: chosen.model }
  if (chosen === 'stop') return 'stop'
  if (chosen === undefined && (!error.retryable || attempt >= retry.attempts)) return 'stop'
  const delayMs = retryDelay(retry, attempt, error, runtime.random())
  return delayMs === null ? 'stop' : { delayMs }
}

/** @returns Milliseconds, or `null` when the provider asks for a longer wait than the policy allows. */
function retryDelay(retry: RetryPolicy, attempt: number, error: ErrorJson, random: number): number | null {
  if (error.retryAfterMs !== undefined) {
    if (error.retryAfterMs > retry.maxRetryAfterMs) return null
    return Math.round(error.retryAfterMs * (1 + random * RETRY_AFTER_JITTER))
  }
  // "Equal jitter": half fixed, half chance, so that a retry is never immediate.
  const ceiling = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** (attempt - 1))
  return Math.round(ceiling / 2 + (random * ceiling) / 2)
}

function retryEvents(
  context: LoopContext,
  failed: Attempt,
  decision: Exclude<Decision, 'stop'>,
  answer: AnswerBuilder,
): EventDraft[] {
  const { turn, attempt, error } = failed
  const { delayMs, model } = decision
  const first: EventDraft = model
    ? { type: 'model.switched', turn, from: context.model.id, to: model.id, error }
    : { type: 'model.retried', turn, attempt, delayMs, error }
  const discarded: AssistantPart[] = answer.content()
  return answer.wasHeard ? [first, { type: 'turn.reset', turn, discarded }] : [first]
}

/** Adapters throw ModelErrors; anything else is a bug of theirs or ours and is not worth repeating. */
function modelErrorJson(thrown: unknown): ErrorJson {
  return thrown === ABORTED
    ? toErrorJson(new AgentError('model.aborted', 'The run was aborted.'))
    : toErrorJson(thrown)
}

/** True when the error says nothing but that the run was aborted. */
export function isAbort(thrown: unknown): boolean {
  return thrown === ABORTED || (isAgentError(thrown) && thrown.code === 'model.aborted')
}
