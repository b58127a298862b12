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
  return { input: value }
}
