import { edgeId } from '../edge-id.ts'
import type { EdgeType, GraphEdge } from '../model.ts'
import type { TableShape } from './insert-rows.ts'
import type { SqlSession } from './session.ts'

export const EDGE_SHAPE: TableShape = {
  table: 'graph_edge',
  columns: [
    ['num', 'integer'],
    ['from_num', 'integer'],
    ['to_num', 'integer'],
    ['type', 'text'],
    ['weight', 'float8'],
    ['rationale', 'text'],
    ['created_at_ms', 'bigint'],
    ['rev', 'bigint'],
  ],
}

/** A row of {@link EDGE_SHAPE}. */
export function edgeRow({ num, from, to, edge }: PlacedEdge, rev: number): readonly unknown[] {
  return [num, from, to, edge.type, edge.weight, edge.rationale, edge.createdAtMs, rev]
}

interface EdgeRow {
  readonly num: number
  readonly from_id: string
  readonly to_id: string
  readonly type: EdgeType
  readonly weight: number
  readonly rationale: string
  readonly created_at_ms: number | string
  readonly rev: number | string
}

/** A link with its number and those of its ends. */
export interface PlacedEdge {
  readonly num: number
  readonly from: number
  readonly to: number
  readonly edge: GraphEdge
}

/** An edge with its place in the table. */
export interface NumberedEdge {
  readonly num: number
  readonly rev: number
  readonly edge: GraphEdge
}

/** @param condition - `where …`, `order by …`; `e` is the edge. */
export async function selectEdges(
  sql: SqlSession,
  condition: string,
  parameters: readonly unknown[] = [],
): Promise<NumberedEdge[]> {
  const rows = await sql.rows<EdgeRow>(
    `select e.num, a.id as from_id, b.id as to_id, e.type, e.weight, e.rationale, e.created_at_ms, e.rev
      from graph_edge e join graph_node a on a.num = e.from_num join graph_node b on b.num = e.to_num
      ${condition}`,
    parameters,
  )
  return rows.map((row) => ({ num: row.num, rev: Number(row.rev), edge: edgeOf(row) }))
}

function edgeOf(row: EdgeRow): GraphEdge {
  return {
    id: edgeId(row.from_id, row.to_id, row.type),
    from: row.from_id,
    to: row.to_id,
    type: row.type,
    weight: row.weight,
    rationale: row.rationale,
    createdAtMs: Number(row.created_at_ms),
  }
}
