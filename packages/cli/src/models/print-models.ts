import type { Roles } from '@heddle/providers'
import { oneLine } from '../neutralise.ts'
import type { Page } from '../page.ts'
import { formatCount, formatPlural } from '../quantities.ts'
import { cutToColumns, padToColumns, textColumns } from '../text-width.ts'
import type { shownCatalog, ShownModel, ShownProvider } from './read-models.ts'

/** Of each backend, unless it is named: some have hundreds. */
const SHOWN_MODELS = 12
/** Without a terminal lines may be long, but not without end. */
const WIDEST = 120
/** Of context, output and both prices, and the gaps between them. */
const NUMBER_COLUMNS = 4 * 8
const LEAST_NAME = 24
/** Narrower terminals have room for the names alone. */
const LEAST_COLUMNS = 64
const HEADINGS = ['context', 'output', '$ in', '$ out']

/** What stands around the list. */
export interface ModelsFrame {
  readonly roles: Roles
  readonly catalog: ReturnType<typeof shownCatalog>
  /** All models of every backend that has some. */
  readonly isWhole: boolean
}

export async function printModels(
  page: Page,
  providers: readonly ShownProvider[],
  { roles, catalog, isWhole }: ModelsFrame,
): Promise<void> {
  const full = providers.filter((one) => isWhole || one.isReady)
  const listed = full.filter(({ models, error }) => models.length > 0 || error !== null)
  const rest = isWhole ? [] : providers.filter(({ isReady, models }) => !isReady && models.length > 0)
  for (const provider of listed) await printProvider(page, provider, isWhole)
  if (rest.length > 0) await printOthers(page, rest)
  if (listed.length + rest.length === 0) await page.print('No model fits.', '')
  await printRoles(page, roles)
  await page.print(page.style(catalog.isStale ? 'yellow' : 'dim', catalogLine(catalog)))
}

/** `Prices as of 2026-06-30, 143 days old: heddle models update refreshes them.` */
export function catalogLine({ asOf, source, days, isStale }: ModelsFrame['catalog']): string {
  const origin = source === 'built-in' ? 'built in' : `from ${oneLine(source)}`
  const advice = isStale ? '; heddle models update refreshes it' : ''
  return `Catalogue of ${asOf}, ${origin}, ${formatPlural(days, 'day')} old${advice}.`
}

async function printProvider(page: Page, provider: ShownProvider, isWhole: boolean): Promise<void> {
  const { models, error } = provider
  const inUse = isWhole ? models : models.filter(({ status }) => status !== 'deprecated')
  const shown = isWhole ? inUse : inUse.slice(0, SHOWN_MODELS)
  const nameColumns = nameColumnsOf(page, provider, shown)
  await page.print(headLine(page, provider, nameColumns))
  if (error)
    await page.print(`  ${page.style('red', cutToColumns(oneLine(error.message), page.columns - 2))}`)
  await page.print(...shown.map((model) => modelLine(page, model, nameColumns)))
  const left = models.length - shown.length
  if (left > 0) {
    const hint = `  and ${formatCount(left)} more: heddle models --provider ${provider.provider}`
    await page.print(page.style('dim', hint))
  }
  await page.print('')
}

function nameColumnsOf(page: Page, provider: ShownProvider, models: readonly ShownModel[]): number {
  const head = textColumns(`${provider.provider}  ${howReached(provider)}`)
  if (page.columns < LEAST_COLUMNS) return page.columns - 2
  const longest = Math.max(LEAST_NAME, head, ...models.map(({ id }) => textColumns(id)))
  return Math.min(longest, Math.max(LEAST_NAME, Math.min(page.columns, WIDEST) - NUMBER_COLUMNS - 2 - 12))
}

function headLine(page: Page, provider: ShownProvider, nameColumns: number): string {
  const { isReady, provider: name, error } = provider
  const good = isReady ? page.style('green', '✓') : page.style('dim', '–')
  const mark = error === null ? good : page.style('red', '✗')
  const how = howReached(provider)
  const title = cutToColumns(`${name}  ${how}`, nameColumns)
  const [, shownHow = ''] = title.split('  ')
  const padding = ' '.repeat(Math.max(0, nameColumns - textColumns(title)))
  const headings =
    error !== null || page.columns < LEAST_COLUMNS
      ? ''
      : HEADINGS.map((heading) => heading.padStart(8)).join('')
  return `${mark} ${page.style('bold', name)}  ${page.style('dim', shownHow)}${padding}${page.style('dim', headings)}`
}

function howReached({ isReady, isLocal, keyFrom, keyVariables, address }: ShownProvider): string {
  if (keyFrom !== null) return keyFrom === 'config' ? 'key in your settings' : keyFrom
  if (isLocal) return address ?? 'no address'
  if (isReady) return 'no key needed'
  return address === null ? 'no address' : `set ${keyVariables[0] ?? 'a key'}`
}

function modelLine(page: Page, model: ShownModel, nameColumns: number): string {
  const { id, contextWindow, maxOutputTokens, price, status } = model
  const numbers = [
    formatTokens(contextWindow),
    formatTokens(maxOutputTokens),
    formatPrice(price?.input ?? null),
    formatPrice(price?.output ?? null),
  ]
  const name = padToColumns(cutToColumns(oneLine(id), nameColumns), nameColumns)
  const isOld = status === 'deprecated'
  const shownName = `  ${isOld ? page.style('dim', name) : name}`
  if (page.columns < LEAST_COLUMNS) return shownName.trimEnd()
  const left = page.columns - 2 - nameColumns - NUMBER_COLUMNS - 2
  const abilities = cutToColumns(abilitiesOf(model), left)
  return [
    shownName,
    numbers.map((number) => number.padStart(8)).join(''),
    abilities === '' ? '' : `  ${page.style(isOld ? 'yellow' : 'dim', abilities)}`,
  ].join('')
}

function abilitiesOf({ tools, reasons, inputs, status }: ShownModel): string {
  return [
    ...(status === null ? [] : [status]),
    ...(tools === false ? ['no tools'] : tools === true ? ['tools'] : []),
    ...(reasons ? ['thinks'] : []),
    ...inputs.filter((medium) => medium !== 'text'),
  ].join(' ')
}

/** `200k`, `1M`, `?` when unknown. */
function formatTokens(tokens: number | null): string {
  if (tokens === null) return '?'
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(1))}M`
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}k` : String(tokens)
}

/** US dollars for a million tokens. */
function formatPrice(usd: number | null): string {
  if (usd === null) return '?'
  return usd === 0 ? 'free' : String(Number(usd.toFixed(3)))
}

async function printOthers(page: Page, providers: readonly ShownProvider[]): Promise<void> {
  await page.print(page.style('bold', 'Not set up'))
  const columns = Math.max(...providers.map(({ provider }) => provider.length))
  for (const one of providers) {
    const count = `${formatPlural(one.models.length, 'model')}`.padStart(10)
    await page.print(
      `${page.style('dim', '–')} ${one.provider.padEnd(columns)}  ${count}  ${page.style('dim', howReached(one))}`,
    )
  }
  await page.print(page.style('dim', '  heddle models --provider NAME lists them'), '')
}

async function printRoles(page: Page, roles: Roles): Promise<void> {
  const names = Object.keys(roles)
  if (names.length === 0) return
  const columns = Math.max(...names.map((name) => name.length))
  await page.print(page.style('bold', 'Roles'))
  await page.print(
    ...names.map((name) => `  ${oneLine(name).padEnd(columns)}  ${oneLine(roles[name] ?? '')}`),
    '',
  )
}
