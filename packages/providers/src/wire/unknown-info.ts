import type { ModelInfo } from '@heddle/core'

/** For a model nobody told us about. */
export const UNKNOWN_INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: null }
