import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { SqlSession } from './session.ts'

/** A table's columns in the order of its rows, with the types that PostgreSQL has to be told. */
export interface TableShape {
  readonly table: string
  readonly columns: readonly (readonly [name: string, type: 'text' | 'integer' | 'bigint' | 'float8'])[]
}

/** A row has a value for each column: a text, a number or null. */
export type Row = readonly unknown[]

/** Of one statement on PostgreSQL: few enough that the text of a batch is not held twice. */
const ROWS_AT_ONCE = 1_000

/**
 * Of one statement on SQLite, whose parameters are at most 32,766: as few different statements as possible, so
 * that they stay prepared. Fewer rows than the last are a statement of their own number.
 */
const ROWS_OF_VALUES = [500, 50] as const

/**
 * Inserts rows in as few statements as the database takes.
 *
 * @param onConflict - What is to be done with a row that is there; without it, an error.
 */
export async function insertRows(
  sql: SqlSession,
  shape: TableShape,
  rows: readonly Row[],
  onConflict = '',
): Promise<void> {
  for (let from = 0; from < rows.length;) {
    // SQLite works within this process: in between it may do other things.
    if (from > 0 && from % ROWS_AT_ONCE === 0) await endOfTurn()
    const count = countOf(sql, rows.length - from)
    const part = count === rows.length ? rows : rows.slice(from, from + count)
    if (sql.speech === 'sqlite') await sql.rows(valuesStatement(shape, count, onConflict), part.flat())
    else await sql.rows(jsonStatement(shape, onConflict), [JSON.stringify(part)])
    from += count
  }
}

function countOf({ speech }: SqlSession, rest: number): number {
  if (speech === 'postgres') return Math.min(rest, ROWS_AT_ONCE)
  return ROWS_OF_VALUES.find((count) => count <= rest) ?? rest
}

const made = new Map<string, string>()

/** Quicker than JSON, whose values SQLite looks for one by one. */
function valuesStatement({ table, columns }: TableShape, count: number, onConflict: string): string {
  const key = `${table} ${count} ${onConflict}`
  const known = made.get(key)
  if (known !== undefined) return known
  const row = `(${columns.map(() => '?').join(', ')})`
  const values = Array.from({ length: count }, () => row).join(', ')
  const statement = `insert into ${table} (${namesOf(columns)}) values ${values} ${onConflict}`
  made.set(key, statement)
  return statement
}

/** However many rows there are, it is the same statement. */
function jsonStatement({ table, columns }: TableShape, onConflict: string): string {
  const values = columns.map(([, type], at) => `(value ->> ${at})::${type}`).join(', ')
  return `insert into ${table} (${namesOf(columns)}) select ${values} from json_array_elements(?::json) ${onConflict}`
}

function namesOf(columns: TableShape['columns']): string {
  return columns.map(([name]) => name).join(', ')
}

/** `on conflict (…) do update set` every other column. */
export function orReplace({ columns }: TableShape, key: readonly string[]): string {
  const changes = columns
    .filter(([name]) => !key.includes(name))
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')
  return `on conflict (${key.join(', ')}) do update set ${changes}`
}
