import type { JsonObject } from '@heddle/core'

/** A part of the transcript as we send it. A part that came from the model may hold more. */
export interface ContentPart {
  readonly text?: string
  readonly thought?: boolean
  readonly thoughtSignature?: string
  readonly inlineData?: { readonly mimeType: string; readonly data: string }
  readonly fileData?: { readonly mimeType: string; readonly fileUri: string }
  readonly functionCall?: { readonly id: string; readonly name: string; readonly args: JsonObject }
  readonly functionResponse?: {
    readonly id: string
    readonly name: string
    readonly response: { readonly output: string } | { readonly error: string }
  }
}

/** One tool as we send it. */
export interface FunctionSpec {
  readonly name: string
  readonly description: string
  readonly parametersJsonSchema: JsonObject
}

/** Settings of the answer, as far as a request names them. */
export interface AnswerConfig {
  readonly temperature?: number
  readonly maxOutputTokens?: number
  readonly responseMimeType?: string
  readonly responseJsonSchema?: JsonObject
}

/** What is kept with a part of an answer, and goes back to the same model. */
export interface KeptPart {
  readonly thoughtSignature?: string
  /** The part that came right behind this one: empty but for its signature. */
  readonly next?: JsonObject
  /** `groundingMetadata` and the like; for readers, it does not go back. */
  readonly sources?: JsonObject
}
