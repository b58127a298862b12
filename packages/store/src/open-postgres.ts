import { ConfigError } from '@heddle/core'
import { Kysely, PostgresDialect } from 'kysely'
import type { ClientConfig } from 'pg'
import type { Database } from './database.ts'
import { letterBell } from './letter-bell.ts'
import { lastPositions } from './last-positions.ts'
import { migrate } from './migrate.ts'
import { postgresEar } from './postgres-ear.ts'
import type { EarClient } from './postgres-ear.ts'
import { storageFailure } from './storage-failure.ts'
import type { StoreTables } from './tables.ts'

/** The server tells of letters at once; this is for what is missed while the listening connection is down. */
const LOOK_MS = 500

const CONNECT_TIMEOUT_MS = 5_000
/** Run logs write through one connection at a time; the others are for readers. */
const MAX_CONNECTIONS = 8

/**
 * Opens a database on a server. Its connections keep no process alive that has nothing else to do.
 *
 * @param url - `postgres://user:password@host:port/database`.
 * @throws LogError `log.failed` when the server cannot be used; ConfigError `config.invalid` when the URL is
 *   not one, or the tables were written by newer code.
 */
export async function openPostgres(url: string): Promise<Database> {
  const place = placeOf(url)
  // Loaded here, so that whoever uses a file never loads it.
  const { default: pg } = await import('pg')
  const types = new pg.TypeOverrides()
  types.setTypeParser(INT8, Number)
  const config: ClientConfig = {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  }
  const pool = new pg.Pool({ ...config, max: MAX_CONNECTIONS, allowExitOnIdle: true })
  // A connection that breaks is replaced; whoever uses it is told by the statement. Unheard it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db, place)
  } catch (thrown) {
    await pool.end()
    throw storageFailure(thrown, place)
  }
  const ear = postgresEar(
    () => new pg.Client(config) as EarClient,
    (runId) => bell.hear(runId),
  )
  const bell = letterBell({
    lastPositions: (runIds) => lastPositions(db, runIds),
    lookMs: LOOK_MS,
    setListening: (isListening) => (isListening ? ear.open() : ear.close()),
  })
  return {
    db,
    kind: 'postgres',
    place,
    readOnlyBecause: null,
    bell,
    async close() {
      bell.close()
      await ear.closed()
      await db.destroy()
    },
  }
}

/** `int8`; all numbers of the store are below 2^53. Source: pg_type.dat */
const INT8 = 20

function placeOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new ConfigError(
      'config.invalid',
      'The database address is not a URL; write postgres://user:password@host:port/database.',
    )
  }
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`
}
