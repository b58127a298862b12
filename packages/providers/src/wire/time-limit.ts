/** Longest delay that a timer takes; a longer one would fire at once. */
export const MAX_TIMER_MS = 2_147_483_647

/** Acts once when the time is over; never when it is `Infinity`. @returns For `clearTimeout`. */
export function timeLimit(limitMs: number, act: () => void): ReturnType<typeof setTimeout> | undefined {
  if (limitMs === Number.POSITIVE_INFINITY) return undefined
  return setTimeout(act, Math.min(limitMs, MAX_TIMER_MS))
}
