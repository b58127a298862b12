/** The middle value; the mean of the two middle ones when their number is even; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const low = sorted[Math.ceil(half) - 1] ?? NaN
  const high = sorted[Math.floor(half)] ?? NaN
  return (low + high) / 2
}

/**
 * The median of the quotients of two series, value by value. Dividing within a round takes out what slowed both
 * down at that time.
 *
 * @param values - By round.
 * @param references - By round, just as many.
 */
export function medianRatio(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, round) => value / (references[round] ?? NaN)))
}

/** The same for differences. */
export function medianDifference(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, round) => value - (references[round] ?? NaN)))
}
