import { toErrorJson } from '@heddle/core'
import type { ErrorJson } from '@heddle/core'
import { askForModels } from './list-models.ts'
import type { AskBackendOptions } from './list-models.ts'

/** What came of knocking at a backend. */
export interface EndpointProbe {
  /** Whether anybody answered, with whatever. */
  readonly isReachable: boolean
  /** Until the answer, or until it was given up, in whole milliseconds. */
  readonly ms: number
  /** How many models it lists; `null` when it did not say. */
  readonly models: number | null
  /** What is wrong, in a sentence for a person; `null` when nothing is. */
  readonly error: ErrorJson | null
}

/** Nobody wants to wait for long to hear that a server is not there. */
const TIMEOUT_MS = 3_000

/**
 * Asks a backend for its models, to see whether it is there and takes the key. Never throws.
 *
 * @param options - `timeoutMs` is 3,000 unless given.
 */
export async function probeEndpoint(
  provider: string,
  options: AskBackendOptions = {},
): Promise<EndpointProbe> {
  const startMs = performance.now()
  const ended = (): number => Math.round(performance.now() - startMs)
  let isReachable = false
  try {
    const asked = { timeoutMs: TIMEOUT_MS, ...options }
    const { length } = await askForModels(provider, asked, () => (isReachable = true))
    return { isReachable, ms: ended(), models: length, error: null }
  } catch (thrown) {
    return { isReachable, ms: ended(), models: null, error: toErrorJson(thrown) }
  }
}
