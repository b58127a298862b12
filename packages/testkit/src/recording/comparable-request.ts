import { createHash } from 'node:crypto'
import { canonicalJson, toJsonValue } from '@heddle/core'
import type { JsonObject, JsonValue, ModelRequest } from '@heddle/core'

/**
 * A request as far as it is the same in every run: call ids, which are made anew each time, are numbered in the order
 * they appear (`call-1`, `call-2` …), wherever they stand.
 */
export function comparableRequest(request: ModelRequest): JsonObject {
  const value = toJsonValue(request) as JsonObject
  const numbers = new Map<string, string>()
  for (const message of request.messages) {
    for (const part of message.content) {
      if ('callId' in part && !numbers.has(part.callId)) numbers.set(part.callId, `call-${numbers.size + 1}`)
    }
  }
  if (numbers.size === 0) return value
  // Longer ids first, so that none is taken for the beginning of another.
  const ids = [...numbers.keys()].sort((a, b) => b.length - a.length)
  const anyId = new RegExp(ids.map((id) => id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
  return replaceText(value, (text) => text.replace(anyId, (id) => numbers.get(id) ?? id)) as JsonObject
}

/** SHA-256 in hex; equal for equal values, whatever the order their members were set in. */
export function digestOf(value: JsonValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function replaceText(value: JsonValue, replace: (text: string) => string): JsonValue {
  if (typeof value === 'string') return replace(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: JsonValue) => replaceText(item, replace))
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      member === undefined ? undefined : replaceText(member, replace),
    ]),
  )
}
