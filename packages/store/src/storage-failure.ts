import { LogError, isAgentError, messageOf } from '@heddle/core'
import type { AgentError } from '@heddle/core'

/** What kind of trouble a driver reports; each has its own sentence and its own cure. */
export type Trouble = 'busy' | 'damaged' | 'disk' | 'full' | 'lost' | 'not-ours' | 'other' | 'read-only'

/** SQLite's primary result codes. Source: https://sqlite.org/rescode.html */
const SQLITE_TROUBLE: Readonly<Record<string, Trouble>> = {
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
  SQLITE_IOERR: 'disk',
  SQLITE_FULL: 'full',
  SQLITE_READONLY: 'read-only',
  SQLITE_CANTOPEN: 'read-only',
  SQLITE_PERM: 'read-only',
}

/**
 * SQLSTATEs, or their first two characters (a class). Source:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const POSTGRES_TROUBLE: Readonly<Record<string, Trouble>> = {
  '08': 'lost',
  '40001': 'busy',
  '40P01': 'busy',
  '53': 'busy',
  '53100': 'full',
  '55P03': 'busy',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P03': 'lost',
  '25006': 'read-only',
  '28': 'not-ours',
  '42501': 'not-ours',
  '3D000': 'not-ours',
  '58': 'disk',
  XX001: 'damaged',
  XX002: 'damaged',
}

const SYSTEM_TROUBLE: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ETIMEDOUT: 'lost',
  ENOTFOUND: 'lost',
  EAI_AGAIN: 'lost',
  ENOSPC: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EEXIST: 'read-only',
  EISDIR: 'read-only',
  ENOTDIR: 'read-only',
}

/** `pg` has no codes of its own for these. */
const CONNECTION_LOST = /Connection terminated|connection error and is not queryable|timeout exceeded when/

export function troubleOf(thrown: unknown): Trouble {
  const code = codeOf(thrown)
  if (code === null) return CONNECTION_LOST.test(messageOf(thrown)) ? 'lost' : 'other'
  const primary = /^SQLITE_[A-Z]+/.exec(code)?.[0]
  return (
    (primary === undefined ? undefined : SQLITE_TROUBLE[primary]) ??
    POSTGRES_TROUBLE[code] ??
    POSTGRES_TROUBLE[code.slice(0, 2)] ??
    SYSTEM_TROUBLE[code] ??
    'other'
  )
}

/** True when a unique constraint refused the statement, in either database. */
export function isDuplicate(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === '23505' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_UNIQUE'
}

/**
 * Turns whatever a driver threw into one sentence that says what to do.
 *
 * @param place - The file, or `host:port/database`; never with a password.
 */
export function storageFailure(thrown: unknown, place: string): AgentError {
  if (isAgentError(thrown)) return thrown
  const trouble = troubleOf(thrown)
  const code = trouble === 'damaged' ? 'log.damaged' : 'log.failed'
  const retryable = trouble === 'busy' || trouble === 'lost' || trouble === 'full'
  return new LogError(code, sentence(trouble, place, thrown), { cause: thrown, retryable })
}

function sentence(trouble: Trouble, place: string, thrown: unknown): string {
  switch (trouble) {
    case 'busy':
      return `${place} stayed locked by other programs; try again, or close what holds it.`
    case 'damaged':
      return `${place} is damaged (${messageOf(thrown)}); open it again to read what is left, and restore a backup to go on.`
    case 'disk':
      return `The disk failed while ${place} was used (${messageOf(thrown)}); check the disk before going on.`
    case 'full':
      return `There is no space left for ${place}; free some, nothing stored so far is lost.`
    case 'lost':
      return `The database server at ${place} cannot be reached; check that it runs and that the address is right.`
    case 'not-ours':
      return `The database server at ${place} refused access (${messageOf(thrown)}); check user, password and rights.`
    case 'read-only':
      return `${place} cannot be written; check that the folder exists, is yours and is not mounted read-only.`
    case 'other':
      return `Storing in ${place} failed: ${messageOf(thrown)}.`
    default:
      return trouble satisfies never
  }
}

function codeOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null
  return typeof thrown.code === 'string' ? thrown.code : null
}
