import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigError } from '@heddle/core'
import { decisionGraph, graphExchange } from '@heddle/graph'
import type { DecisionGraph, GraphExchange } from '@heddle/graph'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'
import { readConfig } from '../config.ts'
import { databaseFile, openProjectStore, OWN_PROJECT } from '../decisions/project-store.ts'
import type { Page } from '../page.ts'
import { findProject } from '../project.ts'
import { userName } from '../user-name.ts'

/** Which graph is meant. */
export interface GraphPlace {
  readonly cwd?: string
  /** A `postgres://` URL or the path of an SQLite file, instead of the project's own. */
  readonly db?: string
  /** Whose nodes in it; `*` reads all. */
  readonly project?: string
}

/** A graph that is open while a command works on it. */
export interface OpenGraph {
  readonly graph: DecisionGraph
  readonly exchange: GraphExchange
}

/**
 * Opens a graph, works on it, and closes it.
 *
 * @param use - `read` makes nothing: where there is no database yet, the graph is empty.
 * @throws ConfigError `config.invalid` outside of a project when no database is named; what opening and `work` throw.
 */
export async function withGraph<T>(
  page: Page,
  { cwd, db, project: named }: GraphPlace,
  use: 'read' | 'write',
  work: (open: OpenGraph) => Promise<T>,
): Promise<T> {
  const folder = resolve(cwd ?? '.')
  const project = named ?? OWN_PROJECT
  if (use === 'write' && project === '*')
    throw new ConfigError('config.invalid', 'A node belongs to one project; name it with --project.')
  const { store, end } = await openedStore(folder, db, use)
  try {
    if (store.notice !== null) await page.note(store.notice)
    const { decisions } = await readConfig(folder, process.env)
    const threshold = decisions.cascadeThreshold
    const graph = await decisionGraph(store.db, {
      project,
      threshold,
      author: { kind: 'person', name: userName() },
    })
    return await work({ graph, exchange: await graphExchange(store.db, { threshold }) })
  } finally {
    await end()
  }
}

interface OpenedStore {
  readonly store: Store
  readonly end: () => Promise<void>
}

async function openedStore(
  folder: string,
  db: string | undefined,
  use: 'read' | 'write',
): Promise<OpenedStore> {
  if (db !== undefined) {
    const isServer = /^[a-z+]+:\/\//i.test(db)
    const file = resolve(folder, db)
    if (!isServer && use === 'read' && !existsSync(file))
      throw new ConfigError('config.invalid', `There is no database at ${file}.`)
    return closing(await openStore(isServer ? db : file))
  }
  const project = findProject(folder)
  if (project === null) {
    throw new ConfigError(
      'config.invalid',
      `${folder} is in no project: neither a repository nor a folder with .heddle/ is around it; go there, or name a database with --db.`,
    )
  }
  if (use === 'read' && !existsSync(databaseFile(project))) return emptyStore()
  return closing(await openProjectStore(project))
}

function closing(store: Store): OpenedStore {
  return { store, end: () => store.close() }
}

/** Whoever only looks should leave nothing behind in the project. */
async function emptyStore(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-empty-'))
  const store = await openStore(join(folder, 'heddle.db'))
  const end = async (): Promise<void> => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { store, end }
}
