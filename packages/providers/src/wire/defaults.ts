import type { ModelInfo } from '@heddle/core'
import type { Patience } from './open-line.ts'

/** The web's `fetch`, as far as it is used here. Must honour `init.signal`. Its `init.body` is a string of JSON. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Large prompts on slow local models need minutes to begin; once begun, a minute of silence is a fault. */
export const DEFAULT_PATIENCE: Patience = { firstByteTimeoutMs: 300_000, idleTimeoutMs: 60_000 }

/** For a model nobody told us about. */
export const UNKNOWN_INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: null }
