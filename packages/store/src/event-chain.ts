import { hash as digest } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { RunEventTable, StoreTables } from './tables.ts'

/** Where a chain stands: the last event and its hash. `seq` 0 is before the first. */
export interface ChainLink {
  readonly seq: number
  readonly hash: string
}

export type ChainRow = Pick<RunEventTable, 'seq' | 'body' | 'prev_hash' | 'hash'>

/** What a run's first event is chained to: its id, so that rows cannot be moved to another run unseen. */
export function chainStart(runId: string): ChainLink {
  return { seq: 0, hash: digest('sha256', runId) }
}

/** SHA-256 in hex over the hash before, in hex, and the event's JSON text. */
export function linkHash(prevHash: string, body: string): string {
  return digest('sha256', prevHash + body)
}

/** Whether `row` is what was stored after `link`. */
export function follows(link: ChainLink, row: ChainRow): boolean {
  return (
    row.seq === link.seq + 1 && row.prev_hash === link.hash && row.hash === linkHash(row.prev_hash, row.body)
  )
}

/** Rows fetched at a time; an event is some hundred bytes to some hundred kilobytes. Many only want the first. */
const FIRST_PAGE_ROWS = 16
const MAX_PAGE_ROWS = 256

/**
 * The rows of a run after `afterSeq` up to `lastSeq`, oldest first, each as it lies there.
 *
 * @throws What the driver throws, after all rows before the unreadable one were yielded.
 */
export async function* chainRows(
  db: Kysely<StoreTables>,
  runId: string,
  afterSeq: number,
  lastSeq: number,
): AsyncGenerator<ChainRow, void, undefined> {
  let limit = FIRST_PAGE_ROWS
  let growth = 2
  for (let seq = afterSeq; seq < lastSeq;) {
    let rows: ChainRow[]
    try {
      rows = await page(db, { runId, afterSeq: seq, lastSeq, limit })
    } catch (thrown) {
      if (limit === 1) throw thrown
      // What comes before the damage is still readable, one by one.
      limit = 1
      growth = 1
      continue
    }
    yield* rows
    const last = rows.at(-1)
    if (!last) return
    seq = last.seq
    limit = Math.min(limit * growth, MAX_PAGE_ROWS)
  }
}

interface PageQuery {
  readonly runId: string
  readonly afterSeq: number
  readonly lastSeq: number
  readonly limit: number
}

function page(db: Kysely<StoreTables>, query: PageQuery): Promise<ChainRow[]> {
  return db
    .selectFrom('run_event')
    .select(['seq', 'body', 'prev_hash', 'hash'])
    .where('run_id', '=', query.runId)
    .where('seq', '>', query.afterSeq)
    .where('seq', '<=', query.lastSeq)
    .orderBy('seq')
    .limit(query.limit)
    .execute()
}

/** How far the chains of runs were found whole, for the runs used last. */
export interface VerifiedChains {
  get(runId: string): ChainLink | undefined
  set(runId: string, link: ChainLink): void
}

/** Runs remembered, at some 200 bytes each; forgetting one costs reading it once more. */
const MAX_REMEMBERED = 10_000

export function verifiedChains(): VerifiedChains {
  const links = new Map<string, ChainLink>()
  return {
    get: (runId) => links.get(runId),
    set(runId, link) {
      // Setting anew moves the run to the end: the first one is the one not used for longest.
      links.delete(runId)
      links.set(runId, link)
      const oldest = links.size > MAX_REMEMBERED ? links.keys().next().value : undefined
      if (oldest !== undefined) links.delete(oldest)
    },
  }
}
