import type { ModelInfo, Price } from '@heddle/core'
import { CATALOG_DATA } from './catalog-data.ts'
import { UNKNOWN_INFO } from '../wire/unknown-info.ts'

/** What the catalogue knows of a model. */
export interface CatalogEntry {
  readonly info: ModelInfo
  /** The field in which the vendor wants the model's reasoning back; `null` for none. */
  readonly reasoningField: string | null
  /** Whether the model is said to enforce JSON Schemas; the backend may still not do it for an agent. */
  readonly isStructured: boolean
}

const UNKNOWN: CatalogEntry = { info: UNKNOWN_INFO, reasoningField: null, isStructured: false }

/**
 * Looks a model up in the catalogue that ships with this package, a snapshot of models.dev.
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
  return readRow(table.slice(start + model.length + 2, table.indexOf('\n', start + 1)).split(' '))
}

function readRow(row: readonly string[]): CatalogEntry {
  const words = row.filter((cell) => /^[a-z+~]/.test(cell))
  const numbers = row.filter((cell) => !words.includes(cell))
  const tierAt = numbers.findIndex((cell) => cell.startsWith('>'))
  const [context, output, ...prices] = (tierAt < 0 ? numbers : numbers.slice(0, tierAt)).map(numberOf)
  const price = priceOf(prices)
  const above = tierAt < 0 ? null : priceOf(numbers.slice(tierAt + 1).map(numberOf))
  const tier = above && { inputTokens: Number(numbers[tierAt]?.slice(1)), price: above }
  return {
    info: {
      contextWindow: context ?? null,
      maxOutputTokens: output ?? null,
      price: price && tier ? { ...price, above: tier } : price,
      tools: !words.includes(NO_TOOLS),
    },
    reasoningField: words.find((word) => word !== STRUCTURED && word !== NO_TOOLS) ?? null,
    isStructured: words.includes(STRUCTURED),
  }
}

const STRUCTURED = '+s'
const NO_TOOLS = '~t'

function numberOf(cell: string): number | null {
  return cell === '-' ? null : Number(cell)
}

function priceOf([input, output, cacheRead, cacheWrite]: readonly (number | null)[]): Price | null {
  if (typeof input !== 'number' || typeof output !== 'number') return null
  return {
    input,
    output,
    ...(typeof cacheRead === 'number' ? { cacheRead } : {}),
    ...(typeof cacheWrite === 'number' ? { cacheWrite } : {}),
  }
}
