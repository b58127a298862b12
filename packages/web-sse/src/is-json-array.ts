import type { JsonValue } from '@heddle/core'

/** `Array.isArray` would forget what a read-only array holds. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
