import type { ConfidenceEntry } from '../decision-graph.ts'
import { insertRows, orReplace } from './insert-rows.ts'
import type { TableShape } from './insert-rows.ts'
import { isAmong } from './session.ts'
import type { SqlSession } from './session.ts'

export const HISTORY_SHAPE: TableShape = {
  table: 'graph_confidence',
  columns: [
    ['node', 'integer'],
    ['position', 'integer'],
    ['at_ms', 'bigint'],
    ['confidence', 'integer'],
    ['because', 'text'],
  ],
}

interface HistoryRow {
  readonly node: number
  readonly at_ms: number | string
  readonly confidence: number | null
  readonly because: string
}

/** The histories of those nodes whose confidence changed, by their numbers. */
export async function readHistories(
  sql: SqlSession,
  nums: readonly number[],
): Promise<Map<number, ConfidenceEntry[]>> {
  const rows = await sql.rows<HistoryRow>(
    `select node, at_ms, confidence, because from graph_confidence
      where ${isAmong(sql.speech, 'node', 'integer')} order by node, position`,
    [JSON.stringify(nums)],
  )
  const histories = new Map<number, ConfidenceEntry[]>()
  for (const { node, at_ms, confidence, because } of rows) {
    const entry = { atMs: Number(at_ms), confidence, because }
    const known = histories.get(node)
    if (known) known.push(entry)
    else histories.set(node, [entry])
  }
  return histories
}

/** Writes whole histories; none may be shorter than what is there. */
export async function writeHistories(
  sql: SqlSession,
  histories: readonly { readonly num: number; readonly history: readonly ConfidenceEntry[] }[],
): Promise<void> {
  const rows = histories.flatMap(({ num, history }) =>
    history.map(({ atMs, confidence, because }, at) => [num, at + 1, atMs, confidence, because]),
  )
  if (rows.length > 0)
    await insertRows(sql, HISTORY_SHAPE, rows, orReplace(HISTORY_SHAPE, ['node', 'position']))
}
