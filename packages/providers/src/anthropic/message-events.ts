import type { JsonObject, JsonValue } from '@heddle/core'

/** An event of a Messages stream, as far as it is looked at; unknown ones are skipped. */
export interface MessageEvent {
  readonly type?: string
  readonly index?: number
  readonly message?: { readonly usage?: MessageUsage | null } | null
  readonly content_block?: ContentBlock | null
  readonly delta?: BlockDelta | null
  readonly usage?: MessageUsage | null
  readonly error?: unknown
}

/** A content block as it begins. Everything beside these members is kept for blocks with no neutral form. */
export interface ContentBlock {
  readonly [key: string]: JsonValue | undefined
  readonly type: string
}

/** Of a block, or (`stop_reason`) of the message. */
export interface BlockDelta extends JsonObject {
  readonly type?: string
  readonly text?: string
  readonly thinking?: string
  readonly partial_json?: string
  readonly signature?: string
  readonly citation?: JsonValue
  readonly stop_reason?: string | null
}

/** The input counts exclude what was read from or written to the cache. */
export interface MessageUsage {
  readonly input_tokens?: number | null
  readonly output_tokens?: number | null
  readonly cache_read_input_tokens?: number | null
  readonly cache_creation_input_tokens?: number | null
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null
}
