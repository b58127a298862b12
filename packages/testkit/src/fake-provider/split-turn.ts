import type { FakeTurn } from './script.ts'

/** A part of an answer, cut into the deltas that every wire sends. */
export type SplitPart =
  | { readonly type: 'reasoning' | 'text' | 'refusal'; readonly deltas: readonly string[] }
  /** A tool that the vendor ran: its items have no deltas, and each wire has its own. */
  | { readonly type: 'server-tool'; readonly deltas: readonly [] }
  | SplitCall

/** A tool call, cut into deltas of its arguments. */
export interface SplitCall {
  readonly type: 'call'
  /** Place among the calls of the turn, from 0. */
  readonly index: number
  readonly name: string
  readonly deltas: readonly string[]
  /** As the script gives it, `null` for none; else the wire makes one. */
  readonly id: string | null | undefined
}

/** What is sent next of a part; `part` is its place in the turn. */
export type SplitStep =
  | { readonly type: 'begin' | 'end'; readonly part: number }
  | { readonly type: 'delta'; readonly part: number; readonly text: string }

/** A turn as every wire needs it. */
export interface SplitTurn {
  readonly parts: readonly SplitPart[]
  /** The way of the parts over the wire, for wires whose arguments come in pieces; the others send part after part. */
  readonly steps: readonly SplitStep[]
  readonly finish: NonNullable<FakeTurn['finish']>
  readonly usage: Required<NonNullable<FakeTurn['usage']>>
}

/** Cuts a turn into deltas, once for all wires, and fills in its defaults. */
export function splitTurn(turn: FakeTurn): SplitTurn {
  const parts = splitParts(turn)
  const deltaCount = parts.reduce((count, part) => count + part.deltas.length, 0)
  return {
    parts,
    steps: stepsOf(parts, turn.interleaved === true),
    finish: turn.finish ?? defaultFinish(turn),
    usage: { cached: 0, cacheWrite: 0, reasoning: 0, ...(turn.usage ?? { input: 10, output: deltaCount }) },
  }
}

function defaultFinish(turn: FakeTurn): SplitTurn['finish'] {
  if (turn.refusal !== undefined) return 'content-filter'
  return turn.toolCalls?.length ? 'tool-calls' : 'stop'
}

function splitParts(turn: FakeTurn): SplitPart[] {
  const parts: SplitPart[] = []
  for (const type of ['reasoning', 'server-tool', 'text', 'refusal'] as const) {
    if (type === 'server-tool') {
      if (turn.serverTool === true) parts.push({ type, deltas: [] })
      continue
    }
    const deltas = splitText(turn[type], turn.chunkSize)
    if (deltas.length > 0) parts.push({ type, deltas })
  }
  for (const [index, call] of (turn.toolCalls ?? []).entries()) {
    const json = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments)
    const size = Math.ceil(json.length / Math.max(1, turn.argumentChunks ?? 1))
    parts.push({ type: 'call', index, name: call.name, deltas: splitEvery(json, size), id: call.id })
  }
  return parts
}

function stepsOf(parts: readonly SplitPart[], isInterleaved: boolean): SplitStep[] {
  const whole = parts.flatMap((split, part) =>
    isInterleaved && split.type === 'call' ? [] : stepsOfPart(split, part),
  )
  return isInterleaved ? [...whole, ...interleavedSteps(parts)] : whole
}

function stepsOfPart({ deltas }: SplitPart, part: number): SplitStep[] {
  const pieces = deltas.map((text): SplitStep => ({ type: 'delta', part, text }))
  return [{ type: 'begin', part }, ...pieces, { type: 'end', part }]
}

function interleavedSteps(parts: readonly SplitPart[]): SplitStep[] {
  const calls = parts.flatMap((split, part) =>
    split.type === 'call' ? [{ part, deltas: split.deltas }] : [],
  )
  const rounds = Math.max(0, ...calls.map(({ deltas }) => deltas.length))
  const pieces = Array.from({ length: rounds }, (_, round) =>
    calls.flatMap(({ part, deltas }): SplitStep[] => {
      const text = deltas[round]
      return text === undefined ? [] : [{ type: 'delta', part, text }]
    }),
  )
  const all = (type: 'begin' | 'end'): SplitStep[] => calls.map(({ part }) => ({ type, part }))
  return [...all('begin'), ...pieces.flat(), ...all('end')]
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
