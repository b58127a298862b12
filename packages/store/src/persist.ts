import { setTimeout as sleep } from 'node:timers/promises'
import { isDuplicate, troubleOf } from './storage-failure.ts'

/**
 * How long a write keeps trying while others hold the database or its server restarts. Longer than SQLite's
 * customary `busy_timeout` of 5 s, shorter than the time after which people take a program for dead.
 */
export const PERSIST_MS = 10_000

const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 100

/** Somebody holds the database, or its server restarts. */
export function isPassing(thrown: unknown): boolean {
  const trouble = troubleOf(thrown)
  return trouble === 'busy' || trouble === 'lost'
}

/** The same, or another process stored a row of this key in the same moment: a second look tells what to do. */
export function isPassingOrDuplicate(thrown: unknown): boolean {
  return isPassing(thrown) || isDuplicate(thrown)
}

/**
 * Tries again, with growing pauses that never block the process, while the trouble is one that passes.
 *
 * @param attempt - Told whether an earlier one may have been stored: the connection broke before the answer came.
 * @throws What the last attempt threw.
 */
export async function persist<T>(
  doesPass: (thrown: unknown) => boolean,
  attempt: (mayBeStored: boolean) => T | Promise<T>,
): Promise<T> {
  const deadlineMs = performance.now() + PERSIST_MS
  let mayBeStored = false
  for (let count = 1; ; count++) {
    try {
      return await attempt(mayBeStored)
    } catch (thrown) {
      if (!doesPass(thrown) || performance.now() >= deadlineMs) throw thrown
      mayBeStored ||= troubleOf(thrown) === 'lost'
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(count, 10))
      // Chance keeps several waiting processes from meeting again.
      await sleep(pauseMs * (0.5 + Math.random() / 2))
    }
  }
}
