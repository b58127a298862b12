import type { JsonValue } from '@heddle/core'

/**
 * A list of ours with the caller's behind it; anything but a list of theirs stands alone.
 *
 * @param ours - A JSON array; empty for none.
 * @returns JSON; empty for none.
 */
export function joinedList(ours: string, theirs: JsonValue | undefined): string {
  if (theirs === undefined) return ours
  const json = JSON.stringify(theirs)
  if (ours === '' || !Array.isArray(theirs)) return json
  return theirs.length === 0 ? ours : `${ours.slice(0, -1)},${json.slice(1)}`
}
