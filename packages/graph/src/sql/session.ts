import { CompiledQuery } from 'kysely'
import type { QueryResult } from 'kysely'

/** Which SQL is spoken. */
export type Speech = 'sqlite' | 'postgres'

/** As much of a Kysely, or of a transaction of it, as is used here. */
export interface SqlExecutor {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>
}

/** Statements on a connection, or within a transaction. */
export interface SqlSession {
  readonly speech: Speech
  /** @param sql - With `?` for each parameter, whatever the database calls it. */
  rows<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
}

export function sqlSession(executor: SqlExecutor, speech: Speech): SqlSession {
  return {
    speech,
    async rows<Row>(sql: string, parameters: readonly unknown[] = []) {
      const text = speech === 'postgres' ? numbered(sql) : sql
      const { rows } = await executor.executeQuery(CompiledQuery.raw(text, [...parameters]))
      return rows as Row[]
    },
  }
}

const MAX_KNOWN = 500
const known = new Map<string, string>()

/** `$1`, `$2` … for `?`; no statement here has one in a text or as an operator. */
function numbered(sql: string): string {
  const made = known.get(sql)
  if (made !== undefined) return made
  let count = 0
  const text = sql.replaceAll('?', () => `$${++count}`)
  if (known.size < MAX_KNOWN) known.set(sql, text)
  return text
}

/** `?, ?, ?` */
export function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

/** `column in (…)` for one parameter: the values as JSON. */
export function isAmong(speech: Speech, column: string, type: 'integer' | 'text'): string {
  if (speech === 'sqlite') return `${column} in (select value from json_each(?))`
  return `${column} = any (array(select value::${type} from json_array_elements_text(?::json)))`
}
