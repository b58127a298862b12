import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelEvent, ModelInfo, ModelRequest } from '@heddle/core'

/** Provider of the models that live in this package. */
export const OFFLINE_PROVIDER = 'heddle'

const OFFLINE_NAME = 'offline'

const INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } }

/**
 * `heddle/offline`, loaded when it is first asked.
 *
 * @throws ConfigError `config.invalid` for any other name.
 */
export function lazyOfflineModel(name: string): LanguageModel {
  if (name !== OFFLINE_NAME) {
    throw new ConfigError(
      'config.invalid',
      `"${OFFLINE_PROVIDER}/${name}" does not exist; the only model of its own is ${OFFLINE_PROVIDER}/${OFFLINE_NAME}`,
    )
  }
  return { id: `${OFFLINE_PROVIDER}/${OFFLINE_NAME}`, info: INFO, stream: streamOffline }
}

async function* streamOffline(
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  const { offlineModel } = await import('./offline.ts')
  yield* offlineModel().stream(request, signal)
}
