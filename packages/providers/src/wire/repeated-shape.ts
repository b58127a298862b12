import type { JsonObject } from '@heddle/core'
import { parseObject } from './parse-object.ts'

/**
 * What stands around the text of one event after the other. Most vendors' deltas differ in their text alone; parsing
 * the same two hundred letters around it again and again is most of what such a delta costs.
 *
 * It is exact, not a guess: when all around the text is what it was, letter by letter, and the text itself is one
 * JSON string, then the parsed event is what it was but for the text.
 */
export interface RepeatedShape {
  /** The text of an event that is like the one learned last, never empty; `null` for any other event. */
  textIn(data: string): string | null
  /**
   * Learns from an event that told this text and nothing else.
   *
   * @returns Whether the shape is now that of this event.
   */
  learn(data: string, text: string): boolean
}

/** Text that is its own JSON: nothing escaped, nothing that would have to be. Not empty. */
const PLAIN = /^[^"\\\p{Cc}]+$/u

/** V8 copies a piece of text up to this length; a longer one would keep all of it in memory. */
const MAX_SHORT = 12

/** Vendors that pad or number their events never send the same shape twice; then learning is given up. */
const MAX_USELESS_SHAPES = 3

/** Stands for a text when a shape is tried out. */
const PROBE = 'probe'

/** @param textOf - Where the text is in an event. */
export function repeatedShape(textOf: (event: JsonObject) => unknown): RepeatedShape {
  let before = ''
  let after = ''
  let useless = 0

  const fits = (data: string): boolean =>
    before !== '' &&
    data.length > before.length + after.length &&
    // Takes less code than `startsWith`: see EventLines.
    data.slice(0, before.length) === before &&
    data.slice(-after.length) === after

  return {
    textIn(data) {
      if (!fits(data)) return null
      const end = data.length - after.length
      const text = data.slice(before.length, end)
      useless = 0
      return text.length <= MAX_SHORT && PLAIN.test(text)
        ? text
        : parsed(data.slice(before.length - 1, end + 1))
    },
    learn(data, text) {
      if (fits(data)) return true
      if (useless >= MAX_USELESS_SHAPES || !PLAIN.test(text)) return false
      useless++
      const at = data.indexOf(`"${text}"`) + 1
      before = copyOf(data.slice(0, at))
      after = copyOf(data.slice(at + text.length))
      // The same letters may stand elsewhere, as a name or another value.
      if (at === 0 || !isTextAt(`${before}${PROBE}${after}`)) before = ''
      return before !== ''
    },
  }

  function isTextAt(data: string): boolean {
    const event = parseObject(data)
    return event !== null && textOf(event) === PROBE
  }
}

/** A piece of a text keeps all of it in memory, which is more than an answer that is waited for should hold. */
function copyOf(piece: string): string {
  return JSON.parse(JSON.stringify(piece)) as string
}

/** The text that a JSON string is; `null` for anything else, and for none. */
function parsed(json: string): string | null {
  try {
    const text: unknown = JSON.parse(json)
    return typeof text === 'string' && text !== '' ? text : null
  } catch {
    return null
  }
}
