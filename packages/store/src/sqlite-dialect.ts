import { CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { isPassing, persist } from './persist.ts'

/** As much of better-sqlite3's `Database` as is used here. */
export interface SqliteHandle {
  readonly inTransaction: boolean
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  pragma(source: string, options?: { simple?: boolean }): unknown
  unsafeMode(isUnsafe?: boolean): unknown
  close(): unknown
}

export interface SqliteStatement {
  readonly reader: boolean
  all(parameters: readonly unknown[]): unknown[]
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
}

/** Statements kept ready; the store itself needs about fifty. */
const MAX_PREPARED = 200

/**
 * Kysely over one SQLite connection. Beside Kysely's own dialect it keeps statements prepared, begins every
 * transaction as a writer (a reader that turns into one cannot wait for its turn), and waits for other
 * processes without blocking this one.
 */
export function sqliteDialect(handle: SqliteHandle): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(handle),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function sqliteDriver(handle: SqliteHandle): Driver {
  const connection = sqliteConnection(handle)
  const execute = async (sql: string): Promise<void> => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: (_connection, settings) =>
      execute(settings.accessMode === 'read only' ? 'begin' : 'begin immediate'),
    commitTransaction: () => execute('commit'),
    // A full disk has already rolled back by itself.
    rollbackTransaction: async () => (handle.inTransaction ? execute('rollback') : undefined),
    releaseConnection: async () => {},
    destroy: async () => {
      handle.close()
    },
  }
}

function sqliteConnection(handle: SqliteHandle): DatabaseConnection {
  const prepared = new Map<string, SqliteStatement>()
  const prepare = (sql: string): SqliteStatement => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = handle.prepare(sql)
    const oldest = prepared.size < MAX_PREPARED ? undefined : prepared.keys().next().value
    if (oldest !== undefined) prepared.delete(oldest)
    prepared.set(sql, statement)
    return statement
  }
  const run = ({ sql, parameters }: CompiledQuery): QueryResult<unknown> => {
    const statement = prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }
  const execute = async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
    // Inside a transaction the lock is ours already.
    const result = handle.inTransaction ? run(query) : await persist(isPassing, () => run(query))
    return result as QueryResult<Row>
  }
  return {
    executeQuery: execute,
    // At once: an open cursor would bar everybody else from the connection.
    async *streamQuery<Row>(query: CompiledQuery) {
      yield await execute<Row>(query)
    },
  }
}
