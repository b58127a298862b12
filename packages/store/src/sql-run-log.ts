import { LogError } from '@heddle/core'
import type { DurableEvent, Letter, RunLog } from '@heddle/core'
import { encodeAppend } from './append.ts'
import { damaged } from './append-events.ts'
import type { Database } from './database.ts'
import { chainRows, chainStart, follows } from './event-chain.ts'
import type { ChainLink, VerifiedChains } from './event-chain.ts'
import type { GroupCommit } from './group-commit.ts'
import { acquireLease, releaseLease } from './run-lease.ts'
import { postLetter } from './post-letter.ts'
import { storageFailure, troubleOf } from './storage-failure.ts'

/**
 * A {@link RunLog} on SQLite or PostgreSQL. Appends of one turn of the event loop share a transaction; each
 * returns when the disk has it. Every event is chained to the one before by SHA-256.
 *
 * `read` and `append` throw LogError `log.damaged` where the chain of a run is broken: `read` after it gave
 * all that comes before. Reading from a later event on verifies the chain from there.
 *
 * @param database - Open and migrated; whoever opened it closes it.
 */
export function sqlRunLog(database: Database, group: GroupCommit): RunLog {
  const { db, bell, place } = database
  return {
    async append(runId, events, fence) {
      if (events.length === 0) return
      await group.append(encodeAppend({ runId: soundId(runId), events, fence }, place))
    },
    read: (runId, afterSeq = 0) => readEvents(database, group.verified, runId, afterSeq),
    async acquire(runId, owner, ttlMs) {
      return group.write(acquireLease(database.kind, soundId(runId), owner, ttlMs))
    },
    release: (runId, owner) => group.write(releaseLease(runId, owner)),
    async post(runId, letterId, letter) {
      const body = JSON.stringify(letter)
      const position = await group.write(postLetter(database.kind, { runId: soundId(runId), letterId, body }))
      if (position !== null) bell.ring(runId, position)
      return position !== null
    },
    async letters(runId, afterPosition = 0) {
      const rows = await db
        .selectFrom('run_letter')
        .select(['position', 'letter_id', 'body'])
        .where('run_id', '=', runId)
        .where('position', '>', afterPosition)
        .orderBy('position')
        .execute()
        .catch((thrown: unknown) => {
          throw storageFailure(thrown, place)
        })
      return rows.map(({ position, letter_id, body }) => ({
        position,
        letterId: letter_id,
        letter: JSON.parse(body) as Letter,
      }))
    },
    watch: (runId, wake) => bell.watch(runId, wake),
  }
}

async function* readEvents(
  { db, place }: Database,
  verified: VerifiedChains,
  runId: string,
  afterSeq: number,
): AsyncGenerator<DurableEvent, void, undefined> {
  let seq = afterSeq
  try {
    const last = await lastSeq(db, runId)
    if (last === null || last <= afterSeq) return
    let link = await linkAt(db, runId, afterSeq)
    for await (const row of chainRows(db, runId, afterSeq, last)) {
      if (!link || !follows(link, row)) throw damaged(runId, seq + 1, place)
      link = { seq: row.seq, hash: row.hash }
      seq = row.seq
      yield JSON.parse(row.body) as DurableEvent
    }
    if (seq !== last) throw damaged(runId, seq + 1, place)
    if (afterSeq === 0 && link) verified.set(runId, link)
  } catch (thrown) {
    throw troubleOf(thrown) === 'damaged' ? damaged(runId, seq + 1, place) : storageFailure(thrown, place)
  }
}

/** `null`: no event. Where the end is unreadable every event is tried, up to the first that is as well. */
async function lastSeq(db: Database['db'], runId: string): Promise<number | null> {
  try {
    const { last } = await db
      .selectFrom('run_event')
      .select((select) => select.fn.max('seq').as('last'))
      .where('run_id', '=', runId)
      .executeTakeFirstOrThrow()
    return last
  } catch (thrown) {
    if (troubleOf(thrown) !== 'damaged') throw thrown
    return Number.MAX_SAFE_INTEGER
  }
}

/** `null` when the event that the next one is chained to is not there. */
async function linkAt(db: Database['db'], runId: string, seq: number): Promise<ChainLink | null> {
  if (seq <= 0) return chainStart(runId)
  const row = await db
    .selectFrom('run_event')
    .select(['seq', 'hash'])
    .where('run_id', '=', runId)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row ?? null
}

/** An index entry of PostgreSQL holds 2,704 bytes. */
const MAX_ID_LENGTH = 500

/** Refuses what the two databases would keep differently, or not at all. */
function soundId(runId: string): string {
  if (runId.length <= MAX_ID_LENGTH && runId.isWellFormed() && !runId.includes('\0')) return runId
  throw new LogError(
    'log.failed',
    `A run id must be well-formed text of at most ${MAX_ID_LENGTH} characters without NUL; choose another one.`,
  )
}
