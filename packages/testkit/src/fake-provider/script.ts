import type { FinishReason, JsonValue } from '@heddle/core'

/** The languages that the fake provider speaks: OpenAI Chat Completions, OpenAI Responses, Anthropic Messages and Gemini. */
export type FakeWire = 'openai' | 'responses' | 'anthropic' | 'google'

/** Scripts by the model name that requests carry. Plain JSON, so that it can be a file. */
export type FakeScripts = Readonly<Record<string, FakeScript>>

/**
 * What one model answers. The server keeps no conversation: the turn is the number of assistant messages
 * that follow the last user message with text, so retries get the same turn again, any number of agents
 * can play the script at once, and a new prompt starts it again.
 */
export interface FakeScript {
  readonly turns: readonly FakeTurn[]
  /** True: the last turn answers everything beyond the script. Default false: that is a 400. */
  readonly repeatLast?: boolean
  /** True: a new prompt goes on with the script; all assistant messages count. Default false. */
  readonly continues?: boolean
}

/**
 * One answer. Its parts come in the order reasoning, items of the vendor's own tools, text, refusal, tool calls;
 * all wires split them at the same places.
 */
export interface FakeTurn {
  /** An array is one delta each; a string is split as `chunkSize` says. */
  readonly reasoning?: string | readonly string[]
  /** An array is one delta each; a string is split as `chunkSize` says. */
  readonly text?: string | readonly string[]
  /** What the model says instead of an answer; split like `text`. The turn then ends `content-filter`. */
  readonly refusal?: string | readonly string[]
  /** True: a tool that the vendor runs itself leaves its items before the text. Chat Completions has none. Default false. */
  readonly serverTool?: boolean
  /** UTF-16 units per delta, surrogate pairs kept whole. Default: one word each. */
  readonly chunkSize?: number
  readonly toolCalls?: readonly FakeToolCall[]
  /** Deltas per call's arguments. Default 1. */
  readonly argumentChunks?: number
  /** True: all calls begin, then the pieces of their arguments alternate. Where arguments come whole, nothing changes. Default false. */
  readonly interleaved?: boolean
  /** Default: 10 tokens in, one token out for every delta. */
  readonly usage?: FakeUsage
  /** Default: `content-filter` after a refusal, `tool-calls` when there are calls, else `stop`. `other` is a reason that no client knows. */
  readonly finish?: FinishReason
  /** Milliseconds between two events. Default: none, and the whole answer is one write. */
  readonly delayMs?: number
  /**
   * Fault 1 hits the first request for this turn on a wire, fault 2 the second, and so on; when they are
   * used up the answers are right. `FakeProvider.reset` starts the count again.
   */
  readonly faults?: readonly Fault[]
}

export interface FakeToolCall {
  readonly name: string
  /** A string is sent as it is, JSON or not; `''` is a call without arguments. A wire that knows only objects sends `{}` for what is none. */
  readonly arguments: JsonValue
  /**
   * The vendor's id of the call. Default: one that is new in the conversation. Some servers send the same twice,
   * an empty one, or none at all (`null`).
   */
  readonly id?: string | null
}

export interface FakeUsage {
  /** All input tokens, cached ones included. */
  readonly input: number
  readonly output: number
  /** Of the input, read from the cache. Default 0. */
  readonly cached?: number
  /** Of the input, written to the cache. Default 0; wires that do not count it leave it out. */
  readonly cacheWrite?: number
  /** Of the output, spent on reasoning. Default 0. */
  readonly reasoning?: number
}

/** How a request is made to fail. A delta is one piece of text, reasoning or arguments; they count alike on all wires. */
export type Fault =
  /** None: to let a later fault hit a later request. */
  | { readonly kind: 'none' }
  /** An HTTP error with the body that the wire's vendor sends, or with `body`. */
  | {
      readonly kind: 'status'
      /** Such as 400, 401, 402, 403, 404, 413, 429, 500, 502, 503, 504, 529. */
      readonly status: number
      /** Which of the vendor's bodies, where one status has several. */
      readonly reason?: FaultReason
      readonly retryAfter?: RetryAfter
      readonly headers?: Readonly<Record<string, string>>
      /** Sent instead of the vendor's: a string as it is, everything else as JSON. */
      readonly body?: JsonValue
    }
  /** The socket is destroyed after so many bytes of the body, or after so many deltas (default 1). */
  | { readonly kind: 'cut'; readonly afterBytes?: number; readonly afterDeltas?: number }
  /** The stream ends in order, but everything from the finish reason on is missing. */
  | { readonly kind: 'no-end' }
  /** After so many deltas (default 1) one event is broken JSON; the rest follows. */
  | { readonly kind: 'malformed'; readonly afterDeltas?: number }
  /**
   * One value in the JSON of the events is another. All values are counted through the answer from 0, an object
   * before its members; a number beyond the last changes nothing.
   */
  | { readonly kind: 'odd-value'; readonly at: number; readonly value: JsonValue }
  /** After so many deltas (default 1) comes an event with exactly this data; the rest follows. */
  | {
      readonly kind: 'odd-event'
      readonly afterDeltas?: number
      readonly event?: string
      readonly data: string
    }
  /** The right bytes, but so many (default 1) in each write. */
  | { readonly kind: 'split-utf8'; readonly bytes?: number }
  /**
   * Nothing more is sent, and the connection stays open: after so many deltas, after the headers (default),
   * or before them (`headers: false`).
   */
  | { readonly kind: 'silence'; readonly afterDeltas?: number; readonly headers?: boolean }
  /** A vendor's error event inside a 200, after so many deltas (default 1); it ends the stream. `status` (default 529) chooses which. */
  | {
      readonly kind: 'error-event'
      readonly afterDeltas?: number
      readonly status?: number
      readonly reason?: FaultReason
    }
  /** The right answer, amid what a reader must skip: a BOM, comments, unknown events and fields, CRLF and CR line ends. */
  | { readonly kind: 'garbage' }

/** `overflow`: the prompt does not fit the context window. `quota`: the account has no money left. */
export type FaultReason = 'overflow' | 'quota'

/** When to try again, and how the header says it. Negative times lie in the past. */
export interface RetryAfter {
  /** `seconds`: `retry-after: 2` (rounded up). `date`: `retry-after` with an HTTP date (whole seconds). `ms`: `retry-after-ms: 2000`. */
  readonly form: 'seconds' | 'date' | 'ms'
  readonly ms: number
}
