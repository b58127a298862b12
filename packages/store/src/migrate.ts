import { ConfigError, LogError } from '@heddle/core'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { storeMigrations } from './migrations.ts'
import { storageFailure, troubleOf } from './storage-failure.ts'
import type { StoreTables } from './tables.ts'

/** Ours alone: other packages keep their migrations in the same database. */
const TABLE = 'heddle_store_migration'

/**
 * Brings the tables up to date. A migration that is cut off leaves nothing behind: on PostgreSQL it is one
 * transaction under an advisory lock, on SQLite the caller's transaction.
 *
 * @param place - For the sentence of an error.
 * @throws ConfigError `config.invalid` when the database was written by newer code.
 */
export async function migrate(db: Kysely<StoreTables>, place: string): Promise<void> {
  if ((await pending(db, place)).length === 0) return
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...storeMigrations }) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  }).migrateToLatest()
  if (error === undefined) return
  if (troubleOf(error) !== 'other') throw error
  throw new LogError('log.failed', `The tables in ${place} could not be brought up to date.`, {
    cause: error,
  })
}

/**
 * Names of the migrations that are still to be done, oldest first.
 *
 * @throws ConfigError `config.invalid` when the database was written by newer code.
 */
export async function pending(db: Kysely<StoreTables>, place: string): Promise<string[]> {
  const done = await migrationsDone(db, place)
  const known = Object.keys(storeMigrations).sort()
  const newest = known.at(-1) ?? ''
  const stranger = done.findLast((name) => !(name in storeMigrations))
  if (stranger !== undefined) {
    throw new ConfigError(
      'config.invalid',
      `${place} was written by a newer Heddle (its tables are at ${stranger}, this one knows ${newest}); update Heddle, or use another database.`,
    )
  }
  return known.filter((name) => !done.includes(name))
}

async function migrationsDone(db: Kysely<StoreTables>, place: string): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)} order by name`.execute(
      db,
    )
    return rows.map(({ name }) => name)
  } catch (thrown) {
    if (isMissingTable(thrown)) return []
    throw troubleOf(thrown) === 'other' ? storageFailure(thrown, place) : thrown
  }
}

function isMissingTable(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !('code' in thrown)) return false
  // PostgreSQL's undefined_table; SQLite has no code of its own for it.
  return (
    thrown.code === '42P01' || (thrown.code === 'SQLITE_ERROR' && thrown.message.startsWith('no such table'))
  )
}
