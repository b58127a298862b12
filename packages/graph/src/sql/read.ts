import type { ConfidenceEntry, NodeFilter } from '../decision-graph.ts'
import type { GraphEdge, GraphNode } from '../model.ts'
import { selectEdges } from './edge-rows.ts'
import { limitOf, nodeCondition } from './node-filter.ts'
import { nodeOf, selectNodes } from './node-rows.ts'
import type { NodeRow } from './node-rows.ts'
import { isAmong } from './session.ts'
import type { SqlSession } from './session.ts'

/** In the order of the ids; those that do not exist are left out. */
export async function readNodes(sql: SqlSession, ids: readonly string[]): Promise<GraphNode[]> {
  if (ids.length === 0) return []
  const rows = await sql.rows<NodeRow>(
    `${selectNodes(sql.speech)} where ${isAmong(sql.speech, 'n.id', 'text')}`,
    [JSON.stringify(ids)],
  )
  const nodes = new Map(rows.map((row) => [row.id, nodeOf(row)]))
  return ids.map((id) => nodes.get(id)).filter((node) => node !== undefined)
}

export async function listNodes(sql: SqlSession, filter: NodeFilter, project: string): Promise<GraphNode[]> {
  const limit = limitOf(filter)
  const condition = nodeCondition(filter, project)
  const order = filter.order === 'oldest' ? 'asc' : 'desc'
  // What a node carries is looked up for those few that are given, not for all that are sorted.
  const rows = await sql.rows<NodeRow>(
    `${selectNodes(sql.speech)} where n.num in (
      select n.num from graph_node n where ${condition.sql}
        order by n.created_at_ms ${order}, n.num ${order} limit ?)
      order by n.created_at_ms ${order}, n.num ${order}`,
    [...condition.parameters, limit],
  )
  return rows.map(nodeOf)
}

/** Every link that begins or ends at one of the nodes, by creation. */
export async function readEdges(sql: SqlSession, ids: readonly string[]): Promise<GraphEdge[]> {
  if (ids.length === 0) return []
  const nums = `select num from graph_node where ${isAmong(sql.speech, 'id', 'text')}`
  const ends = JSON.stringify(ids)
  const found = await selectEdges(
    sql,
    `where e.num in (select num from graph_edge where from_num in (${nums})
      union select num from graph_edge where to_num in (${nums})) order by e.num`,
    [ends, ends],
  )
  return found.map(({ edge }) => edge)
}

interface HistoryRow {
  readonly at_ms: number | string
  readonly confidence: number | null
  readonly because: string
}

/** Oldest first; a confidence that never changed is the one the node was made with. */
export async function readHistory(sql: SqlSession, id: string): Promise<ConfidenceEntry[]> {
  const rows = await sql.rows<HistoryRow>(
    `select h.at_ms, h.confidence, h.because from graph_confidence h
      join graph_node n on n.num = h.node where n.id = ? order by h.position`,
    [id],
  )
  if (rows.length > 0) {
    return rows.map(({ at_ms, confidence, because }) => ({ atMs: Number(at_ms), confidence, because }))
  }
  const [node] = await readNodes(sql, [id])
  if (node === undefined || node.confidence === null) return []
  return [{ atMs: node.createdAtMs, confidence: node.confidence, because: '' }]
}
