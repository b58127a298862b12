import type { Kysely } from 'kysely'
import type { StoreTables } from './tables.ts'

/** Runs asked for in one statement; SQLite takes 32,766 values. */
const RUNS_AT_ONCE = 1_000

/** Position of the last letter of each of these runs that has any. */
export async function lastPositions(
  db: Kysely<StoreTables>,
  runIds: readonly string[],
): Promise<Map<string, number>> {
  const positions = new Map<string, number>()
  for (let from = 0; from < runIds.length; from += RUNS_AT_ONCE) {
    const rows = await db
      .selectFrom('run_letter')
      .select((select) => ['run_id', select.fn.max('position').as('position')])
      .where('run_id', 'in', runIds.slice(from, from + RUNS_AT_ONCE))
      .groupBy('run_id')
      .execute()
    for (const { run_id, position } of rows) positions.set(run_id, position)
  }
  return positions
}
