import { isAgentError, messageOf } from '@heddle/core'
import type { AgentError } from '@heddle/core'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphError } from '../graph-error.ts'

/**
 * Others hold the database; the transaction was rolled back. Sources: https://sqlite.org/rescode.html and
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const BUSY = /^SQLITE_(BUSY|LOCKED)|^40001$|^40P01$|^55P03$/

/** The way to the server is gone: class 08, a shutdown, or the system's own codes. */
const LOST = /^08|^57P0[123]$|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/

/** Opened for reading, or the server only follows another one. */
const READ_ONLY = /^SQLITE_READONLY|^25006$/

/** No space left. */
const FULL = /^(SQLITE_FULL|53100|ENOSPC)$/

/** As long as the store keeps trying; longer than SQLite's customary `busy_timeout` of 5 s. */
const PERSIST_MS = 10_000

const LONGEST_PAUSE_MS = 100

/** Tries again, with growing pauses, while others hold the database. */
export async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + PERSIST_MS
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (thrown) {
      if (!BUSY.test(codeOf(thrown)) || performance.now() >= deadlineMs) throw sqlFailure(thrown)
      // Chance keeps several waiting processes from meeting again.
      await sleep(Math.min(LONGEST_PAUSE_MS, 2 ** Math.min(count, 10)) * (0.5 + Math.random() / 2))
    }
  }
}

/** Turns what a driver threw into one sentence that says what to do; our own errors stay as they are. */
export function sqlFailure(thrown: unknown): AgentError {
  if (isAgentError(thrown)) return thrown
  const code = codeOf(thrown)
  if (BUSY.test(code)) {
    return failed(
      'The database stayed locked by other programs; try again, or close what holds it.',
      thrown,
      true,
    )
  }
  if (LOST.test(code)) {
    return failed('The database server cannot be reached; check that it runs, then try again.', thrown, true)
  }
  if (READ_ONLY.test(code)) {
    return failed(
      'The database is read-only; open it for writing: also the first use and the first search after a write store something.',
      thrown,
      false,
    )
  }
  if (FULL.test(code)) return failed('There is no space left for the database; free some.', thrown, true)
  return failed(`The decision graph could not be read or written: ${messageOf(thrown)}.`, thrown, false)
}

function failed(message: string, cause: unknown, retryable: boolean): GraphError {
  return new GraphError('graph.failed', message, { cause, retryable })
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}
