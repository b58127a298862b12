import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'

/** What `badResponse` says of data that {@link parseObject} cannot read. */
export const MALFORMED = 'sent a piece of its answer that is not a JSON object'

/** @returns The object that the data of an event holds; `null` for anything else. */
export function parseObject(data: string): JsonObject | null {
  // End marks and blanks are common enough not to be worth a throw.
  if (!data.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(data)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}
