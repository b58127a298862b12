import { execFile } from 'node:child_process'
import { constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '@heddle/core'
import { bridgeStatus } from '@heddle/providers/bridge'
import type { BridgeName } from '@heddle/providers/bridge'
import type { LoadedCatalog } from '@heddle/providers'
import type { Config } from '../config.ts'
import { databaseFile } from '../decisions/project-store.ts'
import { shownCatalog } from '../models/read-models.ts'
import { catalogLine } from '../models/print-models.ts'
import { findProject, HEDDLE_FOLDER } from '../project.ts'
import { good } from './check.ts'
import type { Check } from './check.ts'

/** A program that takes longer to say who it is will not be waited for. */
const PROGRAM_TIMEOUT_MS = 5_000

const run = promisify(execFile)

export function checkNode(version: string): Check {
  return good(
    'Heddle',
    'heddle',
    `${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  )
}

/** Which settings were read; warnings are each a line of their own. */
export function checkSettings({ files, warnings }: Pick<Config, 'files' | 'warnings'>): readonly Check[] {
  const read = files.filter(({ isThere }) => isThere).map(({ file }) => file)
  const text =
    read.length === 0 ? `none; yours would be ${files.at(-1)?.file ?? 'config.toml'}` : read.join(', ')
  return [
    { group: 'Heddle', name: 'settings', status: read.length === 0 ? 'info' : 'ok', text, advice: null },
    ...warnings.map((warning): Check => ({
      group: 'Heddle',
      name: 'settings',
      status: 'info',
      text: warning,
      advice: 'remove it',
    })),
  ]
}

export function checkCatalog({ catalog, problem }: LoadedCatalog): Check {
  const age = shownCatalog(catalog)
  if (problem !== null)
    return {
      group: 'Heddle',
      name: 'catalogue',
      status: 'broken',
      text: problem,
      advice: 'run heddle models update',
    }
  const text = catalogLine({ ...age, isStale: false })
    .replace(/^Catalogue of /, '')
    .replace(/\.$/, '')
  return {
    group: 'Heddle',
    name: 'catalogue',
    status: age.isStale ? 'info' : 'ok',
    text,
    advice: age.isStale ? 'run heddle models update' : null,
  }
}

export function checkTerminal(): Check {
  const { stdout, stdin, env } = process
  const size = stdout.isTTY ? `${stdout.columns} columns` : 'output is no terminal'
  const color = env['NO_COLOR']
    ? 'no colours (NO_COLOR)'
    : stdout.isTTY
      ? `${stdout.getColorDepth()}-bit colours`
      : 'no colours'
  return good(
    'Heddle',
    'terminal',
    [size, color, stdin.isTTY ? 'input is a terminal' : 'input is none', `TERM=${env['TERM'] ?? ''}`].join(
      ', ',
    ),
  )
}

export async function checkGit(): Promise<Check> {
  try {
    const { stdout } = await run('git', ['--version'], { timeout: PROGRAM_TIMEOUT_MS })
    return good('Heddle', 'git', stdout.trim().replace(/^git version /, ''))
  } catch {
    return {
      group: 'Heddle',
      name: 'git',
      status: 'info',
      text: 'not found',
      advice: 'install it, so that commits can be linked to decisions',
    }
  }
}

/** The project, its database, and whether it can be written. */
export async function checkProject(
  root: string,
  { decisions }: Pick<Config, 'decisions'>,
): Promise<readonly Check[]> {
  const project = findProject(root)
  if (project === null)
    return [
      {
        group: 'Project',
        name: 'project',
        status: 'info',
        text: `${root} is in none, so no decisions are recorded`,
        advice: null,
      },
    ]
  const found = good('Project', 'project', project)
  if (!decisions.enabled)
    return [
      found,
      {
        group: 'Project',
        name: 'decisions',
        status: 'info',
        text: 'switched off in the settings',
        advice: null,
      },
    ]
  return [found, await databaseCheck(project)]
}

async function databaseCheck(project: string): Promise<Check> {
  const file = databaseFile(project)
  const folder = join(project, HEDDLE_FOLDER)
  const place = [file, folder, project].find((path) => existsSync(path)) ?? project
  const isWritable = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  )
  const check = { group: 'Project', name: 'decisions' } as const
  if (!isWritable)
    return {
      ...check,
      status: 'info',
      text: `${place} cannot be written, so none are recorded`,
      advice: 'give yourself the right to write',
    }
  if (place !== file)
    return { ...check, status: 'ok', text: 'none yet; the first run makes the database', advice: null }
  try {
    const { openProjectStore } = await import('../decisions/project-store.ts')
    const store = await openProjectStore(project)
    const { notice } = store
    await store.close()
    if (notice === null) return { ...check, status: 'ok', text: file, advice: null }
    return { ...check, status: 'broken', text: notice, advice: 'move it away, or restore a backup' }
  } catch (thrown) {
    return {
      ...check,
      status: 'broken',
      text: messageOf(thrown),
      advice: 'mend or move it; heddle makes a new one',
    }
  }
}

/** The programs behind the subscriptions. */
export async function checkBridges(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const names: readonly BridgeName[] = ['claude-subscription', 'codex-subscription']
  return Promise.all(names.map((name) => bridgeCheck(name, env)))
}

async function bridgeCheck(name: BridgeName, env: NodeJS.ProcessEnv): Promise<Check> {
  const check = { group: 'Subscriptions', name } as const
  try {
    const signal = AbortSignal.timeout(PROGRAM_TIMEOUT_MS)
    const { path, version, login, isReady, hint } = await bridgeStatus(name, { env, signal })
    if (path === null) return { ...check, status: 'info', text: 'not installed', advice: hint }
    const who =
      login === 'subscription'
        ? 'logged in'
        : login === 'none'
          ? 'not logged in'
          : login === 'api-key'
            ? 'logged in by API key'
            : 'login not known'
    const text = `${path}${version === null ? '' : ` ${version}`}, ${who}`
    return { ...check, status: isReady ? 'ok' : 'info', text, advice: hint }
  } catch {
    return {
      ...check,
      status: 'info',
      text: `did not say anything within ${PROGRAM_TIMEOUT_MS / 1_000} s`,
      advice: null,
    }
  }
}
