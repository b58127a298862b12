import type { FakeTurn } from './script.ts'

/** A part of an answer, cut into the deltas that both wires send. */
export type SplitPart =
  | { readonly type: 'reasoning'; readonly deltas: readonly string[] }
  | { readonly type: 'text'; readonly deltas: readonly string[] }
  | SplitCall

/** A tool call, cut into deltas of its arguments. */
export interface SplitCall {
  readonly type: 'call'
  /** Place among the calls of the turn, from 0. */
  readonly index: number
  readonly name: string
  readonly deltas: readonly string[]
  /** As the script gives it; else the wire makes one. */
  readonly id: string | undefined
}

/** A turn as both wires need it. */
export interface SplitTurn {
  readonly parts: readonly SplitPart[]
  readonly finish: NonNullable<FakeTurn['finish']>
  readonly usage: Required<NonNullable<FakeTurn['usage']>>
}

/** Cuts a turn into deltas, once for both wires, and fills in its defaults. */
export function splitTurn(turn: FakeTurn): SplitTurn {
  const parts: SplitPart[] = []
  for (const type of ['reasoning', 'text'] as const) {
    const deltas = splitText(turn[type], turn.chunkSize)
    if (deltas.length > 0) parts.push({ type, deltas })
  }
  for (const [index, call] of (turn.toolCalls ?? []).entries()) {
    const json = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
    const size = Math.ceil(json.length / Math.max(1, turn.argumentChunks ?? 1))
    parts.push({ type: 'call', index, name: call.name, deltas: splitEvery(json, size), id: call.id })
  }
  const deltaCount = parts.reduce((count, part) => count + part.deltas.length, 0)
  return {
    parts,
    finish: turn.finish ?? (turn.toolCalls?.length ? 'tool-calls' : 'stop'),
    usage: { cached: 0, ...(turn.usage ?? { input: 10, output: deltaCount }) },
  }
}

function splitText(text: FakeTurn['text'], chunkSize: number | undefined): readonly string[] {
  if (text === undefined) return []
  if (typeof text !== 'string') return text
  // A word with the space before it is what most tokens look like.
  return chunkSize === undefined ? (text.match(/\s*\S+|\s+$/g) ?? []) : splitEvery(text, chunkSize)
}

function splitEvery(text: string, size: number): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + Math.max(1, size))
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end++
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
