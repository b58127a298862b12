import type { DurableEvent, ParentRun, RunLog, Usage } from '@heddle/core'
import { ZERO_USAGE } from '@heddle/core'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Database } from './database.ts'
import type { GroupCommit } from './group-commit.ts'
import { storageFailure } from './storage-failure.ts'
import type { UsageEntryTable } from './tables.ts'

/** One model call that ended. */
export interface UsageEntry {
  readonly runId: string
  readonly parent: ParentRun | null
  /** Of the `turn.ended`; an event is counted once, however often it is told. */
  readonly seq: number
  readonly turn: number
  readonly atMs: number
  /** `provider/model`. */
  readonly model: string
  /** Zeros when the provider reported none. */
  readonly usage: Usage
  /** Micro-dollars; `null` when unknown. */
  readonly costMicroUsd: number | null
}

export interface UsageTotal {
  /** The day (UTC, `2026-11-20`), the model, or the session id; `''`: of no session. */
  readonly key: string
  readonly turns: number
  readonly usage: Usage
  /** Micro-dollars of the turns whose cost is known. */
  readonly knownCostMicroUsd: number
  /** Turns that are not in that sum. Where this is not 0, the true cost is larger. */
  readonly turnsOfUnknownCost: number
}

export interface UsageQuery {
  readonly by: 'day' | 'model' | 'session'
  /** Epoch milliseconds; the first is included, the second is not. Default: all time. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** Who used how much of which model. Filled by `usageSink`. */
export interface UsageLedger {
  /** Takes entries; those that are there already stay as they are. */
  record(entries: readonly UsageEntry[]): Promise<void>
  /**
   * Takes what a run's log says and the ledger missed: a process may die between the two.
   *
   * @returns The model that the run used last; `null` when the log is empty.
   */
  catchUp(runId: string): Promise<string | null>
  /** Sums, sorted by key. What sub-agents used counts for the session of the run that called them. */
  totals(query: UsageQuery): Promise<readonly UsageTotal[]>
}

export function usageLedger(database: Database, log: RunLog, group: GroupCommit): UsageLedger {
  const record = async (entries: readonly UsageEntry[]): Promise<void> => {
    for (const entry of entries) {
      await group.write(async (db) => {
        await db
          .insertInto('usage_entry')
          .values({ ...rowOf(entry), root_run_id: rootOf(entry) })
          .onConflict((conflict) => conflict.columns(['run_id', 'seq']).doNothing())
          .execute()
      })
    }
  }
  return {
    record,
    async catchUp(runId) {
      const fold = usageFold()
      const entries: UsageEntry[] = []
      for await (const event of log.read(runId)) entries.push(...fold.take(runId, event))
      await record(entries)
      return fold.model()
    },
    totals: (query) =>
      totals(database, query).catch((thrown: unknown) => {
        throw storageFailure(thrown, database.place)
      }),
  }
}

/** Folds the events of one run, in order, into ledger entries. */
export function usageFold(): {
  take(runId: string, event: DurableEvent): UsageEntry[]
  model(): string | null
} {
  let model: string | null = null
  let parent: ParentRun | null = null
  return {
    model: () => model,
    take(runId, event) {
      if (event.type === 'run.started') parent = event.parent
      if (event.type === 'run.started' || event.type === 'turn.started') model = event.model
      if (event.type === 'model.switched') model = event.to
      if (event.type !== 'turn.ended') return []
      const { seq, turn, atMs, usage, costMicroUsd } = event
      return [
        { runId, parent, seq, turn, atMs, model: model ?? '', usage: usage ?? ZERO_USAGE, costMicroUsd },
      ]
    },
  }
}

function rowOf({
  runId,
  seq,
  turn,
  atMs,
  model,
  usage,
  costMicroUsd,
}: UsageEntry): Omit<UsageEntryTable, 'root_run_id'> {
  return {
    run_id: runId,
    seq,
    turn,
    at_ms: Math.trunc(atMs),
    model,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_micro_usd: costMicroUsd,
  }
}

/** The caller ended a turn before it called, so its own root is known by then. */
function rootOf({ runId, parent }: UsageEntry): RawBuilder<string> {
  if (!parent) return sql<string>`${runId}`
  return sql<string>`coalesce(
    (select min(root_run_id) from usage_entry where run_id = ${parent.runId}), cast(${parent.runId} as text))`
}

/** Milliseconds of a day of UTC, which has no leap seconds here. */
const DAY_MS = 86_400_000

/** Columns that name no table are those of `usage_entry`. */
const KEYS = {
  day: sql<number>`at_ms / ${sql.lit(DAY_MS)}`,
  model: sql<string>`model`,
  session: sql<string>`coalesce((select min(session_id) from session_run where session_run.run_id = root_run_id), '')`,
} as const

async function totals({ db }: Database, { by, fromMs, toMs }: UsageQuery): Promise<UsageTotal[]> {
  const whole = (column: string): RawBuilder<number> =>
    sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`
  let query = db
    .selectFrom('usage_entry')
    .select([
      sql<string | number>`${KEYS[by]}`.as('key'),
      sql<number>`count(*)`.as('turns'),
      whole('input_tokens').as('inputTokens'),
      whole('output_tokens').as('outputTokens'),
      whole('cache_read_tokens').as('cacheReadTokens'),
      whole('cache_write_tokens').as('cacheWriteTokens'),
      whole('reasoning_tokens').as('reasoningTokens'),
      whole('cost_micro_usd').as('knownCostMicroUsd'),
      sql<number>`count(*) - count(cost_micro_usd)`.as('turnsOfUnknownCost'),
    ])
    .groupBy(sql`1`)
    .orderBy(sql`1`)
  if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs)
  if (toMs !== undefined) query = query.where('at_ms', '<', toMs)
  const rows = await query.execute()
  return rows.map(({ key, turns, knownCostMicroUsd, turnsOfUnknownCost, ...usage }) => ({
    key: typeof key === 'number' ? new Date(key * DAY_MS).toISOString().slice(0, 10) : key,
    turns,
    usage,
    knownCostMicroUsd,
    turnsOfUnknownCost,
  }))
}
