import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelInfo } from '@heddle/core'
import { anthropic } from './anthropic.ts'
import { BACKENDS, baseUrlOf, keyVariableOf } from './backends.ts'
import type { Endpoint } from './backends.ts'
import { catalogEntry } from './catalog.ts'
import { compatible } from './compatible.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { processEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { lazyOfflineModel, OFFLINE_PROVIDER } from './lazy-offline-model.ts'
import { parseModelString } from './model-string.ts'
import type { ModelName } from './model-string.ts'
import { unknownProvider } from './unknown-provider.ts'
import type { Fetch } from './wire/transport-options.ts'

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
  readonly endpoints?: Readonly<Record<string, Endpoint>>
}

/** A local server bills nobody; its window is only known by asking it. */
const LOCAL_INFO: ModelInfo = { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } }

/**
 * The model that a string names, such as `anthropic/claude-sonnet-5` or `ollama:qwen3:8b`.
 * `heddle/offline` is the planner of this package. Nothing is sent and no key is read before it is asked.
 *
 * @throws ConfigError `config.invalid` for a string of another form, `config.unknown_provider`.
 *   A missing key is thrown by `stream`, as `config.missing_key`.
 */
export function models(modelString: string, options: ModelsOptions = {}): LanguageModel {
  const { provider, model } = parseModelString(modelString)
  const table = { ...BACKENDS, ...options.endpoints }
  const endpoint = Object.hasOwn(table, provider) ? table[provider] : undefined
  if (endpoint) return endpointModel({ provider, model }, endpoint, options)
  if (provider === OFFLINE_PROVIDER) return lazyOfflineModel(model)
  throw unknownProvider(provider, [...Object.keys(table), OFFLINE_PROVIDER])
}

function endpointModel(name: ModelName, endpoint: Endpoint, options: ModelsOptions): LanguageModel {
  const { provider, model } = name
  const { info, reasoningField, isStructured } = catalogEntry(provider, model)
  const known = endpoint.isLocal === true ? LOCAL_INFO : info
  const isEnforced = endpoint.enforcesSchema?.(model, isStructured) === true
  const env = options.env ?? processEnvironment()
  const settings = {
    provider,
    model,
    info: isEnforced ? { ...known, outputSchema: true } : known,
    baseUrl: baseUrlOf(provider, endpoint, env),
    apiKey: () => keyAtUse(name, endpoint, options.env ?? processEnvironment()),
    ...(endpoint.headers ? { headers: endpoint.headers } : {}),
    ...(options.fetch ? { fetch: options.fetch } : {}),
    env,
  }
  if (endpoint.wire === 'messages') return anthropic(settings)
  return compatible({
    ...settings,
    dialect: { ...reasoningDialect(reasoningField), ...endpoint.dialect?.(model) },
  })
}

/** OpenRouter's `reasoning_details` need no dialect: they go back as they came. */
function reasoningDialect(field: string | null): ChatDialect {
  return field === 'reasoning_content' || field === 'reasoning' ? { reasoningField: field } : {}
}

function keyAtUse({ provider }: ModelName, endpoint: Endpoint, env: Environment): string | undefined {
  const variable = keyVariableOf(endpoint, env)
  if (variable !== null) return env[variable]?.trim()
  const [wanted] = endpoint.keyVariables ?? []
  if (wanted === undefined || endpoint.isLocal === true) return endpoint.placeholderKey
  throw new ConfigError(
    'config.missing_key',
    `No API key for ${provider}: set ${wanted}, or choose a model that needs none, such as ollama:qwen3:8b or ${OFFLINE_PROVIDER}/offline`,
  )
}
