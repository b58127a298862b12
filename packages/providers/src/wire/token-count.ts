/** A count that a vendor gave, in tokens; 0 for anything that is none. */
export function tokenCount(value: unknown): number {
  return isCount(value) ? value : 0
}

/** Whether this is a count of tokens at all. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
