import type { JsonObject, JsonValue } from '@heddle/core'
import type { FaultReason } from './script.ts'
import type { SplitTurn } from './split-turn.ts'

/** One event of a stream. */
export interface WireFrame {
  /** The SSE event name; absent where the wire names none. */
  readonly event?: string
  /** JSON text, or OpenAI's `[DONE]`. */
  readonly data: string
}

/** A streamed answer, and where its landmarks are. */
export interface WireStream {
  readonly frames: readonly WireFrame[]
  /** `frameAfter[n]`: index of the frame that follows delta n; entry 0 follows the opening event. */
  readonly frameAfter: readonly number[]
  /** Index of the first frame that says how the answer finished. */
  readonly endFrame: number
}

/** What an answer needs to know of the request. */
export interface AnswerContext {
  /** The model name of the request. */
  readonly model: string
  /** Makes ids unique within a conversation and equal in every replay of it. */
  readonly serial: number
  /** OpenAI's `stream_options.include_usage`. */
  readonly withUsage: boolean
}

/** How one vendor's protocol says things. */
export interface WireFormat {
  readonly contentType: string
  /** How many assistant messages follow the last user message with text; with `all`, how many there are. */
  countAssistantTurns(messages: readonly JsonObject[], all: boolean): number
  /** What the vendor would refuse, in its words; `null` for a request it would take. */
  refusal(body: JsonObject, headers: Readonly<Record<string, string>>): string | null
  stream(turn: SplitTurn, context: AnswerContext): WireStream
  /** The answer to a request that does not stream. */
  whole(turn: SplitTurn, context: AnswerContext): JsonObject
  /** A string is an HTML page of the proxy in front of the vendor. */
  errorBody(status: number, reason: FaultReason | undefined, message?: string): JsonObject | string
  errorFrame(status: number, reason: FaultReason | undefined): WireFrame
  /** An event that no client knows, and must skip. */
  unknownFrame(model: string): WireFrame
  models(names: readonly string[]): JsonObject
  /** Headers that come with every answer. */
  headers(serial: number): Readonly<Record<string, string>>
}

/** Makes a frame of JSON. */
export function frame(data: JsonValue, event?: string): WireFrame {
  const text = JSON.stringify(data)
  return event === undefined ? { data: text } : { event, data: text }
}

/** The objects in a JSON array; none for anything else. */
export function objectsIn(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
  )
}

/** A value where a word is expected; anything else shows as JSON. */
export function wordOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** What nginx or a CDN sends when it cannot reach the vendor. */
export function proxyPage(status: number): string {
  const title = status === 504 ? '504 Gateway Time-out' : '502 Bad Gateway'
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
}

/** 2026-01-01T00:00:00Z in epoch seconds: a fixed creation time keeps answers equal byte for byte. */
export const CREATED_S = 1_767_225_600
