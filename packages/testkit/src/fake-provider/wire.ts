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

/** A request for an answer. */
export interface WireRequest {
  /** Without the query. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/**
 * What a vendor's protocol has a notion of. The contract suite asks an adapter for exactly this, and for
 * everything that all protocols have.
 */
export interface WireCapabilities {
  /** The arguments of a call are text in pieces, JSON or not; else they are an object, and come whole. */
  readonly hasArgumentText: boolean
  /** Every call has an id, by which its result names it. */
  readonly hasCallIds: boolean
  /** Reasoning is signed or encrypted, and goes back to the model that made it. */
  readonly hasSignedReasoning: boolean
  /** The vendor runs tools itself, and their items stand in the answer. */
  readonly hasServerTools: boolean
  /** Usage counts what was written to the cache. */
  readonly countsCacheWrites: boolean
}

/** One thing that a transcript says, in no vendor's words. */
export type TranscriptItem =
  | { readonly type: 'text'; readonly role: 'user' | 'assistant'; readonly text: string }
  /** Exactly one of `data` (base64) and `url` is set. */
  | {
      readonly type: 'file'
      readonly mediaType: string | null
      readonly data?: string
      readonly url?: string
    }
  /** `signature`: what makes it the model's own, `null` when it is text alone. */
  | { readonly type: 'reasoning'; readonly text: string; readonly signature: string | null }
  /** `id` is `null` where the wire gives none. */
  | {
      readonly type: 'call'
      readonly id: string | null
      readonly name: string
      readonly arguments: JsonValue
    }
  | { readonly type: 'result'; readonly id: string | null; readonly text: string }
  /** An item of a tool that the vendor ran, as it was sent. */
  | { readonly type: 'server-item'; readonly item: JsonValue }

/** A request in no vendor's words: what the contract suite compares. */
export interface NeutralRequest {
  /** The system text; empty when there is none. */
  readonly system: string
  /** All that the transcript says, in its order; the borders of messages do not show. */
  readonly transcript: readonly TranscriptItem[]
  readonly tools: readonly {
    readonly name: string
    readonly description: string
    readonly inputSchema: JsonValue
  }[]
  /** The schema that the answer must fit, wherever it stands. */
  readonly outputSchema: JsonValue | null
  readonly maxOutputTokens: number | null
  readonly temperature: number | null
}

/** How one vendor's protocol says things. */
export interface WireFormat {
  readonly capabilities: WireCapabilities
  readonly contentType: string
  /** Whether requests for answers come to this path. */
  takes(path: string): boolean
  modelOf(request: WireRequest): string
  wantsStream(request: WireRequest): boolean
  /** How many assistant messages follow the last user message with text; with `all`, how many there are. */
  countAssistantTurns(body: JsonObject, all: boolean): number
  /** What the vendor would refuse, in its words; `null` for a request it would take. */
  refusal(request: WireRequest): string | null
  /** Reads a request that was not refused. */
  neutral(request: WireRequest): NeutralRequest
  /** What {@link WireFormat.neutral} reads of the items of a server tool, once they have come back. */
  readonly serverItems: readonly JsonValue[]
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

/** The number, where there is one. */
export function numberIn(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

/** JSON text as its value; text that is no JSON as it is. */
export function parsedJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

/** What nginx or a CDN sends when it cannot reach the vendor. */
export function proxyPage(status: number): string {
  const title = status === 504 ? '504 Gateway Time-out' : '502 Bad Gateway'
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
}

/** 2026-01-01T00:00:00Z in epoch seconds: a fixed creation time keeps answers equal byte for byte. */
export const CREATED_S = 1_767_225_600
