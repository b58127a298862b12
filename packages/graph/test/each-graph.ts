import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import type { PostgresServer } from '@heddle/testkit/postgres'
import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A caller's own tables. */
export type Tables = Record<string, Record<string, unknown>>

/** Opens a database once more, as another process would; it is closed after the test. */
export type OpenDatabase = () => Kysely<Tables>

/** A database of its own for each call. */
export type NewDatabase = () => OpenDatabase

/** A URL of a server, or the path of a file. */
export function openTarget(target: string): Kysely<Tables> {
  if (target.startsWith('postgres')) {
    const pool = new pg.Pool({ connectionString: target, max: 3 })
    // A server that stops ends idle connections.
    pool.on('error', () => {})
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  }
  // A wait within SQLite would stop this process, and with it the other connection that is waited for.
  const database = new Sqlite(target, { timeout: 0 })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
}

export type Target = 'sqlite' | 'postgres'

/** Runs a suite on SQLite and, where its programs are installed, on a PostgreSQL server. */
export function onEachDatabase(
  suite: (newDatabase: NewDatabase, kind: Target, newTarget: () => string) => void,
): void {
  describe('on SQLite', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-graph-'))
    afterAll(() => rmSync(folder, { recursive: true, force: true }))
    let files = 0
    const newTarget = (): string => join(folder, `${++files}.db`)
    suite(databaseMaker(newTarget), 'sqlite', newTarget)
  })

  const programs = postgresPrograms()
  describe.skipIf(programs === null)('on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres(programs ?? '', { isDurable: false })
    })
    afterAll(() => server.stop())
    const newTarget = (): string => server.newDatabase()
    suite(databaseMaker(newTarget), 'postgres', newTarget)
  })
}

function databaseMaker(newTarget: () => string): NewDatabase {
  const opened: Kysely<Tables>[] = []
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })
  return () => {
    const target = newTarget()
    return () => {
      const db = openTarget(target)
      opened.push(db)
      return db
    }
  }
}
