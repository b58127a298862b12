import type { JsonValue } from '@heddle/core'

/**
 * A chunk of a Chat Completions stream, as far as it is looked at. Everything may be absent, and
 * nothing is checked before it is used: vendors differ in more ways than a schema could list.
 */
export interface ChatChunk {
  readonly choices?: readonly (ChatChoice | undefined)[] | null
  readonly usage?: ChatUsage | null
  readonly x_groq?: { readonly usage?: ChatUsage | null } | null
  readonly error?: unknown
  /** `error` in the errors of vLLM and Mistral, which have no `error` member. */
  readonly object?: string
}

export interface ChatChoice {
  readonly index?: number
  readonly delta?: ChatDelta | null
  /** In answers that were not streamed. */
  readonly message?: ChatDelta | null
  readonly finish_reason?: string | null
  /** Moonshot puts it here. */
  readonly usage?: ChatUsage | null
}

export interface ChatDelta {
  /** Mistral's reasoning models send a list. */
  readonly content?: string | readonly ChatContentItem[] | null
  /** DeepSeek, xAI, Z.ai, Moonshot, vLLM. */
  readonly reasoning_content?: string | null
  /** OpenRouter, Groq, Cerebras, Ollama. */
  readonly reasoning?: string | null
  /** OpenRouter: what its models want back. */
  readonly reasoning_details?: readonly JsonValue[] | null
  readonly refusal?: string | null
  readonly tool_calls?: readonly ChatToolCall[] | null
}

export interface ChatContentItem {
  readonly type?: string
  readonly text?: string
  readonly thinking?: readonly { readonly text?: string }[]
}

export interface ChatToolCall {
  readonly index?: number | null
  readonly id?: string | null
  readonly function?: { readonly name?: string | null; readonly arguments?: string | JsonValue } | null
  /** Google: signatures without which the next request is refused. */
  readonly extra_content?: JsonValue
}

export interface ChatUsage {
  readonly prompt_tokens?: number
  readonly completion_tokens?: number
  readonly total_tokens?: number
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number | null
    /** OpenRouter. */
    readonly cache_write_tokens?: number | null
  } | null
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null
  /** DeepSeek. */
  readonly prompt_cache_hit_tokens?: number
  /** Moonshot. */
  readonly cached_tokens?: number
}
