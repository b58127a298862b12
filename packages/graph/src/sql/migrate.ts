import { ConfigError } from '@heddle/core'
import type { Connection } from './connection.ts'
import { graphMigrations } from './migrations.ts'
import type { SqlSession } from './session.ts'
import { persist } from './sql-failure.ts'

/** Ours alone: other packages keep their migrations in the same database. */
const TABLE = 'heddle_graph_migration'

/** Any number that nothing else locks; 'heddle' in ASCII. */
const LOCK = 0x68_65_64_64_6c_65

/**
 * Brings the tables up to date, in one transaction: a process that is killed leaves nothing behind, and
 * another one that comes meanwhile waits.
 *
 * @throws ConfigError `config.invalid` when the database was written by newer code.
 */
export async function migrate(connection: Connection): Promise<void> {
  if ((await pending(connection, false)).length === 0) return
  await persist(() =>
    connection.transaction(async (sql) => {
      if (sql.speech === 'postgres') await sql.rows('select pg_advisory_xact_lock(?)', [LOCK])
      await sql.rows(`create table if not exists ${TABLE} (name text primary key, timestamp text not null)`)
      for (const { name, statements } of await pending(sql, true)) {
        for (const statement of statements(sql.speech)) await sql.rows(statement)
        const row = [name, new Date().toISOString()]
        await sql.rows(`insert into ${TABLE} (name, timestamp) values (?, ?)`, row)
      }
    }),
  )
}

async function pending(sql: SqlSession, hasTable: boolean): Promise<typeof graphMigrations> {
  const done = hasTable || (await exists(sql)) ? await namesDone(sql) : []
  const newest = graphMigrations.at(-1)?.name ?? ''
  const stranger = done.findLast((name) => graphMigrations.every((known) => known.name !== name))
  if (stranger !== undefined) {
    throw new ConfigError(
      'config.invalid',
      `The decision graph was written by a newer Heddle (its tables are at ${stranger}, this one knows ${newest}); update Heddle, or use another database.`,
    )
  }
  return graphMigrations.filter(({ name }) => !done.includes(name))
}

async function exists(sql: SqlSession): Promise<boolean> {
  const found = await persist(() =>
    sql.speech === 'sqlite'
      ? sql.rows(`select 1 from sqlite_master where name = ?`, [TABLE])
      : sql.rows(`select 1 where to_regclass(?) is not null`, [TABLE]),
  )
  return found.length > 0
}

async function namesDone(sql: SqlSession): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(`select name from ${TABLE} order by name`)
  return rows.map(({ name }) => name)
}
