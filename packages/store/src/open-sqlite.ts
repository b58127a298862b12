import { LogError, messageOf } from '@heddle/core'
import { Kysely } from 'kysely'
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
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
    if (isCutOff(place)) return await openDamaged(place, 'its end is missing')
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
  try {
    const handle = await openHandle(path, true)
    handle.prepare('select count(*) from run_event where seq = 0').all([])
    const db = new Kysely<StoreTables>({ dialect: sqliteDialect(handle) })
    const because = `${path} is damaged (${problem}), so it was opened only to read what is left; move it away, or restore a backup, to go on.`
    return database(handle, db, path, because)
  } catch (thrown) {
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
    pauseMs: () => LOOK_MS,
    setListening: () => {},
  }
}

/** Offsets in the header: https://sqlite.org/fileformat.html#the_database_header */
const HEADER_BYTES = 100
const PAGE_SIZE_AT = 16
const CHANGES_AT = 24
const PAGES_AT = 28
const PAGES_VALID_FOR_AT = 92

/**
 * Whether the file is shorter than its header says. SQLite itself notices only when it comes to a missing
 * page. Not told while a write-ahead log may hold the rest.
 */
function isCutOff(path: string): boolean {
  const { size } = statSync(path)
  if (size < HEADER_BYTES || (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false
  const header = Buffer.alloc(HEADER_BYTES)
  const descriptor = openSync(path, 'r')
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0)
  } finally {
    closeSync(descriptor)
  }
  if (header.readUInt32BE(CHANGES_AT) !== header.readUInt32BE(PAGES_VALID_FOR_AT)) return false
  // 1 stands for 65,536, which does not fit.
  const pageSize = header.readUInt16BE(PAGE_SIZE_AT) === 1 ? 65_536 : header.readUInt16BE(PAGE_SIZE_AT)
  return size < pageSize * header.readUInt32BE(PAGES_AT)
}
