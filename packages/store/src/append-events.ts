import { LogError } from '@heddle/core'
import { CompiledQuery } from 'kysely'
import type { Transaction } from 'kysely'
import type { Append } from './append.ts'
import { noteApprovals } from './approval-rows.ts'
import type { StoreKind } from './database.ts'
import { chainRows, chainStart, follows, linkHash } from './event-chain.ts'
import type { ChainLink, VerifiedChains } from './event-chain.ts'
import { placeholderRows } from './placeholders.ts'
import { troubleOf } from './storage-failure.ts'
import type { RunEventTable, StoreTables } from './tables.ts'

/** What of one run the database holds, moved on by every append of the group. */
interface RunHead {
  readonly fence: number
  link: ChainLink
  /** Why nothing more may be appended. */
  damage: LogError | null
}

export interface AppendContext {
  readonly kind: StoreKind
  readonly place: string
  readonly verified: VerifiedChains
  /** An earlier attempt may have been stored, although its answer was lost. */
  readonly mayBeStored: boolean
}

export interface AppendOutcome {
  /** Per append: `null` when it will be stored by the commit. */
  readonly refusals: readonly (LogError | null)[]
  /** To be remembered once the transaction is committed. */
  readonly links: ReadonlyMap<string, ChainLink>
}

/**
 * Stores the appends that may be stored, in order, within the given transaction. The fence is read, and on a
 * server locked, in the same transaction, so no append of an owner that was replaced can slip in.
 */
export async function appendEvents(
  tx: Transaction<StoreTables>,
  appends: readonly Append[],
  context: AppendContext,
): Promise<AppendOutcome> {
  const heads = await loadHeads(tx, [...new Set(appends.map(({ runId }) => runId))].sort(), context)
  const rows: RunEventTable[] = []
  const accepted: Append[] = []
  const refusals: (LogError | null)[] = []
  for (const append of appends) {
    const head = heads.get(append.runId) ?? newHead(append.runId)
    if (context.mayBeStored && (await isStored(tx, append))) refusals.push(null)
    else {
      const refusal = refusalOf(append, head)
      refusals.push(refusal)
      if (refusal) continue
      accepted.push(append)
      addRows(rows, append, head)
    }
  }
  await insertRows(tx, rows, context.kind)
  await noteApprovals(tx, accepted, context.kind)
  return { refusals, links: new Map([...heads].map(([runId, head]) => [runId, head.link])) }
}

function newHead(runId: string): RunHead {
  return { fence: 0, link: chainStart(runId), damage: null }
}

function refusalOf({ runId, events, fence }: Append, head: RunHead): LogError | null {
  if (head.fence !== fence) {
    return new LogError('log.fenced', `Run ${runId} was taken over by another driver; this one must stop.`)
  }
  if (head.damage) return head.damage
  const last = head.link.seq
  const gap = events.find((event, at) => event.seq !== last + at + 1)
  if (!gap) return null
  return new LogError(
    'log.conflict',
    `Run ${runId} stands at event ${last}, so event ${gap.seq} cannot follow; its id was used before, or another writer has it.`,
  )
}

function addRows(rows: RunEventTable[], { runId, events, bodies }: Append, head: RunHead): void {
  for (const [at, event] of events.entries()) {
    const body = bodies[at] ?? ''
    const hash = linkHash(head.link.hash, body)
    rows.push({
      run_id: runId,
      seq: event.seq,
      at_ms: Math.trunc(event.atMs),
      type: event.type,
      body,
      prev_hash: head.link.hash,
      hash,
    })
    head.link = { seq: event.seq, hash }
  }
}

interface HeadRow {
  readonly run_id: string
  readonly fence: number | null
  readonly seq: number | null
  readonly hash: string | null
}

const SQLITE_HEADS = `
  select r.value as run_id, l.fence, e.seq, e.hash from json_each(?) r
  left join run_lease l on l.run_id = r.value
  left join run_event e on e.run_id = r.value
    and e.seq = (select max(seq) from run_event where run_id = r.value)`

/** Locked in one order, so that groups of several processes cannot block each other for good. */
const POSTGRES_LOCK = `select run_id from run_lease where run_id = any($1::text[]) order by run_id for update`

const POSTGRES_HEADS = `
  select r.run_id, l.fence, e.seq, e.hash from unnest($1::text[]) r(run_id)
  left join run_lease l on l.run_id = r.run_id
  left join lateral (
    select seq, hash from run_event where run_id = r.run_id order by seq desc limit 1
  ) e on true`

async function loadHeads(
  tx: Transaction<StoreTables>,
  runIds: readonly string[],
  context: AppendContext,
): Promise<Map<string, RunHead>> {
  let query: CompiledQuery<HeadRow> = CompiledQuery.raw(SQLITE_HEADS, [JSON.stringify(runIds)])
  if (context.kind === 'postgres') {
    await tx.executeQuery(CompiledQuery.raw(POSTGRES_LOCK, [runIds]))
    query = CompiledQuery.raw(POSTGRES_HEADS, [runIds])
  }
  const { rows } = await tx.executeQuery(query)
  const heads = new Map<string, RunHead>()
  for (const row of rows) {
    const link = row.seq === null ? chainStart(row.run_id) : { seq: row.seq, hash: row.hash ?? '' }
    const damage = await damageUpTo(tx, row.run_id, link, context)
    heads.set(row.run_id, { fence: row.fence ?? 0, link, damage })
  }
  return heads
}

/** Reads what nobody of this process has verified yet: a run is only ever continued on sound ground. */
async function damageUpTo(
  tx: Transaction<StoreTables>,
  runId: string,
  head: ChainLink,
  { verified, place }: AppendContext,
): Promise<LogError | null> {
  let link = verified.get(runId) ?? chainStart(runId)
  if (link.seq > head.seq) return damaged(runId, head.seq + 1, place)
  try {
    for await (const row of chainRows(tx, runId, link.seq, head.seq)) {
      if (!follows(link, row)) return damaged(runId, link.seq + 1, place)
      link = row
    }
  } catch (thrown) {
    if (troubleOf(thrown) !== 'damaged') throw thrown
    return damaged(runId, link.seq + 1, place)
  }
  return link.seq === head.seq && link.hash === head.hash ? null : damaged(runId, link.seq + 1, place)
}

/** What reading and appending say of a run whose chain is broken. */
export function damaged(runId: string, seq: number, place: string): LogError {
  return new LogError(
    'log.damaged',
    `Run ${runId} is damaged at event ${seq} in ${place}; what comes before can be read, nothing can be added.`,
  )
}

/** Whether exactly this was stored: the answer to an earlier commit was lost on the way. */
async function isStored(tx: Transaction<StoreTables>, { runId, events, bodies }: Append): Promise<boolean> {
  const rows = await tx
    .selectFrom('run_event')
    .select(['seq', 'body'])
    .where('run_id', '=', runId)
    .where('seq', '>=', events[0]?.seq ?? 0)
    .where('seq', '<=', events.at(-1)?.seq ?? 0)
    .orderBy('seq')
    .execute()
  return rows.length === events.length && rows.every(({ body }, at) => body === bodies[at])
}

const COLUMNS = ['run_id', 'seq', 'at_ms', 'type', 'body', 'prev_hash', 'hash'] as const
const INSERT = `insert into run_event (${COLUMNS.join(', ')}) values `
/** A few sizes, so that few statements are kept prepared; large first. */
const ROWS_AT_ONCE = [64, 8, 1] as const

async function insertRows(
  tx: Transaction<StoreTables>,
  rows: readonly RunEventTable[],
  kind: StoreKind,
): Promise<void> {
  let done = 0
  for (const size of ROWS_AT_ONCE) {
    for (; rows.length - done >= size; done += size) {
      const values = rows.slice(done, done + size).flatMap((row) => COLUMNS.map((column) => row[column]))
      await tx.executeQuery(CompiledQuery.raw(INSERT + placeholderRows(kind, size, COLUMNS.length), values))
    }
  }
}
