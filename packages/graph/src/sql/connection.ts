import { ConfigError } from '@heddle/core'
import { CompiledQuery } from 'kysely'
import type { Kysely } from 'kysely'
import { sqlSession } from './session.ts'
import type { Speech, SqlSession } from './session.ts'

/** A caller's database, as the graph uses it. */
export interface Connection extends SqlSession {
  transaction<T>(work: (sql: SqlSession) => Promise<T>): Promise<T>
}

/**
 * Finds out what the database speaks.
 *
 * @throws ConfigError `config.invalid` when it is neither SQLite nor PostgreSQL.
 */
export async function connect<Tables>(given: Kysely<Tables>): Promise<Connection> {
  // What a caller's plugins do to names and values is for the caller's own queries.
  const db = given.withoutPlugins()
  const speech = await speechOf(db)
  return {
    ...sqlSession(db, speech),
    transaction: (work) => db.transaction().execute((tx) => work(sqlSession(tx, speech))),
  }
}

async function speechOf<Tables>(db: Kysely<Tables>): Promise<Speech> {
  const { adapter } = db.getExecutor()
  const name = adapter.constructor.name.toLowerCase()
  if (name.includes('sqlite')) return 'sqlite'
  if (name.includes('postgres') || name.includes('pglite')) return 'postgres'
  // Of the two, only PostgreSQL keeps a record of statements that fail: it is asked for what it knows.
  if (await succeeds(db, `select current_setting('server_version_num')`)) return 'postgres'
  if (await succeeds(db, 'select sqlite_version()')) return 'sqlite'
  throw new ConfigError('config.invalid', 'The decision graph needs a Kysely on SQLite or on PostgreSQL.')
}

async function succeeds<Tables>(db: Kysely<Tables>, sql: string): Promise<boolean> {
  try {
    await db.executeQuery(CompiledQuery.raw(sql))
    return true
  } catch {
    return false
  }
}
