import { abortable } from './abortable.ts'
import { ConfigError, ModelError } from './errors.ts'
import { isChain } from './fallback.ts'
import type { LanguageModel } from './model.ts'
import { sleep, systemRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'

/** How much may be taken in a stretch of time. */
export interface RateLimit {
  /** What a full bucket holds: the largest burst. */
  readonly amount: number
  /** Milliseconds in which an empty bucket fills up. */
  readonly perMs: number
}

/** A bucket that fills evenly with time; several models of one provider share it. */
export interface TokenBucket {
  /**
   * Takes from the bucket, first come first served. More than the bucket holds waits for a full one.
   *
   * @returns When it was taken, or at once when the signal aborts; nothing is taken then.
   */
  take(amount: number, signal: AbortSignal): Promise<void>
}

/**
 * Measured by the monotonic clock, so that a changed wall clock neither floods nor starves.
 *
 * @throws ConfigError `config.invalid` when a number of the limit is not above 0.
 */
export function tokenBucket(limit: RateLimit, runtime: Runtime = systemRuntime): TokenBucket {
  checkPositive('amount', limit.amount)
  checkPositive('perMs', limit.perMs)
  let level = limit.amount
  let filledMs = runtime.monotonicMs()
  let queue: Promise<void> = Promise.resolve()

  const fill = (): void => {
    const nowMs = runtime.monotonicMs()
    level = Math.min(limit.amount, level + ((nowMs - filledMs) * limit.amount) / limit.perMs)
    filledMs = nowMs
  }
  const takeNow = async (amount: number, signal: AbortSignal): Promise<void> => {
    const wanted = Math.min(amount, limit.amount)
    for (fill(); level < wanted && !signal.aborted; fill()) {
      // Rounded up: a timer that fires a hair early would only spin.
      await sleep(runtime, Math.ceil(((wanted - level) * limit.perMs) / limit.amount), signal)
    }
    if (!signal.aborted) level -= wanted
  }
  return {
    async take(amount, signal) {
      const taken = queue.then(() => takeNow(amount, signal))
      queue = taken
      // Those before it in the queue may take long; whoever aborts does not wait for them.
      await abortable(taken, signal).catch(() => null)
    },
  }
}

function checkPositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return
  throw new ConfigError('config.invalid', `The ${name} of a rate limit must be above 0, not ${value}.`)
}

/**
 * A model that waits for its share before each call. Give one bucket to all models of a provider; of a
 * `fallback` chain, each model waits.
 *
 * @throws ModelError `model.aborted` when the signal aborts while it waits.
 */
export function rateLimited(model: LanguageModel, bucket: TokenBucket): LanguageModel {
  const limited: LanguageModel = {
    id: model.id,
    get info() {
      return model.info
    },
    async *stream(request, signal) {
      await bucket.take(1, signal)
      if (signal.aborted)
        throw new ModelError('model.aborted', `${model.id} was not asked: the run was aborted.`)
      yield* model.stream(request, signal)
    },
  }
  if (!isChain(model)) return limited
  return Object.assign(limited, {
    chain: model.chain.map((one) => rateLimited(one, bucket)),
    fallback: model.fallback,
  })
}
