import type { JsonObject, JsonValue } from './json.ts'
import type { Message } from './messages.ts'
import type { Price, Usage } from './usage.ts'

/** What a model is told of one tool. */
export interface ToolSpec {
  readonly name: string
  readonly description: string
  /** JSON Schema (draft 2020-12) of the arguments; always of type `object`. */
  readonly inputSchema: JsonObject
}

/** One question to a model. Nothing in it is changed after it was handed over. */
export interface ModelRequest {
  /** System text; empty when there is none. */
  readonly instructions: string
  /** The whole transcript, oldest first; 1..n; every tool call in it is answered. */
  readonly messages: readonly Message[]
  /** Sorted by name, so that equal tools give equal bytes. */
  readonly tools: readonly ToolSpec[]
  /** Absent: the provider's default. */
  readonly temperature?: number
  /** Absent: the adapter's default. */
  readonly maxOutputTokens?: number
  /** The answer must be JSON that fits this schema; only asked of models whose info says `outputSchema`. */
  readonly outputSchema?: JsonObject
  /** Merged last into the request body: the way to every vendor setting we do not name. */
  readonly extraBody?: JsonObject
}

/** Why a model stopped: `stop` it was done, `length` it ran into its output limit. */
export type FinishReason = 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other'

/**
 * What a model tells while it answers. `part` numbers the parts of the answer 0, 1, 2 … in the order
 * they begin; parts may interleave. A part is of the kind of its first event.
 */
export type ModelEvent =
  /** More text. Never splits a surrogate pair. */
  | { readonly type: 'text.delta'; readonly part: number; readonly text: string }
  | { readonly type: 'reasoning.delta'; readonly part: number; readonly text: string }
  /** More of a call's JSON arguments. The first event of a call has its whole name; `text` may be empty. */
  | { readonly type: 'tool.input.delta'; readonly part: number; readonly name: string; readonly text: string }
  /** What must be replayed with this part; alone, it is an opaque part of its own. The last one wins. */
  | { readonly type: 'part.opaque'; readonly part: number; readonly opaque: JsonValue }
  /** The last event of every complete answer, exactly once. `usage` is `null` when none was reported. */
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage: Usage | null }

/** What is known of a model without asking it; `null` where unknown. */
export interface ModelInfo {
  /** Tokens that fit into one request, input and output together. */
  readonly contextWindow: number | null
  /** Tokens one answer may have. */
  readonly maxOutputTokens: number | null
  /** `null`: unknown, and so is every cost. A free model has a price of 0. */
  readonly price: Price | null
  /** Whether the provider enforces a JSON Schema on answers; absent: not that we know. */
  readonly outputSchema?: boolean
  /** Whether the model can call tools; absent: as far as we know. */
  readonly tools?: boolean
  /** Of a model that cannot: ids of some that can, for the sentence that refuses it. */
  readonly toolCallers?: readonly string[]
}

/**
 * PORT. Implemented in `@heddle/providers`; scripted in `@heddle/testkit`, whose contract suite every
 * adapter runs.
 */
export interface LanguageModel {
  /** `provider/model`, as it stands in logs and messages. Holds no secret. */
  readonly id: string
  readonly info: ModelInfo

  /**
   * Asks once, without retries: retrying is the loop's work.
   *
   * @param request - Read only; may be kept and compared by identity.
   * @param signal - When it aborts, stop reading the socket and throw `model.aborted`, at once.
   * @returns Batches: all events of one network read in one array, in order, never empty. The last
   *   event of the last batch is `finish`; a stream that ends without one was cut, and the adapter
   *   throws `model.interrupted` itself. Leaving the iteration early closes the connection.
   * @throws ModelError, nothing else. `retryable` is set for `model.rate_limited`, `model.unavailable`,
   *   `model.timeout` (the provider says so), `model.connect_timeout`, `model.first_byte_timeout`, `model.idle_timeout`,
   *   `model.total_timeout`, `model.interrupted`, `model.bad_response` and `model.circuit_open`; `retryAfterMs` when the
   *   provider said so. `internal`, which is not, for a request that cannot be written as JSON.
   *   A missing key or bad setting is a ConfigError, thrown from here, not when the model is made.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>
}
