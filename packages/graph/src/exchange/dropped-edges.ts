import { edgeId } from '../edge-id.ts'
import type { EdgeType, GraphEdge } from '../model.ts'
import { insertRows } from '../sql/insert-rows.ts'
import type { TableShape } from '../sql/insert-rows.ts'
import type { SqlSession } from '../sql/session.ts'

const DROPPED_SHAPE: TableShape = {
  table: 'graph_dropped_edge',
  columns: [
    ['from_id', 'text'],
    ['to_id', 'text'],
    ['type', 'text'],
    ['weight', 'float8'],
    ['rationale', 'text'],
    ['created_at_ms', 'bigint'],
  ],
}

interface DroppedRow {
  readonly from_id: string
  readonly to_id: string
  readonly type: EdgeType
  readonly weight: number
  readonly rationale: string
  readonly created_at_ms: number | string
}

/** Links that were left out of the graph, because they would close a cycle; kept for the next export. */
export async function readDropped(sql: SqlSession, project: string): Promise<GraphEdge[]> {
  const rows = await sql.rows<DroppedRow>(
    `select d.* from graph_dropped_edge d
      join graph_node a on a.id = d.from_id join graph_node b on b.id = d.to_id
      where (? = '*' or (a.project = ? and b.project = ?))
        and not exists (select 1 from graph_edge e where e.from_num = a.num and e.to_num = b.num and e.type = d.type)`,
    [project, project, project],
  )
  return rows.map((row) => ({
    id: edgeId(row.from_id, row.to_id, row.type),
    from: row.from_id,
    to: row.to_id,
    type: row.type,
    weight: row.weight,
    rationale: row.rationale,
    createdAtMs: Number(row.created_at_ms),
  }))
}

export async function keepDropped(sql: SqlSession, edges: readonly GraphEdge[]): Promise<void> {
  const rows = edges.map(({ from, to, type, weight, rationale, createdAtMs }) => [
    from,
    to,
    type,
    weight,
    rationale,
    createdAtMs,
  ])
  await insertRows(sql, DROPPED_SHAPE, rows, 'on conflict do nothing')
}
