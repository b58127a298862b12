/** Tokens of one or more model calls. The three last are parts of the first two, not additions. */
export interface Usage {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number
  /** All output tokens, reasoning included. */
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly reasoningTokens: number
}

/** No tokens at all. */
export const ZERO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  }
}

/** Prices in USD per million tokens, as vendors and models.dev print them. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Absent: cached input costs what other input costs. */
  readonly cacheRead?: number
  /** Absent: writing the cache costs what other input costs. */
  readonly cacheWrite?: number
  /** What a whole call costs instead when its input, cached tokens included, is longer than this. */
  readonly above?: { readonly inputTokens: number; readonly price: Price }
}

/** The prices of a call with so many input tokens. */
export function priceAt(price: Price, inputTokens: number): Price {
  const { above } = price
  return above && inputTokens > above.inputTokens ? priceAt(above.price, inputTokens) : price
}

/**
 * What a call cost, in whole micro-dollars (1 USD = 1,000,000). Each call is rounded up, so that a budget never
 * errs low: a sum over calls is up to one micro-dollar per call above the exact one. Reasoning is part of
 * the output and is not counted again.
 *
 * @returns `null` when the price or the usage is unknown or no number: unknown is never 0.
 */
export function costMicroUsd(usage: Usage | null, prices: Price | null): number | null {
  if (!usage || !prices) return null
  const price = priceAt(prices, usage.inputTokens)
  // Some vendors do not count what was cached as input.
  const plainInput = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens)
  // USD per million tokens is the same number as micro-dollars per token.
  const micro =
    plainInput * price.input +
    usage.cacheReadTokens * (price.cacheRead ?? price.input) +
    usage.cacheWriteTokens * (price.cacheWrite ?? price.input) +
    usage.outputTokens * price.output
  // Rounding to 6 digits first takes away binary dust such as 3.0000000000000004, which would round up.
  return Number.isFinite(micro) ? Math.ceil(Number(micro.toFixed(6))) : null
}
