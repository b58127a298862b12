import type { JsonObject, JsonValue } from '@heddle/core'

/**
 * An event of a Responses stream, as far as it is looked at; unknown ones are skipped. Everything may be
 * absent, and nothing is checked before it is used: servers that imitate the API leave out what they like.
 */
export interface ResponseEvent {
  readonly type?: string
  /** Place of the item in the answer. */
  readonly output_index?: number
  readonly item_id?: string
  readonly item?: ResponseItem | null
  /** Place of the text in its item. */
  readonly content_index?: number
  readonly summary_index?: number
  readonly delta?: string
  readonly text?: string
  readonly refusal?: string
  readonly arguments?: string
  readonly annotation?: JsonValue
  readonly response?: ResponseBody | null
  readonly error?: unknown
}

/** One item of an answer. Everything beside these members is kept, to be sent back. */
export interface ResponseItem extends JsonObject {
  readonly type?: string
  readonly id?: string
  /** Of a message or of reasoning. */
  readonly content?: readonly (ResponseContent | null)[] | null
  /** Of reasoning. */
  readonly summary?: readonly (ResponseContent | null)[] | null
  /** Of a call. */
  readonly name?: string
  readonly arguments?: string
}

export interface ResponseContent extends JsonObject {
  readonly type?: string
  readonly text?: string
  readonly refusal?: string
  readonly annotations?: readonly JsonValue[] | null
}

/** The answer as a whole. */
export interface ResponseBody {
  readonly status?: string
  readonly output?: readonly (ResponseItem | null)[] | null
  readonly usage?: ResponseUsage | null
  readonly error?: unknown
  readonly incomplete_details?: { readonly reason?: string | null } | null
}

export interface ResponseUsage {
  /** What was read from or written to the cache is counted here as well. */
  readonly input_tokens?: number | null
  readonly output_tokens?: number | null
  readonly total_tokens?: number | null
  readonly input_tokens_details?: {
    readonly cached_tokens?: number | null
    readonly cache_write_tokens?: number | null
  } | null
  readonly output_tokens_details?: { readonly reasoning_tokens?: number | null } | null
}
