import { ConfigError, messageOf } from '@heddle/core'
import type { Environment } from '../environment.ts'
import { getText } from '../wire/get-text.ts'
import type { Fetch } from '../wire/transport-options.ts'
import { readApiJson } from './api-json.ts'
import type { ReadCatalog } from './api-json.ts'
import { fileSystem, writeCacheFile } from './cache-file.ts'
import { catalogOf } from './catalog.ts'
import type { CatalogLayer, ModelCatalog } from './catalog.ts'
import { loadCatalog } from './load-catalog.ts'
import { tablesOf } from './tables-of.ts'

/** Where models.dev publishes its catalogue (MIT). */
export const CATALOG_URL = 'https://models.dev/api.json'

/** What {@link updateCatalog} is told. */
export interface UpdateCatalogOptions {
  /** An http or https URL, or a file. Default {@link CATALOG_URL}. */
  readonly from?: string
  /** What is replaced. Its folder is made. */
  readonly cacheFile: string
  /** Stops waiting for the answer. */
  readonly signal?: AbortSignal
  /** For a whole answer, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number
  /** Where proxy variables are looked up. Default: the process's environment. */
  readonly env?: Environment
  /** Carries the request; default as for `models`. */
  readonly fetch?: Fetch
  /** Epoch milliseconds: the day of data that comes by a URL. Default: now. */
  readonly nowMs?: number
}

/** What an update did. */
export interface CatalogUpdate {
  readonly catalog: ModelCatalog
  /** How many models the new data has. */
  readonly models: number
  /** Models that could not be read. */
  readonly skippedModels: number
  /** Values that could not be read, and are unknown. */
  readonly skippedValues: number
  /** `provider/model`, sorted: those that were not known before. */
  readonly added: readonly string[]
  /** Those that the new data does not have; what was known of them before still counts. */
  readonly missing: readonly string[]
  /** Those whose price is another one. */
  readonly repriced: readonly string[]
}

const TIMEOUT_MS = 60_000
/** Twenty times what models.dev is today. */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Gets a catalogue in the shape of models.dev's `api.json`, checks it, and only then puts it in the place of the
 * cache, all at once.
 *
 * @throws ModelError when nobody answers, or with an error: `model.unavailable`, `model.total_timeout`, `model.not_found` …,
 *   `model.aborted`. ConfigError `config.invalid` when it is no catalogue, or a file cannot be read or written.
 *   The cache is as it was then.
 */
export async function updateCatalog(options: UpdateCatalogOptions): Promise<CatalogUpdate> {
  const { from = CATALOG_URL, cacheFile } = options
  const isUrl = /^https?:\/\//i.test(from)
  const read = readApiJson(parsed(from, isUrl ? await download(from, options) : await readWhole(from)))
  const today = new Date(options.nowMs ?? Date.now()).toISOString().slice(0, 10)
  const layer: CatalogLayer = {
    asOf: isUrl ? today : dayOf(read, today),
    source: isUrl ? withoutSecrets(from) : from,
    tables: tablesOf(read.models),
  }
  const before = (await loadCatalog({ cacheFile })).catalog
  await writeCacheFile(cacheFile, layer)
  const { catalog } = await loadCatalog({ cacheFile })
  return { catalog, ...changes(before, catalogOf([layer]), read) }
}

function download(from: string, options: UpdateCatalogOptions): Promise<string> {
  const { signal, env, fetch } = options
  return getText({
    provider: new URL(from).host,
    url: from,
    headers: { accept: 'application/json' },
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal,
    env,
    fetch,
  })
}

async function readWhole(file: string): Promise<string> {
  const { readFile, stat } = fileSystem()
  try {
    const { size } = await stat(file)
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, more than ${MAX_BYTES}`)
    return await readFile(file, 'utf8')
  } catch (thrown) {
    throw new ConfigError('config.invalid', `${file} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function parsed(from: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new ConfigError('config.invalid', `${withoutSecrets(from)} is not JSON: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}

function changes(
  before: ModelCatalog,
  after: ModelCatalog,
  { models, skippedModels, skippedValues }: ReadCatalog,
): Omit<CatalogUpdate, 'catalog'> {
  const [added, repriced] = [[] as string[], [] as string[]]
  for (const { provider, model, info } of models) {
    const old = before.find(provider, model)
    if (!old) added.push(`${provider}/${model}`)
    else if (JSON.stringify(old.info.price) !== JSON.stringify(info.price))
      repriced.push(`${provider}/${model}`)
  }
  const missing = before
    .list()
    .filter(({ provider, model }) => after.find(provider, model) === null)
    .map(({ provider, model }) => `${provider}/${model}`)
  return {
    models: models.length,
    skippedModels,
    skippedValues,
    added: added.sort(),
    missing: missing.sort(),
    repriced: repriced.sort(),
  }
}

/**
 * What is served now is true now; a file may have been lying about. `2026-06` is its first day; nothing was true
 * after today.
 */
function dayOf({ newestChange }: ReadCatalog, today: string): string {
  const day = newestChange?.length === 7 ? `${newestChange}-01` : newestChange
  return day != null && day < today ? day : today
}

/** A URL may have a token in its user part or its query. */
function withoutSecrets(from: string): string {
  const url = URL.parse(from)
  return url && /^https?:$/.test(url.protocol) ? `${url.origin}${url.pathname}` : from
}
