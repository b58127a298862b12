import { ABORTED, abortable } from './abortable.ts'
import type { FailureDecision, ModelFailure, RetryPolicy } from './agent-definition.ts'
import type { ErrorJson } from './errors.ts'
import { chainOf, isChain } from './fallback.ts'
import type { LanguageModel } from './model.ts'
import type { LoopContext } from './run-plan.ts'

/** A wait the provider asked for is lengthened by up to a tenth, so that many runs do not come back at once. */
const RETRY_AFTER_JITTER = 0.1

/** A failed attempt. */
export interface FailedAttempt {
  readonly turn: number
  /** From 1; counts anew for each model. */
  readonly attempt: number
  readonly error: ErrorJson
}

/** What to do after a failed attempt. */
export type FailureStep = 'stop' | { readonly delayMs: number; readonly model: LanguageModel | null }

/**
 * `onError` first, then the retry policy, then the next model of the chain. A model that is not asked because
 * it failed too often is waited for only when no other is left.
 */
export async function stepAfterFailure(context: LoopContext, failed: FailedAttempt): Promise<FailureStep> {
  const { retry, runtime } = context.plan.agent
  const { turn, attempt, error } = failed
  const failure: ModelFailure = { runId: context.plan.runId, turn, attempt, model: context.model.id, error }
  const chosen = await askOnError(context, failure)
  if (typeof chosen === 'object') return { delayMs: 0, model: chosen.model }
  if (chosen === 'stop') return 'stop'
  const next = nextAfter(context, error)
  const isPassedOver = next !== null && error.code === 'model.circuit_open'
  const mayRetry = chosen === 'retry' || (error.retryable && attempt < retry.attempts && !isPassedOver)
  const delayMs = mayRetry ? retryDelay(retry, attempt, error, runtime.random()) : null
  if (delayMs !== null) return { delayMs, model: null }
  return next ? { delayMs: 0, model: next } : 'stop'
}

/** The next model of the chain, if it is to be tried after this error. */
function nextAfter(context: LoopContext, error: ErrorJson): LanguageModel | null {
  const { model } = context.plan.agent.definition
  const next = nextInChain(context)
  return next && isChain(model) && model.fallback.on(error) ? next : null
}

/** Not ours, and may take for ever: an abort does not wait for it. */
async function askOnError(context: LoopContext, failure: ModelFailure): Promise<FailureDecision | void> {
  const { onError } = context.plan.agent.definition
  if (!onError) return
  try {
    return await abortable(Promise.resolve(onError(failure)), context.signal)
  } catch (thrown) {
    if (thrown === ABORTED) return 'stop'
    throw thrown
  }
}

/** The model after the one in use; `null` at the end of the chain. */
export function nextInChain(context: LoopContext): LanguageModel | null {
  const chain = chainOf(context.plan.agent.definition.model)
  const at = chain.indexOf(context.model)
  return at === -1 ? null : (chain[at + 1] ?? null)
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
