import { resolve } from 'node:path'
import { CATALOG_URL, loadCatalog, updateCatalog } from '@heddle/providers'
import type { CatalogUpdate } from '@heddle/providers'
import { readConfig } from '../config.ts'
import { oneLine } from '../neutralise.ts'
import { openPage } from '../page.ts'
import type { Page } from '../page.ts'
import { formatCount, formatPlural } from '../quantities.ts'
import { subcommandProgram, withSharedOptions } from '../subcommand-program.ts'
import type { SharedOptions } from '../subcommand-program.ts'
import { catalogCacheFile } from '../user-files.ts'
import { catalogLine, printModels } from './print-models.ts'
import { readModels, shownCatalog } from './read-models.ts'

interface ListOptions extends SharedOptions {
  readonly provider?: string
  readonly search?: string
  readonly remote: boolean
}

interface UpdateOptions extends SharedOptions {
  readonly from?: string
}

/** Of a list of what changed, on the screen; `--json` has all. */
const NAMED_CHANGES = 8

const EXAMPLES = `
Examples:
  heddle models                         what you can use, and what it costs
  heddle models --provider groq         all models of one provider
  heddle models --provider groq --remote
                                        those that the provider itself lists
  heddle models --search "qwen coder"
  heddle models update                  get the latest catalogue from models.dev

Prices are US dollars for a million tokens. Nothing is asked over the network but with --remote and update.
`

/**
 * `heddle models`: which models there are, and what is known of them.
 *
 * @param args - Without `models`.
 * @returns The exit code.
 * @throws CommanderError after help or a mistake was printed; ConfigError, ModelError.
 */
export async function runModelsCommand(args: readonly string[]): Promise<number> {
  let work: () => Promise<number> = () => Promise.resolve(0)
  const program = withSharedOptions(
    subcommandProgram('heddle models', 'The models you can use: windows, prices and abilities.'),
    'print JSON',
  )
    .option('--provider <name>', 'all models of this provider')
    .option('--search <words>', 'only models with these words in their names')
    .option('--remote', 'ask the providers which models they have', false)
    .addHelpText('after', EXAMPLES)
    .action((options: ListOptions) => {
      work = () => list(options)
    })
  withSharedOptions(
    program.command('update').description(`get the latest catalogue (default: ${CATALOG_URL})`),
    'print JSON',
  )
    .option('--from <place>', 'a URL or a file in the shape of models.dev')
    .action((_options: unknown, command: { optsWithGlobals: () => UpdateOptions }) => {
      work = () => update(command.optsWithGlobals())
    })
  program.parse(args, { from: 'user' })
  return work()
}

async function list({ json, color, cwd, provider, search, remote }: ListOptions): Promise<number> {
  const page = openPage(color)
  const { env } = process
  const [config, { catalog, problem }] = await Promise.all([
    readConfig(resolve(cwd ?? '.'), env),
    loadCatalog({ cacheFile: catalogCacheFile(env) }),
  ])
  for (const warning of [
    ...config.warnings,
    ...(problem === null ? [] : [`${problem}; run heddle models update.`]),
  ])
    await page.note(`warning: ${warning}`)
  const { roles, endpoints } = config
  const providers = await readModels({
    env,
    endpoints,
    catalog,
    isRemote: remote,
    ...(provider === undefined ? {} : { provider }),
    ...(search === undefined ? {} : { search }),
  })
  const frame = { roles, catalog: shownCatalog(catalog) }
  const isWhole = provider !== undefined || search !== undefined
  await (json ? page.json({ ...frame, providers }) : printModels(page, providers, { ...frame, isWhole }))
  return page.end(0)
}

async function update({ json, color, cwd, from }: UpdateOptions): Promise<number> {
  const page = openPage(color)
  const cacheFile = catalogCacheFile(process.env)
  const isFile = from !== undefined && !/^https?:\/\//i.test(from)
  const place = isFile ? resolve(cwd ?? '.', from) : from
  const { catalog, ...changes } = await updateCatalog({
    cacheFile,
    env: process.env,
    ...(place === undefined ? {} : { from: place }),
  })
  if (json) await page.json({ catalog: shownCatalog(catalog), cacheFile, ...changes })
  else {
    await printUpdate(page, changes)
    await page.print(page.style('dim', catalogLine(shownCatalog(catalog))))
  }
  return page.end(0)
}

async function printUpdate(page: Page, changes: Omit<CatalogUpdate, 'catalog'>): Promise<void> {
  await page.print(`${formatPlural(changes.models, 'model')} in the catalogue now.`)
  await printChanges(page, 'new', changes.added)
  await printChanges(page, 'with another price', changes.repriced)
  await printChanges(page, 'no longer listed', changes.missing)
  const { skippedModels, skippedValues } = changes
  if (skippedModels + skippedValues > 0) {
    const problems = [formatPlural(skippedModels, 'model'), formatPlural(skippedValues, 'value')]
    await page.note(`warning: ${problems.join(' and ')} could not be read and count as unknown.`)
  }
}

async function printChanges(page: Page, what: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const named = ids.slice(0, NAMED_CHANGES).map(oneLine)
  const more = ids.length > NAMED_CHANGES ? [`and ${formatCount(ids.length - NAMED_CHANGES)} more`] : []
  await page.print(`${formatCount(ids.length)} ${what}:`, ...[...named, ...more].map((line) => `  ${line}`))
}
