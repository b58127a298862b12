import { resolve } from 'node:path'
import { messageOf } from '@heddle/core'
import { loadCatalog } from '@heddle/providers'
import { readConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { DEFAULT_DECISIONS } from '../decisions/decision-settings.ts'
import { EXIT } from '../exit-codes.ts'
import { oneLine } from '../neutralise.ts'
import { openPage } from '../page.ts'
import type { Page } from '../page.ts'
import { subcommandProgram, withSharedOptions } from '../subcommand-program.ts'
import type { SharedOptions } from '../subcommand-program.ts'
import { padToColumns, wrapToColumns } from '../text-width.ts'
import { catalogCacheFile } from '../user-files.ts'
import type { Check } from './check.ts'
import { checkEndpoints, checkRoles } from './check-endpoints.ts'
import {
  checkBridges,
  checkCatalog,
  checkGit,
  checkNode,
  checkProject,
  checkSettings,
  checkTerminal,
} from './check-machine.ts'

const HELP = `
Marks: ✓ as it should be, – worth knowing, ✗ set up but broken.
Exit codes: 0 nothing is broken; 1 something is; 2 the command line is wrong. No key is ever printed.
`

const GROUPS: readonly Check['group'][] = [
  'Heddle',
  'Models',
  'Servers of your own',
  'Subscriptions',
  'Project',
]
const LEAST_COLUMNS = 40

/**
 * `heddle doctor`: looks at everything a run needs, and says what to do where something is missing.
 *
 * @param args - Without `doctor`.
 * @param version - Of this package.
 * @returns 1 when something that is set up is broken, else 0.
 * @throws CommanderError after help or a mistake was printed.
 */
export async function runDoctorCommand(args: readonly string[], version: string): Promise<number> {
  const program = withSharedOptions(
    subcommandProgram('heddle doctor', 'Looks whether everything is there that a run needs.'),
    'print JSON',
  ).addHelpText('after', HELP)
  program.parse(args, { from: 'user' })
  const { json, color, cwd } = program.opts<SharedOptions>()
  const page = openPage(color)
  const checks = await examine(resolve(cwd ?? '.'), version)
  const isBroken = checks.some(({ status }) => status === 'broken')
  await (json ? page.json({ isBroken, checks }) : printChecks(page, checks))
  return page.end(isBroken ? EXIT.failed : EXIT.done)
}

/** All checks, in the order of the groups; they wait for nothing but themselves. */
async function examine(root: string, version: string): Promise<readonly Check[]> {
  const { env } = process
  const { config, problem } = await settings(root)
  const loaded = await loadCatalog({ cacheFile: catalogCacheFile(env) })
  const naming = { env, roles: config.roles, endpoints: config.endpoints, catalog: loaded.catalog }
  const later = await Promise.all([
    checkGit(),
    checkRoles(config, naming),
    checkEndpoints(config, naming),
    checkBridges(env),
    checkProject(root, config),
  ])
  const now = [
    checkNode(version),
    ...(problem === null ? checkSettings(config) : [problem]),
    checkCatalog(loaded),
    checkTerminal(),
  ]
  return [...now, ...later.flat()].toSorted((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group))
}

const NO_CONFIG: Config = {
  model: null,
  roles: {},
  endpoints: {},
  decisions: DEFAULT_DECISIONS,
  files: [],
  warnings: [],
}

/** Everything else can be looked at although the settings are broken. */
async function settings(root: string): Promise<{ readonly config: Config; readonly problem: Check | null }> {
  try {
    return { config: await readConfig(root, process.env), problem: null }
  } catch (thrown) {
    const problem: Check = {
      group: 'Heddle',
      name: 'settings',
      status: 'broken',
      text: messageOf(thrown),
      advice: 'correct the file',
    }
    return { config: NO_CONFIG, problem }
  }
}

async function printChecks(page: Page, checks: readonly Check[]): Promise<void> {
  const names = Math.max(...checks.map(({ name }) => name.length))
  const columns = Math.max(LEAST_COLUMNS, page.columns) - names - 4
  for (const [group, members] of Map.groupBy(checks, (check) => check.group)) {
    await page.print(page.style('bold', group))
    for (const check of members) await page.print(...checkLines(page, check, { names, columns }))
    await page.print('')
  }
  const broken = checks.filter(({ status }) => status === 'broken').length
  await page.print(
    broken === 0
      ? page.style('green', 'Nothing that is set up is broken.')
      : page.style('red', broken === 1 ? 'One thing is broken.' : `${broken} things are broken.`),
  )
}

function checkLines(
  page: Page,
  { name, status, text, advice }: Check,
  { names, columns }: { readonly names: number; readonly columns: number },
): string[] {
  const marks = { ok: page.style('green', '✓'), info: page.style('dim', '–'), broken: page.style('red', '✗') }
  const [first = '', ...rest] = wrapToColumns(oneLine(text), columns)
  const indent = ' '.repeat(names + 4)
  const advised = advice === null ? [] : wrapToColumns(`→ ${oneLine(advice)}`, columns)
  return [
    `${marks[status]} ${padToColumns(name, names)}  ${first}`,
    ...rest.map((line) => indent + line),
    ...advised.map((line) => indent + page.style(status === 'broken' ? 'yellow' : 'dim', line)),
  ]
}
