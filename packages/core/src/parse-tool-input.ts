import { messageOf } from './errors.ts'
import { isJsonObject } from './json.ts'
import type { JsonValue } from './json.ts'

/** The arguments of a call as far as they could be read. */
export interface ParsedInput {
  readonly input: JsonValue
  /** Why they are of no use; `input` is then the raw text. */
  readonly inputError?: string
}

/**
 * Deeper values than anybody means overflow the stack of whoever writes them as JSON again: a log, a sink, a
 * provider. `JSON.parse` takes them, `JSON.stringify` gives up at some thousand levels.
 */
const MAX_DEPTH = 200

/**
 * Reads the arguments as a model wrote them. Nothing, blanks and `null` mean `{}`; an object that was
 * encoded twice is taken out of its string (small local models do that).
 */
export function parseToolInput(text: string): ParsedInput {
  if (text.trim() === '') return { input: {} }
  let value: unknown
  try {
    value = JSON.parse(text)
    if (typeof value === 'string') value = JSON.parse(value)
  } catch (thrown) {
    return { input: text, inputError: `the arguments are not valid JSON (${messageOf(thrown)})` }
  }
  if (value === null) return { input: {} }
  if (!isJsonObject(value)) return { input: text, inputError: 'the arguments must be a JSON object' }
  if (isDeeperThan(value, MAX_DEPTH)) {
    return { input: text, inputError: `the arguments are nested more than ${MAX_DEPTH} levels deep` }
  }
  return { input: value }
}

/** Level by level instead of recursive, so that the check itself cannot overflow. */
function isDeeperThan(value: JsonValue, depth: number): boolean {
  let level: unknown[] = [value]
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return true
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
  }
  return false
}
