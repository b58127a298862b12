import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import type { Database } from './database.ts'
import type { Statement } from './group-commit.ts'
import type { NewSession, SessionRecord } from './sessions.ts'
import { isDuplicate, storageFailure } from './storage-failure.ts'
import type { SessionTable, StoreTables } from './tables.ts'

export type SessionChange = Partial<Omit<SessionTable, 'session_id' | 'parent_id' | 'parent_seq'>>

/** Of its own runs and of those that they called. */
const COST = sql<number | null>`(
  select case when count(*) = count(cost_micro_usd) then cast(coalesce(sum(cost_micro_usd), 0) as bigint) end
  from usage_entry join session_run on session_run.run_id = usage_entry.root_run_id
  where session_run.session_id = session.session_id)`

interface SessionSelection {
  readonly where: RawBuilder<unknown>
  readonly limit: number
  readonly offset: number
}

/** Those used last come first. */
export async function selectSessions(
  { db, place }: Database,
  { where, limit, offset }: SessionSelection,
): Promise<SessionRecord[]> {
  const rows = await db
    .selectFrom('session')
    .selectAll()
    .select(COST.as('cost'))
    .where(sql<boolean>`${where}`)
    .orderBy('updated_at_ms', 'desc')
    .orderBy('session_id')
    .limit(limit)
    .offset(offset)
    .execute()
    .catch((thrown: unknown) => {
      throw storageFailure(thrown, place)
    })
  return rows.map((row) => ({
    sessionId: row.session_id,
    title: row.title,
    model: row.model,
    parent: row.parent_id === null ? null : { sessionId: row.parent_id, seq: row.parent_seq ?? 0 },
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    archivedAtMs: row.archived_at_ms,
    costMicroUsd: row.cost,
  }))
}

/** @returns `false` when the id is taken. */
export function insertSession(
  session: NewSession & { readonly sessionId: string; readonly atMs: number },
): Statement<boolean> {
  const { sessionId, title = '', model, parent, atMs } = session
  return async (db, mayBeStored) => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('session')
      .values({
        session_id: sessionId,
        title,
        title_folded: title.toLowerCase(),
        model,
        parent_id: parent?.sessionId ?? null,
        parent_seq: parent?.seq ?? null,
        created_at_ms: atMs,
        updated_at_ms: atMs,
        archived_at_ms: null,
      })
      .onConflict((conflict) => conflict.column('session_id').doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n || (mayBeStored && (await wasMadeAt(db, sessionId, atMs)))
  }
}

/** Whether an earlier attempt stored it, although its answer was lost. */
async function wasMadeAt(db: Kysely<StoreTables>, sessionId: string, atMs: number): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .select('created_at_ms')
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row?.created_at_ms === atMs
}

const MAX_TRIES = 1_000

/** @returns `false` when the session has the run already. */
export function insertRun(sessionId: string, runId: string): Statement<boolean> {
  return async (db) => {
    for (let count = 1; ; count++) {
      try {
        const { rows } = await sql<{ position: number }>`
          insert into session_run (session_id, position, run_id)
          select cast(${sessionId} as text), coalesce(max(position), 0) + 1, cast(${runId} as text)
          from session_run where session_id = ${sessionId}
          on conflict (run_id, session_id) do nothing
          returning position`.execute(db)
        return rows.length === 1
      } catch (thrown) {
        // Two processes took the same next position.
        if (!isDuplicate(thrown) || count === MAX_TRIES) throw thrown
      }
    }
  }
}
