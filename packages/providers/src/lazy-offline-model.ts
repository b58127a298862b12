import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelInfo } from '@heddle/core'
import { lazyModel } from './lazy-model.ts'

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
  return lazyModel(`${OFFLINE_PROVIDER}/${OFFLINE_NAME}`, INFO, async () => {
    const { offlineModel } = await import('./offline.ts')
    return offlineModel()
  })
}
