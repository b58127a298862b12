import type { LanguageModel, ModelInfo } from '@heddle/core'
import { baseUrlOf } from './backends/address.ts'
import { allEndpoints, findEndpoint } from './backends/find-endpoint.ts'
import type { NamedEndpoint } from './backends/find-endpoint.ts'
import { keyAtUse } from './backends/key.ts'
import { unknownProvider } from './backends/unknown-provider.ts'
import { BRIDGE_INFO, BRIDGE_NAMES, isBridgeName } from './bridge/bridge-names.ts'
import type { BridgeName } from './bridge/bridge-names.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { processEnvironment } from './environment.ts'
import { infoWithAdvice, knownModel, marketOf } from './known-model.ts'
import { lazyModel } from './lazy-model.ts'
import { lazyOfflineModel, OFFLINE_PROVIDER } from './lazy-offline-model.ts'
import { parseModelString } from './model-string.ts'
import type { ModelsOptions } from './models-options.ts'
import { openWire } from './open-wire.ts'
import { checkNeeds } from './routing/needs.ts'
import type { KnownModel } from './routing/needs.ts'
import { limitsOf } from './wire/transport-options.ts'

/** The one model that a model string names; see `models`. */
export function namedModel(modelString: string, options: ModelsOptions): LanguageModel {
  const { provider, model } = parseModelString(modelString)
  const found = findEndpoint(provider, options.endpoints)
  if (found) return endpointModel(model, found, options)
  if (provider === OFFLINE_PROVIDER) return lazyOfflineModel(model)
  if (isBridgeName(provider)) return bridgeModel(provider, model, options)
  const known = allEndpoints(options.endpoints).map((one) => one.provider)
  throw unknownProvider(provider, [...known, OFFLINE_PROVIDER, ...BRIDGE_NAMES])
}

function bridgeModel(name: BridgeName, model: string, options: ModelsOptions): LanguageModel {
  const { env } = options
  const info = checkedInfo({ provider: name, model, info: BRIDGE_INFO, entry: null }, options)
  return lazyModel(`${name}/${model}`, info, async () => {
    const { bridge } = await import('./bridge.ts')
    return bridge({ bridge: name, model, ...(env ? { env } : {}), ...limitsOf(options) })
  })
}

function endpointModel(model: string, found: NamedEndpoint, options: ModelsOptions): LanguageModel {
  const { provider, endpoint } = found
  const known = knownModel(found, model, options)
  const info = checkedInfo(known, options)
  const asked = {
    provider,
    model,
    endpoint,
    info,
    baseUrl: baseUrlOf(provider, endpoint, options.env ?? processEnvironment()),
    dialect: { ...reasoningDialect(known.entry?.reasoningField), ...endpoint.dialect?.(model) },
    env: options.env,
    fetch: options.fetch,
    limits: limitsOf(options),
  }
  const made = lazyModel(`${provider}/${model}`, info, () => openWire(asked))
  const keyNow = (): string | undefined => keyAtUse(provider, endpoint, options.env ?? processEnvironment())
  return options.breaker?.guard(made, keyNow) ?? made
}

function checkedInfo(known: KnownModel, options: ModelsOptions): ModelInfo {
  const market = marketOf(options)
  if (options.needs) checkNeeds(known, options.needs, market)
  return infoWithAdvice(known, market)
}

/** OpenRouter's `reasoning_details` need no dialect: they go back as they came. */
function reasoningDialect(field: string | null | undefined): ChatDialect {
  return field === 'reasoning_content' || field === 'reasoning' ? { reasoningField: field } : {}
}
