import type { JsonObject } from '@heddle/core'
import { parseObject } from './parse-object.ts'

/**
 * What stands around the text of one event after the other. Most deltas differ in their text alone, or also in a
 * number or padding that nobody reads; parsing the same two hundred letters around it again and again is most of
 * what such a delta costs.
 *
 * It is exact, not a guess: when all around is what it was, letter by letter, and in its place is one JSON string,
 * then the parsed event is what it was but for the text and what is not read.
 */
export interface RepeatedShape<Event> {
  /** The event that was learned last; `null` before. */
  readonly event: Event | null
  /** The text of an event that is like the one learned last, never empty; `null` for any other event. */
  textIn(data: string): string | null
  /** Learns an event that tells its text and nothing else. */
  learn(data: string, event: Event): void
}

/**
 * @param textOf - The text of an event that tells nothing else; `null` of any other.
 * @param unread - Members of the event that the decoder never looks at, and that may differ: numbers, plain strings.
 */
export function repeatedShape<Event extends object>(
  textOf: (event: Event) => string | null,
  unread: readonly string[] = [],
): RepeatedShape<Event> {
  return new Shape(textOf, unread)
}

/** Letters that are their own JSON: nothing escaped, nothing that would have to be. */
const PLAIN = /^[^"\\\p{Cc}]*$/u

const DIGITS = /^(?:0|[1-9]\d*)$/

/** V8 copies a piece of text up to this length; a longer one would keep all of it in memory. */
const MAX_SHORT = 12

/** Vendors whose events differ in what is read never send the same shape twice; then learning is given up. */
const MAX_USELESS_SHAPES = 3

/** Stand for what may differ when a shape is tried out. */
const PROBE = 'probe'
const PROBE_NUMBER = 7

/** Something in an event that may differ. */
interface Gap {
  readonly kind: 'text' | 'string' | 'number'
  /** Of the member; empty for the text. */
  readonly name: string
  readonly start: number
  readonly end: number
}

class Shape<Event extends object> implements RepeatedShape<Event> {
  event: Event | null = null
  private readonly textOf: (event: Event) => string | null
  private readonly unread: readonly string[]
  /** What stands before each gap, and behind the last. */
  private pieces: readonly string[] = []
  private kinds: readonly Gap['kind'][] = []
  private useless = 0

  constructor(textOf: (event: Event) => string | null, unread: readonly string[]) {
    this.textOf = textOf
    this.unread = unread
  }

  textIn(data: string): string | null {
    const { pieces, kinds } = this
    if (kinds.length === 0) return null
    let text: string | null = null
    let at = 0
    for (let index = 0; index < kinds.length; index++) {
      const piece = pieces[index] ?? ''
      const start = at + piece.length
      // Takes less code than `startsWith`: see EventLines.
      if (data.slice(at, start) !== piece) return null
      const kind = kinds[index]
      at = data.indexOf(kind === 'number' ? stopOf(pieces[index + 1]) : '"', start)
      if (at < 0) return null
      if (kind === 'text') text = textBetween(data, start, at)
      else if (!(kind === 'number' ? DIGITS : PLAIN).test(data.slice(start, at))) return null
    }
    if (text === null || data.slice(at) !== pieces.at(-1)) return null
    this.useless = 0
    return text
  }

  learn(data: string, event: Event): void {
    const text = this.textOf(event)
    if (!text || this.useless >= MAX_USELESS_SHAPES || !PLAIN.test(text) || this.textIn(data) !== null) return
    const gaps = this.gapsIn(data, text)
    if (gaps === null) return
    this.useless++
    const ends = [0, ...gaps.map(({ end }) => end)]
    const pieces = ends.map((end, index) => copyOf(data.slice(end, gaps[index]?.start)))
    if (!this.isRight(pieces, gaps)) return
    this.pieces = pieces
    this.kinds = gaps.map(({ kind }) => kind)
    this.event = event
  }

  /** In their order; `null` when one of them could be in several places. */
  private gapsIn(data: string, text: string): readonly Gap[] | null {
    const at = onlyPlace(data, `"${text}"`)
    if (at === null) return null
    const gaps: Gap[] = [{ kind: 'text', name: '', start: at + 1, end: at + 1 + text.length }]
    for (const name of this.unread) {
      const label = `"${name}":`
      if (!data.includes(label)) continue
      const value = /^(?:"([^"\\\p{Cc}]*)"|(\d+))/u.exec(
        data.slice((onlyPlace(data, label) ?? NaN) + label.length),
      )
      if (!value) return null
      const isNumber = value[2] !== undefined
      const start = data.indexOf(label) + label.length + (isNumber ? 0 : 1)
      const end = start + (value[2] ?? value[1] ?? '').length
      gaps.push({ kind: isNumber ? 'number' : 'string', name, start, end })
    }
    return gaps.sort((a, b) => a.start - b.start)
  }

  /** Whether the gaps are what they seem: the same letters may stand elsewhere, as a name or another value. */
  private isRight(pieces: readonly string[], gaps: readonly Gap[]): boolean {
    const filled = gaps.map(
      ({ kind }, index) => `${pieces[index]}${kind === 'number' ? PROBE_NUMBER : PROBE}`,
    )
    const event: JsonObject | null = parseObject(`${filled.join('')}${pieces.at(-1)}`)
    if (event === null || this.textOf(event as unknown as Event) !== PROBE) return false
    return gaps.every(
      ({ kind, name }) => kind === 'text' || event[name] === (kind === 'number' ? PROBE_NUMBER : PROBE),
    )
  }
}

/** What a number ends with: a comma or a brace. */
function stopOf(next = ''): string {
  return next.slice(0, 1)
}

/** The text between two quotes, the second of which is the first that comes; `null` when it is not the end, or for none. */
function textBetween(data: string, start: number, end: number): string | null {
  const text = data.slice(start, end)
  if (text.length <= MAX_SHORT && PLAIN.test(text)) return text === '' ? null : text
  try {
    return JSON.parse(data.slice(start - 1, end + 1)) as string
  } catch {
    return null
  }
}

/** Where a piece of text is, if it is in one place only. */
function onlyPlace(data: string, piece: string): number | null {
  const at = data.indexOf(piece)
  return at >= 0 && data.indexOf(piece, at + 1) < 0 ? at : null
}

/** A piece of a text keeps all of it in memory, which is more than an answer that is waited for should hold. */
function copyOf(piece: string): string {
  return JSON.parse(JSON.stringify(piece)) as string
}
