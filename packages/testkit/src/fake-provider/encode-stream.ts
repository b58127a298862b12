import type { FakeTurn } from './script.ts'
import { splitTurn } from './split-turn.ts'
import type { AnswerContext, WireFormat, WireFrame, WireStream } from './wire.ts'

/** A streamed answer as text, and as the bytes of its one write. */
export interface EncodedStream extends WireStream {
  readonly bytes: Buffer
}

interface CacheEntry {
  readonly key: string
  readonly encoded: EncodedStream
}

/**
 * Encodes streamed answers and keeps the last one of every turn and wire, so that a benchmark which asks for the
 * same 20,000 deltas again and again measures its client.
 */
export function streamEncoder(): (turn: FakeTurn, wire: WireFormat, context: AnswerContext) => EncodedStream {
  const caches = new WeakMap<FakeTurn, Map<WireFormat, CacheEntry>>()
  return (turn, wire, context) => {
    const cache = caches.get(turn) ?? new Map<WireFormat, CacheEntry>()
    caches.set(turn, cache)
    const key = `${context.serial} ${context.withUsage} ${context.model}`
    const kept = cache.get(wire)
    if (kept?.key === key) return kept.encoded
    const stream = wire.stream(splitTurn(turn), context)
    const encoded = { ...stream, bytes: Buffer.from(sseText(stream.frames)) }
    cache.set(wire, { key, encoded })
    return encoded
  }
}

/** Frames as server-sent events. */
export function sseText(frames: readonly WireFrame[]): string {
  let text = ''
  for (const { event, data } of frames) text += sseFrame(event, data, '\n')
  return text
}

/**
 * The same events amid everything that a reader of server-sent events must skip or put up with: a byte order
 * mark, comments, unknown fields and events, fields without the space, data over two lines, all three line ends.
 */
export function garbledSseText(frames: readonly WireFrame[], unknown: WireFrame): string {
  let text = '\uFEFF: stream opened\r\n\r\nretry: 3000\r\n\r\n'
  for (const [index, { event, data }] of frames.entries()) {
    const lineEnd = ['\n', '\r\n', '\r'][index % 3] ?? '\n'
    text += `: keep-alive${lineEnd}${lineEnd}`
    if (index % 4 === 1) text += sseFrame(unknown.event, unknown.data, lineEnd)
    const name = event === undefined ? '' : `event:${event}${lineEnd}`
    // JSON may hold a line break after its opening brace, and two data lines are joined by one.
    const lines = data.startsWith('{') ? ['{', data.slice(1)] : [data]
    const body = lines.map((line) => `data:${line}${lineEnd}`).join('')
    text += `id:${index}${lineEnd}x-trace: ${index}${lineEnd}${name}${body}${lineEnd}`
  }
  return text
}

function sseFrame(event: string | undefined, data: string, lineEnd: string): string {
  const name = event === undefined ? '' : `event: ${event}${lineEnd}`
  return `${name}data: ${data}${lineEnd}${lineEnd}`
}
