import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { StoreKind } from './database.ts'
import type { Statement } from './group-commit.ts'

/**
 * Epoch milliseconds by the one clock that all who want the run share: that of the machine for a file, that
 * of the server for a server. It may jump; a lease then lapses early or late, and the fence keeps it harmless.
 */
function nowMs(kind: StoreKind): RawBuilder<number> {
  return kind === 'sqlite'
    ? sql<number>`${Date.now()}`
    : sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)`
}

/** One statement, so that of several who want the right exactly one gets it. */
export function acquireLease(
  kind: StoreKind,
  runId: string,
  owner: string,
  ttlMs: number,
): Statement<number | null> {
  const isDistinct = kind === 'sqlite' ? sql.raw('is not') : sql.raw('is distinct from')
  return async (db) => {
    const now = nowMs(kind)
    const { rows } = await sql<{ fence: number }>`
      insert into run_lease (run_id, owner, fence, lapses_at_ms)
      values (${runId}, ${owner}, 1, ${now} + ${Math.ceil(ttlMs)})
      on conflict (run_id) do update set
        fence = run_lease.fence + case when run_lease.owner ${isDistinct} excluded.owner then 1 else 0 end,
        owner = excluded.owner,
        lapses_at_ms = excluded.lapses_at_ms
      where run_lease.owner is null
        or run_lease.owner = excluded.owner
        or run_lease.lapses_at_ms <= ${now}
      returning fence`.execute(db)
    return rows[0]?.fence ?? null
  }
}

export function releaseLease(runId: string, owner: string): Statement<void> {
  return async (db) => {
    await db
      .updateTable('run_lease')
      .set({ owner: null })
      .where('run_id', '=', runId)
      .where('owner', '=', owner)
      .execute()
  }
}
