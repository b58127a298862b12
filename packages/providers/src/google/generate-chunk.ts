import type { JsonObject, JsonValue } from '@heddle/core'

/**
 * A chunk of a `streamGenerateContent` answer, as far as it is looked at. Everything may be absent, and
 * nothing is checked before it is used.
 */
export interface GenerateChunk {
  readonly candidates?: readonly (Candidate | null | undefined)[] | null
  readonly promptFeedback?: { readonly blockReason?: string | null } | null
  readonly usageMetadata?: GenerateUsage | null
  readonly error?: unknown
}

/** One of several answers to the same question; we ask for one. */
export interface Candidate {
  readonly index?: number | null
  readonly content?: { readonly parts?: readonly (ChunkPart | null)[] | null } | null
  readonly finishReason?: string | null
  /** What a search found, with the places in the text that stand on it. */
  readonly groundingMetadata?: JsonValue
  /** Sources of recited text. */
  readonly citationMetadata?: JsonValue
  /** Pages that were read. */
  readonly urlContextMetadata?: JsonValue
}

/** A piece of content. What has no neutral form is kept with all that it holds. */
export interface ChunkPart extends JsonObject {
  readonly text?: string
  /** The text is a summary of the model's thinking. */
  readonly thought?: boolean
  /** Base64. Stands on the first call of an answer, else on its last part, which may be an empty text. */
  readonly thoughtSignature?: string
  readonly functionCall?: ChunkCall
}

/** A call; it always comes whole. */
export interface ChunkCall extends JsonObject {
  readonly name?: string
  readonly args?: JsonValue
}

/** Each chunk counts all that was so far. `candidatesTokenCount` is without the thoughts. */
export interface GenerateUsage {
  /** What was read from the cache is in it. */
  readonly promptTokenCount?: number | null
  readonly cachedContentTokenCount?: number | null
  readonly candidatesTokenCount?: number | null
  readonly thoughtsTokenCount?: number | null
  /** Results of the vendor's own tools, which the model read. */
  readonly toolUsePromptTokenCount?: number | null
}
