import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'

/** A model as a backend lists it. */
export interface ListedName {
  readonly model: string
  /** In tokens; `null` where it does not say. */
  readonly contextWindow: number | null
  readonly maxOutputTokens: number | null
}

/** One page of a list. */
export interface ModelList {
  readonly names: readonly ListedName[]
  /** Query that leads to the next page; `null` after the last. */
  readonly nextPage: string | null
}

/**
 * Reads a list of models as OpenAI (`data`), Anthropic (`data`, `has_more`), Google and Cohere (`models`,
 * `nextPageToken`, `next_page_token`), Ollama (`models`) and Together (a bare list) give it. What is no model is
 * passed over, and so is what says that it does not generate text.
 *
 * @returns `null` for anything else.
 */
export function readModelList(body: unknown): ModelList | null {
  const outer = isJsonObject(body) ? body : {}
  const list = Array.isArray(body) ? body : (outer['data'] ?? outer['models'])
  if (!Array.isArray(list)) return null
  const names = (list as readonly unknown[]).flatMap((item) => (isJsonObject(item) ? nameOf(item) : []))
  return { names, nextPage: nextPageOf(outer, names) }
}

function nameOf(item: JsonObject): readonly ListedName[] {
  const id = item['id'] ?? item['name']
  const methods = item['supportedGenerationMethods']
  const generates = !Array.isArray(methods) || methods.includes('generateContent')
  if (typeof id !== 'string' || id === '' || UNPRINTABLE.test(id) || !generates) return []
  return [
    {
      // Google's names have their folder before them.
      model: id.replace(/^models\//, ''),
      contextWindow: amountOf(item, CONTEXT_FIELDS),
      maxOutputTokens: amountOf(item, OUTPUT_FIELDS),
    },
  ]
}

/** A name is shown in terminals. */
const UNPRINTABLE = /[\s\p{C}]/u

/** OpenRouter, Together, Cohere; Groq; vLLM; Google; Anthropic; Mistral; LM Studio. */
const CONTEXT_FIELDS = [
  'context_length',
  'context_window',
  'max_model_len',
  'inputTokenLimit',
  'max_input_tokens',
  'max_context_length',
]
/** Groq; Google; Anthropic. */
const OUTPUT_FIELDS = ['max_completion_tokens', 'outputTokenLimit', 'max_tokens']

function amountOf(item: JsonObject, fields: readonly string[]): number | null {
  for (const field of fields) {
    const value = item[field]
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  }
  return null
}

function nextPageOf(body: JsonObject, names: readonly ListedName[]): string | null {
  const { nextPageToken: google, next_page_token: cohere, has_more: hasMore, last_id: lastId } = body
  if (typeof google === 'string' && google !== '') return `pageToken=${encodeURIComponent(google)}`
  if (typeof cohere === 'string' && cohere !== '') return `page_token=${encodeURIComponent(cohere)}`
  const last = typeof lastId === 'string' ? lastId : names.at(-1)?.model
  return hasMore === true && last !== undefined ? `after_id=${encodeURIComponent(last)}` : null
}
