import { ConfigError, ModelError } from '@heddle/core'
import type { ModelInfo } from '@heddle/core'
import { builtInCatalog } from '../catalog/catalog.ts'
import type { ModelCatalog } from '../catalog/catalog.ts'
import type { CatalogModel } from '../catalog/catalog-model.ts'
import { processEnvironment } from '../environment.ts'
import type { Environment } from '../environment.ts'
import { getText } from '../wire/get-text.ts'
import type { Fetch } from '../wire/transport-options.ts'
import { UNKNOWN_INFO } from '../wire/unknown-info.ts'
import { baseUrlOf } from './address.ts'
import { isFree } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { allEndpoints, findEndpoint } from './find-endpoint.ts'
import type { Endpoints, NamedEndpoint } from './find-endpoint.ts'
import { headersWithKey, keyAtUse } from './key.ts'
import { readModelList } from './model-list.ts'
import type { ListedName, ModelList } from './model-list.ts'
import { unknownProvider } from './unknown-provider.ts'

/** What {@link listModels} and {@link probeEndpoint} may be told. */
export interface AskBackendOptions {
  /** Where keys, addresses and proxies are looked up. Default: the process's environment. */
  readonly env?: Environment
  /** Further backends by name; one of ours may be replaced. */
  readonly endpoints?: Endpoints
  /** What is known of the models. Default: the catalogue that ships with this package. */
  readonly catalog?: ModelCatalog
  /** Carries the requests; default as for `models`. */
  readonly fetch?: Fetch
  /** Stops waiting. */
  readonly signal?: AbortSignal
  /** For each page of the list, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number
}

/** A model that a backend says it has. */
export interface ListedModel {
  /** `provider/model`, as `models` takes it. */
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Of the catalogue, and the windows as the backend tells them where the catalogue does not know. */
  readonly info: ModelInfo
  /** `null`: the catalogue does not know it; it may be one that does not chat. */
  readonly entry: CatalogModel | null
}

const TIMEOUT_MS = 10_000
/** OpenRouter's list, the longest, has half a megabyte. */
const MAX_BYTES = 16 * 1024 * 1024
/** Of a thousand models each, where the vendor lets us choose. */
const MAX_PAGES = 20

/**
 * Asks a backend which models it has.
 *
 * @param provider - Name or alias of a backend, such as `groq`.
 * @returns The newest first, those of unknown age last; then by name. Empty when it has none.
 * @throws ConfigError `config.unknown_provider`, `config.missing_key`, `config.invalid`. ModelError as
 *   `LanguageModel.stream`: `model.unavailable` when nobody answers, `model.total_timeout`, `model.auth`, `model.not_found` where
 *   the backend has no list, `model.bad_response` when it answers with something else, `model.aborted`.
 */
export function listModels(
  provider: string,
  options: AskBackendOptions = {},
): Promise<readonly ListedModel[]> {
  return askForModels(provider, options, () => {})
}

/** @param onReply - Told when somebody has begun to answer, with whatever. */
export async function askForModels(
  provider: string,
  options: AskBackendOptions,
  onReply: () => void,
): Promise<readonly ListedModel[]> {
  const found = namedEndpoint(provider, options.endpoints)
  const names = new Map<string, ListedName>()
  let page: string | null = ''
  for (let pages = 0; page !== null && pages < MAX_PAGES; pages++) {
    const list = await askPage(found, page, { ...options, onReply })
    for (const listed of list.names) names.set(listed.model, listed)
    page = list.nextPage
  }
  const catalog = options.catalog ?? builtInCatalog
  return [...names.values()].map((listed) => listedModel(found, listed, catalog)).sort(newestFirst)
}

/** @throws ConfigError `config.unknown_provider` */
function namedEndpoint(provider: string, endpoints: Endpoints | undefined): NamedEndpoint {
  const found = findEndpoint(provider.toLowerCase(), endpoints)
  if (found) return found
  throw unknownProvider(
    provider,
    allEndpoints(endpoints).map((one) => one.provider),
  )
}

async function askPage(
  { provider, endpoint }: NamedEndpoint,
  page: string,
  options: AskBackendOptions & { readonly onReply: () => void },
): Promise<ModelList> {
  const env = options.env ?? processEnvironment()
  const url = listUrl(baseUrlOf(provider, endpoint, env), endpoint, page)
  const text = await getText({
    provider,
    url,
    headers: {
      accept: 'application/json',
      ...(endpoint.wire === 'messages' ? { 'anthropic-version': '2023-06-01' } : {}),
      ...headersWithKey(endpoint, keyAtUse(provider, endpoint, env)),
      ...endpoint.headers,
    },
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal: options.signal,
    env: options.env,
    fetch: options.fetch,
    onReply: options.onReply,
  })
  const list = readModelList(parsed(text))
  if (list) return list
  throw new ModelError(
    'model.bad_response',
    `${provider} did not answer with a list of models; check the base URL`,
  )
}

/** @throws ConfigError `config.invalid`; the text is not repeated, it may hold a password. */
function listUrl(baseUrl: string, endpoint: Endpoint, page: string): string {
  const base = URL.parse(`${baseUrl.trim().replace(/\/+$/, '')}/`)
  if (!base)
    throw new ConfigError('config.invalid', 'The base URL cannot be used; write it like https://host/v1')
  const url = new URL(endpoint.modelsPath ?? PATHS[endpoint.wire](base.pathname), base)
  for (const [name, value] of new URLSearchParams(page)) url.searchParams.set(name, value)
  return url.href
}

/** The longest pages that the vendors give. */
const PATHS: Readonly<Record<Endpoint['wire'], (path: string) => string>> = {
  chat: () => 'models',
  responses: () => 'models',
  messages: (path) => (path.endsWith('/v1/') ? 'models?limit=1000' : 'v1/models?limit=1000'),
  gemini: () => 'models?pageSize=1000',
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function listedModel(
  { provider, endpoint }: NamedEndpoint,
  { model, contextWindow, maxOutputTokens }: ListedName,
  catalog: ModelCatalog,
): ListedModel {
  const entry = catalog.find(provider, model)
  const known = entry?.info ?? UNKNOWN_INFO
  const info = {
    ...known,
    contextWindow: known.contextWindow ?? contextWindow,
    maxOutputTokens: known.maxOutputTokens ?? maxOutputTokens,
    ...(isFree(endpoint) ? { price: { input: 0, output: 0 } } : {}),
  }
  return { id: `${provider}/${model}`, provider, model, info, entry }
}

function newestFirst(a: ListedModel, b: ListedModel): number {
  const [dayA, dayB] = [a.entry?.releaseDate ?? '', b.entry?.releaseDate ?? '']
  if (dayA !== dayB) return dayA > dayB ? -1 : 1
  return a.model < b.model ? -1 : 1
}
