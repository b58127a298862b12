import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { SqlSession } from './session.ts'

/** A table's columns in the order of its rows, with the types that PostgreSQL has to be told. */
export interface TableShape {
  readonly table: string
  readonly columns: readonly (readonly [name: string, type: 'text' | 'integer' | 'bigint' | 'float8'])[]
}

/** Rows of one statement: few enough that the text of a batch is not held twice, enough that a statement is nothing. */
const ROWS_PER_STATEMENT = 1_000

/**
 * Inserts rows as one JSON text: however many there are, it is the same prepared statement.
 *
 * @param onConflict - What is to be done with a row that is there; without it, an error.
 */
export async function insertRows(
  sql: SqlSession,
  shape: TableShape,
  rows: readonly (readonly unknown[])[],
  onConflict = '',
): Promise<void> {
  const statement = insertStatement(sql, shape, onConflict)
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    const part = rows.length <= ROWS_PER_STATEMENT ? rows : rows.slice(at, at + ROWS_PER_STATEMENT)
    // SQLite works within this process: in between it may do other things.
    if (at > 0) await endOfTurn()
    await sql.rows(statement, [JSON.stringify(part)])
  }
}

function insertStatement(sql: SqlSession, { table, columns }: TableShape, onConflict: string): string {
  const names = columns.map(([name]) => name).join(', ')
  const source =
    sql.speech === 'sqlite'
      ? `${columns.map((_, at) => `value ->> ${at}`).join(', ')} from json_each(?)`
      : `${columns.map(([, type], at) => `(value ->> ${at})::${type}`).join(', ')} from json_array_elements(?::json)`
  // Without a condition SQLite takes `on` for a join.
  return `insert into ${table} (${names}) select ${source} where true ${onConflict}`
}

/** `on conflict (…) do update set` every other column. */
export function orReplace({ columns }: TableShape, key: readonly string[]): string {
  const changes = columns
    .filter(([name]) => !key.includes(name))
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')
  return `on conflict (${key.join(', ')}) do update set ${changes}`
}
