import type { LanguageModel, ModelInfo } from '@heddle/core'
import { baseUrlOf } from './backends/address.ts'
import { isFree } from './backends/endpoint.ts'
import type { Endpoint } from './backends/endpoint.ts'
import { allEndpoints, findEndpoint } from './backends/find-endpoint.ts'
import type { Endpoints, NamedEndpoint } from './backends/find-endpoint.ts'
import { unknownProvider } from './backends/unknown-provider.ts'
import { BRIDGE_INFO, BRIDGE_NAMES, isBridgeName } from './bridge/bridge-names.ts'
import type { BridgeName } from './bridge/bridge-names.ts'
import { builtInCatalog } from './catalog/catalog.ts'
import type { ModelCatalog } from './catalog/catalog.ts'
import type { CatalogModel } from './catalog/catalog-model.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { processEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { lazyModel } from './lazy-model.ts'
import { lazyOfflineModel, OFFLINE_PROVIDER } from './lazy-offline-model.ts'
import { parseModelString } from './model-string.ts'
import { openWire } from './open-wire.ts'
import type { Fetch } from './wire/transport-options.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'

/** What {@link models} may be told. */
export interface ModelsOptions {
  /**
   * Where keys (at each request), base URLs (at once) and proxies (at the first request to an address) are
   * looked up. Default: the process's environment.
   */
  readonly env?: Environment
  /** Carries every request; default as for {@link compatible}. */
  readonly fetch?: Fetch
  /** Further backends by name; one of ours may be replaced. */
  readonly endpoints?: Endpoints
  /** Where windows, prices and abilities are looked up. Default: the one that ships with this package. */
  readonly catalog?: ModelCatalog
}

/**
 * The model that a string names, such as `anthropic/claude-sonnet-5` or `ollama:qwen3:8b`.
 * `heddle/offline` is the planner of this package; `claude-subscription/…` and `codex-subscription/…` are asked
 * through the programs of those names, without tools. Nothing is sent, no key is read and no adapter is loaded
 * before it is asked.
 *
 * @throws ConfigError `config.invalid` for a string of another form, `config.unknown_provider`.
 *   A missing key is thrown by `stream`, as `config.missing_key`.
 */
export function models(modelString: string, options: ModelsOptions = {}): LanguageModel {
  const { provider, model } = parseModelString(modelString)
  const found = findEndpoint(provider, options.endpoints)
  if (found) return endpointModel(model, found, options)
  if (provider === OFFLINE_PROVIDER) return lazyOfflineModel(model)
  if (isBridgeName(provider)) return bridgeModel(provider, model, options)
  const known = allEndpoints(options.endpoints).map((one) => one.provider)
  throw unknownProvider(provider, [...known, OFFLINE_PROVIDER, ...BRIDGE_NAMES])
}

function bridgeModel(name: BridgeName, model: string, { env }: ModelsOptions): LanguageModel {
  return lazyModel(`${name}/${model}`, BRIDGE_INFO, async () => {
    const { bridge } = await import('./bridge.ts')
    return bridge({ bridge: name, model, ...(env ? { env } : {}) })
  })
}

function endpointModel(
  model: string,
  { provider, endpoint }: NamedEndpoint,
  options: ModelsOptions,
): LanguageModel {
  const entry = (options.catalog ?? builtInCatalog).find(provider, model)
  const info = infoOf(endpoint, model, entry)
  const env = options.env ?? processEnvironment()
  const asked = {
    provider,
    model,
    endpoint,
    info,
    baseUrl: baseUrlOf(provider, endpoint, env),
    dialect: { ...reasoningDialect(entry?.reasoningField), ...endpoint.dialect?.(model) },
    env: options.env,
    fetch: options.fetch,
  }
  return lazyModel(`${provider}/${model}`, info, () => openWire(asked))
}

/** One's own server bills nobody; its window is only known by asking it. */
const OWN_INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } }

function infoOf(endpoint: Endpoint, model: string, entry: CatalogModel | null): ModelInfo {
  const known = isFree(endpoint) ? OWN_INFO : (entry?.info ?? UNKNOWN_INFO)
  const isEnforced = endpoint.enforcesSchema?.(model, entry?.isStructured === true) === true
  return isEnforced ? { ...known, outputSchema: true } : known
}

/** OpenRouter's `reasoning_details` need no dialect: they go back as they came. */
function reasoningDialect(field: string | null | undefined): ChatDialect {
  return field === 'reasoning_content' || field === 'reasoning' ? { reasoningField: field } : {}
}
