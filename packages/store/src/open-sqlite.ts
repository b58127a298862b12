import { LogError, messageOf } from '@heddle/core'
import { Kysely } from 'kysely'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Database } from './database.ts'
import { letterBell } from './letter-bell.ts'
import type { LetterBellSource } from './letter-bell.ts'
import { lastPositions } from './last-positions.ts'
import { migrate, pending } from './migrate.ts'
import { isPassing, persist } from './persist.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import type { SqliteHandle } from './sqlite-dialect.ts'
import { storageFailure, troubleOf } from './storage-failure.ts'
import type { StoreTables } from './tables.ts'

/** Milliseconds between looks for letters of other processes, while somebody watches. */
const LOOK_MS = 250

/** The write-ahead log is cut back to this size after it was larger; 64 MiB. */
const WAL_MAX_BYTES = 64 * 1024 * 1024

/**
 * Opens a database file; makes it, and the folders above it, for its owner alone.
 *
 * @throws LogError `log.failed` when the file cannot be used; `log.damaged` when nothing of it can be read;
 *   ConfigError `config.invalid` when it was written by newer code.
 */
export async function openSqlite(file: string): Promise<Database> {
  const place = resolve(file)
  try {
    createFile(place)
    return await persist(isPassing, () => openToWrite(place))
  } catch (thrown) {
    if (troubleOf(thrown) === 'damaged') return openDamaged(place, messageOf(thrown))
    throw storageFailure(thrown, place)
  }
}

function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its other files the rights of this one.
  closeSync(openSync(path, 'a', 0o600))
}

async function openToWrite(path: string): Promise<Database> {
  const handle = await openHandle(path, false)
  try {
    // An acknowledged event survives a power cut.
    handle.pragma('journal_mode = WAL')
    handle.pragma('synchronous = FULL')
    handle.pragma(`journal_size_limit = ${WAL_MAX_BYTES}`)
    const db = new Kysely<StoreTables>({ dialect: sqliteDialect(handle) })
    if ((await pending(db, path)).length > 0) await migrateAtOnce(handle, db, path)
    // From here on waiting is done without blocking the process; see the dialect.
    handle.pragma('busy_timeout = 0')
    return database(handle, db, path, null)
  } catch (thrown) {
    handle.close()
    throw thrown
  }
}

/** All of it or nothing, whenever the process is killed; another process that opens the file meanwhile waits. */
async function migrateAtOnce(handle: SqliteHandle, db: Kysely<StoreTables>, place: string): Promise<void> {
  handle.exec('begin immediate')
  try {
    await migrate(db, place)
    handle.exec('commit')
  } catch (thrown) {
    if (handle.inTransaction) handle.exec('rollback')
    throw thrown
  }
}

async function openDamaged(path: string, problem: string): Promise<Database> {
  let handle: SqliteHandle | null = null
  try {
    handle = await openHandle(path, true)
    // Makes SQLite read a file that is shorter than it should be.
    handle.unsafeMode(true)
    handle.pragma('writable_schema = on')
    // Fails where not even the table of contents is left.
    handle.prepare('select seq from run_event limit 0').all([])
    const db = new Kysely<StoreTables>({ dialect: sqliteDialect(handle) })
    const because = `${path} is damaged (${problem}), so it was opened only to read what is left; move it away, or restore a backup, to go on.`
    return database(handle, db, path, because)
  } catch (thrown) {
    handle?.close()
    throw new LogError(
      'log.damaged',
      `${path} is not a Heddle database, or is damaged so far that nothing can be read (${problem}); move it away, or restore a backup.`,
      { cause: thrown },
    )
  }
}

async function openHandle(path: string, isReadOnly: boolean): Promise<SqliteHandle> {
  // Loaded here, so that whoever uses a server never loads it.
  const { default: Sqlite } = await import('better-sqlite3')
  return new Sqlite(path, { readonly: isReadOnly, fileMustExist: true, timeout: 5_000 })
}

function database(
  handle: SqliteHandle,
  db: Kysely<StoreTables>,
  place: string,
  readOnlyBecause: string | null,
): Database {
  const bell = letterBell(letterSource(handle, db))
  return {
    db,
    kind: 'sqlite',
    place,
    readOnlyBecause,
    bell,
    async close() {
      bell.close()
      await db.destroy()
      // Kysely closes nothing that it never used.
      handle.close()
    },
  }
}

function letterSource(handle: SqliteHandle, db: Kysely<StoreTables>): LetterBellSource {
  let seenVersion: unknown
  return {
    async lastPositions(runIds) {
      // Changes exactly when another connection has committed.
      const version = handle.pragma('data_version', { simple: true })
      if (version === seenVersion) return new Map()
      const positions = await lastPositions(db, runIds)
      seenVersion = version
      return positions
    },
    lookMs: LOOK_MS,
    setListening: () => {},
  }
}
