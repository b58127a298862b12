import type { Price } from '@heddle/core'
import { MEDIA } from './catalog-model.ts'
import type { CatalogModel, Medium } from './catalog-model.ts'

/*
 * A model is a line: id, context window, output limit, then USD per million tokens of input, output, cached
 * input and cache writing. A dash stands for what is unknown; dashes at the end are left out. Then, where
 * they apply, `>` with a number of input tokens and the four prices above it; and words:
 *
 *   reasoning_content   the field in which reasoning goes back
 *   +r +s               reasons, structured output
 *   ~t ?t               calls no tools, nothing is said of tools
 *   @ipav =ipav         takes, gives besides text: image, pdf, audio, video
 *   !a !b !d            alpha, beta, deprecated
 *   ^260305 %2508       released, knows the world until; years from 2000 on
 */

const STATUS = { a: 'alpha', b: 'beta', d: 'deprecated' } as const

/** A word begins with one of these; numbers and tiers do not. */
const IS_WORD = /^[a-z+~?@=!^%]/

/** The line of a model. Its id must be without blanks. */
export function writeRow(entry: CatalogModel): string {
  const { info } = entry
  const row = [
    withoutDashes([entry.model, info.contextWindow, info.maxOutputTokens, ...pricesOf(info.price)]),
  ]
  for (let tier = info.price?.above; tier; tier = tier.price.above) {
    row.push(`>${tier.inputTokens}`, withoutDashes(pricesOf(tier.price)))
  }
  if (entry.reasoningField !== null) row.push(entry.reasoningField)
  if (entry.reasons) row.push('+r')
  if (entry.isStructured) row.push('+s')
  if (info.tools !== true) row.push(info.tools === false ? '~t' : '?t')
  if (entry.inputs.length > 1) row.push(`@${lettersOf(entry.inputs)}`)
  if (entry.outputs.length > 1) row.push(`=${lettersOf(entry.outputs)}`)
  if (entry.status !== null) row.push(`!${entry.status.charAt(0)}`)
  if (entry.releaseDate !== null) row.push(`^${shortDate(entry.releaseDate)}`)
  if (entry.knowledge !== null) row.push(`%${shortDate(entry.knowledge)}`)
  return row.join(' ')
}

function pricesOf(price: Price | null): readonly (number | null)[] {
  return price ? [price.input, price.output, price.cacheRead ?? null, price.cacheWrite ?? null] : []
}

function withoutDashes(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => cell ?? '-')
    .join(' ')
    .replace(/( -)+$/, '')
}

function lettersOf(media: readonly Medium[]): string {
  return media.flatMap((medium) => (medium === 'text' ? [] : [medium.charAt(0)])).join('')
}

function shortDate(date: string): string {
  return date.slice(2).replaceAll('-', '')
}

/** What {@link writeRow} wrote. */
export function readRow(provider: string, row: string): CatalogModel {
  const [model = '', ...cells] = row.split(' ')
  const words = cells.filter((cell) => IS_WORD.test(cell))
  const numbers = cells.filter((cell) => !IS_WORD.test(cell))
  const [contextWindow = null, maxOutputTokens = null] = numbers.slice(0, 2).map(numberOf)
  const after = (mark: string): string => words.find((word) => word.startsWith(mark))?.slice(1) ?? ''
  const price = readPrice(numbers.slice(2))
  const tools = words.includes('?t') ? {} : { tools: !words.includes('~t') }
  return {
    provider,
    model,
    info: { contextWindow, maxOutputTokens, price, ...tools },
    reasons: words.includes('+r'),
    reasoningField: words.find((word) => /^[a-z]/.test(word)) ?? null,
    isStructured: words.includes('+s'),
    inputs: mediaOf(after('@')),
    outputs: mediaOf(after('=')),
    status: STATUS[after('!') as keyof typeof STATUS] ?? null,
    releaseDate: longDate(after('^')),
    knowledge: longDate(after('%')),
  }
}

function numberOf(cell: string): number | null {
  return cell === '-' ? null : Number(cell)
}

/** Four prices, then those of each tier behind its mark. */
function readPrice(cells: readonly string[]): Price | null {
  const tierAt = cells.findIndex((cell) => cell.startsWith('>'))
  const own = (tierAt < 0 ? cells : cells.slice(0, tierAt)).map(numberOf)
  const [input = null, output = null, cacheRead = null, cacheWrite = null] = own
  if (input === null || output === null) return null
  const above = tierAt < 0 ? null : readPrice(cells.slice(tierAt + 1))
  return {
    input,
    output,
    ...(cacheRead === null ? {} : { cacheRead }),
    ...(cacheWrite === null ? {} : { cacheWrite }),
    ...(above ? { above: { inputTokens: Number(cells[tierAt]?.slice(1)), price: above } } : {}),
  }
}

function mediaOf(letters: string): readonly Medium[] {
  return MEDIA.filter((medium) => medium === 'text' || letters.includes(medium.charAt(0)))
}

function longDate(short: string): string | null {
  return short === '' ? null : `20${short.replace(/(?<=^..)(?=.)|(?<=^....)(?=.)/g, '-')}`
}
