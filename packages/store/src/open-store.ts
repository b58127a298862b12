import { ConfigError } from '@heddle/core'
import { join } from 'node:path'
import { approvals } from './approvals.ts'
import { groupCommit } from './group-commit.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'
import { sqlRunLog } from './sql-run-log.ts'
import { sqlSessions } from './sql-sessions.ts'
import type { Store } from './store.ts'
import { usageLedger } from './usage-ledger.ts'

export interface OpenStoreOptions {
  /** Folder in which `.heddle/heddle.db` is looked for when no target is named; default: the current one. */
  readonly folder?: string
  /** An environment whose `DATABASE_URL` is used when no target is named; default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

const DEFAULT_FILE = join('.heddle', 'heddle.db')

/**
 * Opens, or makes, a store and brings its tables up to date.
 *
 * @param target - A `postgres://` URL, or the path of an SQLite file. Default: `DATABASE_URL` of
 *   `options.env`, else `.heddle/heddle.db`.
 * @throws ConfigError `config.invalid` when the target cannot be one, or was written by newer code.
 * @throws LogError `log.failed` when it cannot be used; `log.damaged` when nothing of it can be read.
 */
export async function openStore(target?: string, options: OpenStoreOptions = {}): Promise<Store> {
  const database = await open(target ?? defaultTarget(options))
  const group = groupCommit(database)
  const log = sqlRunLog(database, group)
  return {
    log,
    sessions: sqlSessions(database, log, group),
    usage: usageLedger(database, log, group),
    approvals: approvals(database, log),
    kind: database.kind,
    db: database.db,
    isReadOnly: database.readOnlyBecause !== null,
    notice: database.readOnlyBecause,
    async close() {
      await group.settled()
      await database.close()
    },
  }
}

function defaultTarget({ folder = process.cwd(), env }: OpenStoreOptions): string {
  // An empty variable is how one is switched off.
  return env?.['DATABASE_URL'] || join(folder, DEFAULT_FILE)
}

const POSTGRES = /^postgres(ql)?:\/\//
const OTHER_SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i

function open(target: string) {
  if (POSTGRES.test(target)) return openPostgres(target)
  const scheme = OTHER_SCHEME.exec(target)?.[1]
  if (target !== '' && scheme === undefined) return openSqlite(target)
  throw new ConfigError(
    'config.invalid',
    `A store is a postgres:// URL or the path of an SQLite file, but not ${scheme === undefined ? 'an empty text' : `a ${scheme}:// address`}.`,
  )
}
