import { ConfigError, isJsonObject } from '@heddle/core'
import type { JsonObject, Price } from '@heddle/core'
import { MEDIA } from './catalog-model.ts'
import type { CatalogModel, Medium } from './catalog-model.ts'

/** What became of a file in the shape of models.dev's `api.json`. */
export interface ReadCatalog {
  /** Of our backends, models that answer in text; sorted by backend and name. */
  readonly models: readonly CatalogModel[]
  /** Models left out because they have no usable name or are no objects. */
  readonly skippedModels: number
  /** Values of a wrong type or sign, taken for unknown. */
  readonly skippedValues: number
  /** Day of the newest change that the file tells of, `YYYY-MM-DD`; `null` when it tells of none. */
  readonly newestChange: string | null
}

/** Our name of a backend, and models.dev's. */
export const CATALOG_SOURCES: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  azure: 'azure',
  cerebras: 'cerebras',
  cohere: 'cohere',
  deepseek: 'deepseek',
  fireworks: 'fireworks-ai',
  google: 'google',
  groq: 'groq',
  mistral: 'mistral',
  nvidia: 'nvidia',
  openai: 'openai',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  together: 'togetherai',
  xai: 'xai',
  zai: 'zai',
}

/**
 * Reads what was parsed from a file in the shape of models.dev's `api.json`. Unknown members are passed
 * over, whatever has a wrong type is unknown and counted.
 *
 * @throws ConfigError `config.invalid` when it has another shape, or no model of any of our backends.
 */
export function readApiJson(json: unknown): ReadCatalog {
  const tally: Tally = { skippedModels: 0, skippedValues: 0, newestChange: null }
  const models = isJsonObject(json)
    ? Object.entries(CATALOG_SOURCES).flatMap(([name, source]) => readProvider(name, json[source], tally))
    : []
  if (models.length > 0) return { models, ...tally }
  throw new ConfigError(
    'config.invalid',
    'This is no model catalogue: it must be JSON in the shape of https://models.dev/api.json, with models of a backend such as "anthropic".',
  )
}

interface Tally {
  skippedModels: number
  skippedValues: number
  newestChange: string | null
}

function readProvider(provider: string, json: unknown, tally: Tally): readonly CatalogModel[] {
  const list = isJsonObject(json) ? json['models'] : undefined
  if (!isJsonObject(list)) return []
  const found = new Map<string, CatalogModel>()
  for (const item of Object.values(list)) {
    const entry = isJsonObject(item) ? readModel(provider, item, tally) : null
    if (entry === null) tally.skippedModels++
    else if (entry !== 'another kind' && isWanted(entry)) found.set(entry.model, entry)
  }
  return [...found.values()].sort((a, b) => (a.model < b.model ? -1 : 1))
}

/** Who hosts the models of others hosts much that no agent can use; a vendor's own are worth a warning. */
const HOSTS_OF_OTHERS: ReadonlySet<string> = new Set(['azure', 'nvidia', 'openrouter'])

function isWanted({ provider, info, model }: CatalogModel): boolean {
  // Azure has Claude at another address, in another language.
  if (provider === 'azure' && model.startsWith('claude-')) return false
  return info.tools === true || !HOSTS_OF_OTHERS.has(provider)
}

/** @returns `null` for what cannot be read at all. */
function readModel(provider: string, item: JsonObject, tally: Tally): CatalogModel | 'another kind' | null {
  const value = reader(item, tally)
  const { id } = item
  if (typeof id !== 'string' || id === '' || UNPRINTABLE.test(id)) return null
  const limit = reader(value('limit', isJsonObject) ?? {}, tally)
  const modalities = reader(value('modalities', isJsonObject) ?? {}, tally)
  const outputs = media(modalities('output', isList))
  const contextWindow = limit('context', isAmount) || null
  if (!outputs.includes('text') || contextWindow === null) return 'another kind'
  // Embeddings are said to give text.
  if (/embed/.test(`${value('family', isText) ?? ''} ${id}`)) return 'another kind'
  noteChange(value('last_updated', isText), tally)
  const tools = value('tool_call', isFlag)
  return {
    provider,
    model: id,
    info: {
      contextWindow,
      maxOutputTokens: limit('output', isAmount) || null,
      price: readPrice(value('cost', isJsonObject), tally),
      ...(tools === undefined ? {} : { tools }),
    },
    reasons: value('reasoning', isFlag) === true,
    reasoningField: reasoningField(item['interleaved']),
    isStructured: value('structured_output', isFlag) === true,
    inputs: media(modalities('input', isList), 'text'),
    outputs,
    status: value('status', isStatus) ?? null,
    releaseDate: value('release_date', isDay) ?? null,
    knowledge: value('knowledge', isDate) ?? null,
  }
}

/** A name is a word in a line, and may be shown in a terminal. */
const UNPRINTABLE = /[\s\p{C}]/u

type Reader = <T>(name: string, is: (value: unknown) => value is T) => T | undefined

/** Reads members; one of a wrong kind is counted, and nothing. */
function reader(object: JsonObject, tally: Tally): Reader {
  return (name, is) => {
    const value: unknown = object[name]
    if (value === undefined || value === null) return undefined
    if (is(value)) return value
    tally.skippedValues++
    return undefined
  }
}

/**
 * The prices of a model. They are unknown where something else is billed than tokens by their number:
 * a sum per request, or thoughts at a price of their own.
 */
function readPrice(cost: JsonObject | undefined, tally: Tally): Price | null {
  if (!cost) return null
  const value = reader(cost, tally)
  const price = readFour(value)
  const isPlain = BILLED_BESIDES.every((name) => cost[name] === undefined)
  const thoughts = value('reasoning', isAmount)
  if (!price || !isPlain || (thoughts !== undefined && thoughts !== price.output)) return null
  const tiers = (value('tiers', isList) ?? [])
    .map((tier) => readTier(tier, tally))
    .sort((a, b) => (b?.inputTokens ?? 0) - (a?.inputTokens ?? 0))
  // A tier that cannot be read may be the one that counts.
  if (tiers.includes(null)) return null
  let above: Price['above']
  for (const tier of tiers) {
    if (tier) above = { ...tier, price: { ...tier.price, ...(above ? { above } : {}) } }
  }
  return above ? { ...price, above } : price
}

const BILLED_BESIDES = ['request', 'citation', 'image']

function readTier(tier: unknown, tally: Tally): NonNullable<Price['above']> | null {
  if (!isJsonObject(tier)) return null
  const value = reader(tier, tally)
  const size = reader(value('tier', isJsonObject) ?? {}, tally)('size', isAmount)
  const price = readFour(value)
  return size && price ? { inputTokens: size, price } : null
}

function readFour(value: Reader): Price | null {
  const [input, output] = [value('input', isAmount), value('output', isAmount)]
  if (input === undefined || output === undefined) return null
  const [cacheRead, cacheWrite] = [value('cache_read', isAmount), value('cache_write', isAmount)]
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  }
}

/** `true` in its place says that reasoning goes back, but not where. */
function reasoningField(interleaved: unknown): string | null {
  const field = isJsonObject(interleaved) ? interleaved['field'] : undefined
  return typeof field === 'string' && /^reasoning\w*$/.test(field) ? field : null
}

function media(names: readonly unknown[] | undefined, always?: Medium): readonly Medium[] {
  return MEDIA.filter((medium) => medium === always || names?.includes(medium) === true)
}

function noteChange(day: string | undefined, tally: Tally): void {
  if (day !== undefined && isDay(day) && day > (tally.newestChange ?? '')) tally.newestChange = day
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isStatus(value: unknown): value is 'alpha' | 'beta' | 'deprecated' {
  return value === 'alpha' || value === 'beta' || value === 'deprecated'
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^20\d\d-\d\d(-\d\d)?$/.test(value) && !Number.isNaN(Date.parse(value))
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^20\d\d(-\d\d){0,2}$/.test(value)
}
