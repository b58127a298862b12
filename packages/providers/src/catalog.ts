import type { ModelInfo, Price } from '@heddle/core'
import { CATALOG_DATA } from './catalog-data.ts'
import { UNKNOWN_INFO } from './wire/defaults.ts'

/** What the catalogue knows of a model. */
export interface CatalogEntry {
  readonly info: ModelInfo
  /** The field in which the vendor wants the model's reasoning back; `null` for none. */
  readonly reasoningField: string | null
}

const UNKNOWN: CatalogEntry = { info: UNKNOWN_INFO, reasoningField: null }

/**
 * Looks a model up in the catalogue that ships with this package, a snapshot of models.dev.
 *
 * Prices are those of the smallest tier: a few vendors charge more for very long prompts.
 *
 * @param provider - Name of a backend, such as `openai`.
 * @param model - The vendor's name of the model; must match exactly.
 * @returns Windows in tokens and prices in USD per million tokens; all `null` for an unknown model.
 */
export function catalogEntry(provider: string, model: string): CatalogEntry {
  const table = Object.hasOwn(CATALOG_DATA, provider) ? (CATALOG_DATA[provider] ?? '') : ''
  const start = table.indexOf(`\n${model} `)
  if (start < 0 || /\s/.test(model)) return UNKNOWN
  // The text is searched, not parsed: one program asks for one or two of hundreds of models.
  const row = table.slice(start + model.length + 2, table.indexOf('\n', start + 1)).split(' ')
  const [context, output, input, out, cacheRead, cacheWrite] = row.map(numberOf)
  return {
    info: {
      contextWindow: context ?? null,
      maxOutputTokens: output ?? null,
      price: priceOf(input, out, cacheRead, cacheWrite),
    },
    reasoningField: row[6] === undefined || row[6] === '-' ? null : row[6],
  }
}

function numberOf(cell: string): number | null {
  const value = Number(cell)
  return cell === '-' || Number.isNaN(value) ? null : value
}

type Cell = number | null | undefined

function priceOf(input: Cell, output: Cell, cacheRead: Cell, cacheWrite: Cell): Price | null {
  if (typeof input !== 'number' || typeof output !== 'number') return null
  return {
    input,
    output,
    ...(typeof cacheRead === 'number' ? { cacheRead } : {}),
    ...(typeof cacheWrite === 'number' ? { cacheWrite } : {}),
  }
}
