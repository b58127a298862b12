import { ALIASES } from '../backends/backend-table.ts'
import { CATALOG_AS_OF, CATALOG_DATA } from './catalog-data.ts'
import type { CatalogModel } from './catalog-model.ts'
import { readRow } from './catalog-row.ts'

/** What is known of models without asking anybody. */
export interface ModelCatalog {
  /** The day of its newest data, `YYYY-MM-DD`. */
  readonly asOf: string
  /** Where the newest data came from: `built-in`, a URL or a file. */
  readonly source: string
  /**
   * @param provider - Name or alias of a backend, such as `openai`.
   * @param model - The vendor's name of the model; must match exactly.
   * @returns `null` for a model that is not in it; never a guess.
   */
  find(provider: string, model: string): CatalogModel | null
  /**
   * The models of a backend, or of all.
   *
   * @returns By backend, the newest first, those of unknown age last; then by name.
   */
  list(provider?: string): readonly CatalogModel[]
}

/** Lines of models (see `catalog-row.ts`) by backend, each table beginning and ending with a line break. */
export type CatalogTables = Readonly<Record<string, string>>

/** A catalogue's data. */
export interface CatalogLayer {
  readonly asOf: string
  readonly source: string
  readonly tables: CatalogTables
}

/** The layer that ships with this package: a snapshot of models.dev. */
export const BUILT_IN_LAYER: CatalogLayer = { asOf: CATALOG_AS_OF, source: 'built-in', tables: CATALOG_DATA }

/** @param layers - The newest data first; what an earlier one knows, a later one is not asked for. */
export function catalogOf(layers: readonly [CatalogLayer, ...CatalogLayer[]]): ModelCatalog {
  const [{ asOf, source }] = layers
  return {
    asOf,
    source,
    find(given, model) {
      const provider = ownName(given)
      if (model === '' || /\s/.test(model)) return null
      for (const { tables } of layers) {
        const row = findRow(tableOf(tables, provider), model)
        if (row !== null) return readRow(provider, row)
      }
      return null
    },
    list(given) {
      const names = given === undefined ? providersOf(layers) : [ownName(given)]
      return names.flatMap((provider) => listOf(layers, provider))
    },
  }
}

/** The text is searched, not parsed: one program asks for one or two of hundreds of models. */
function findRow(table: string, model: string): string | null {
  const start = table.indexOf(`\n${model} `)
  return start < 0 ? null : table.slice(start + 1, table.indexOf('\n', start + 1))
}

function listOf(layers: readonly CatalogLayer[], provider: string): readonly CatalogModel[] {
  const found = new Map<string, CatalogModel>()
  for (const { tables } of layers) {
    for (const row of tableOf(tables, provider).split('\n')) {
      const entry = row === '' ? null : readRow(provider, row)
      if (entry && !found.has(entry.model)) found.set(entry.model, entry)
    }
  }
  return [...found.values()].sort(newestFirst)
}

function newestFirst(a: CatalogModel, b: CatalogModel): number {
  const [ageA, ageB] = [a.releaseDate ?? '', b.releaseDate ?? '']
  if (ageA !== ageB) return ageA > ageB ? -1 : 1
  return a.model < b.model ? -1 : 1
}

function providersOf(layers: readonly CatalogLayer[]): readonly string[] {
  return [...new Set(layers.flatMap(({ tables }) => Object.keys(tables)))].sort()
}

function tableOf(tables: CatalogTables, provider: string): string {
  return Object.hasOwn(tables, provider) ? (tables[provider] ?? '') : ''
}

function ownName(provider: string): string {
  return Object.hasOwn(ALIASES, provider) ? (ALIASES[provider] ?? provider) : provider
}

/** The catalogue that ships with this package. */
export const builtInCatalog: ModelCatalog = catalogOf([BUILT_IN_LAYER])

/** Vendors change prices and models every few weeks; older data is worth a refresh. */
export const STALE_AFTER_DAYS = 30

const DAY_MS = 86_400_000

/** How old a catalogue is. */
export interface CatalogAge {
  /** Whole days since its data was true, at least 0. */
  readonly days: number
  /** More than {@link STALE_AFTER_DAYS} days. */
  readonly isStale: boolean
}

/** @param nowMs - Epoch milliseconds. Default: now. */
export function catalogAge({ asOf }: ModelCatalog, nowMs: number = Date.now()): CatalogAge {
  const days = Math.max(0, Math.floor((nowMs - Date.parse(asOf)) / DAY_MS))
  return { days, isStale: days > STALE_AFTER_DAYS }
}
