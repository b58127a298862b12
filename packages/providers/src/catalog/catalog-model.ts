import type { ModelInfo } from '@heddle/core'

/** What can stand in a question or an answer. */
export type Medium = 'text' | 'image' | 'pdf' | 'audio' | 'video'

/** What the catalogue knows of a model that answers in text. */
export interface CatalogModel {
  /** Our name of the backend, such as `openai`. */
  readonly provider: string
  /** The vendor's name of the model. */
  readonly model: string
  /** Windows in tokens, prices in USD per million tokens; `tools` is absent where nothing is said of them. */
  readonly info: ModelInfo
  /** Whether it can think before it answers. */
  readonly reasons: boolean
  /** The field in which the vendor wants the model's reasoning back; `null` for none. */
  readonly reasoningField: string | null
  /** Whether the model is said to enforce JSON Schemas; the backend may still not do it for an agent. */
  readonly isStructured: boolean
  /** Sorted as in {@link Medium}, without repetition; `text` is always among them. */
  readonly inputs: readonly Medium[]
  /** As `inputs`. */
  readonly outputs: readonly Medium[]
  /** `null`: in use. */
  readonly status: 'alpha' | 'beta' | 'deprecated' | null
  /** `YYYY-MM-DD` or `YYYY-MM`; `null` when unknown. */
  readonly releaseDate: string | null
  /** Until when it knows the world: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; `null` when unknown. */
  readonly knowledge: string | null
}

/** Every medium, in the order in which lists of them are sorted. */
export const MEDIA: readonly Medium[] = ['text', 'image', 'pdf', 'audio', 'video']
