import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { EdgeType, NodeStatus, NodeType } from '../model.ts'
import { addEdge, addNode, setState } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'
import type { SqlSession } from './session.ts'

interface NodeStateRow {
  readonly num: number
  readonly id: string
  readonly type: NodeType
  readonly status: NodeStatus
  readonly confidence: number | null
}

interface LinkRow {
  readonly num: number
  readonly from_num: number
  readonly to_num: number
  readonly type: EdgeType
}

/** Rows of one statement, which stops this process for some milliseconds. */
const PAGE = 5_000

/** Brings in what was committed, by whomever, since the revision that is in; up to `rev`. */
export async function catchUp(adjacency: Adjacency, sql: SqlSession, rev: number): Promise<void> {
  if (adjacency.rev >= rev) return
  if (adjacency.nodes > 0) await readChangedNodes(adjacency, sql)
  // Nodes of later revisions too: the row of a node that is linked up to `rev` may have changed since.
  for (let page: NodeStateRow[] | undefined; page === undefined || page.length === PAGE;) {
    page = await sql.rows<NodeStateRow>(
      `select num, id, type, status, confidence from graph_node where num > ? order by num limit ${PAGE}`,
      [adjacency.nodes],
    )
    for (const node of page) addNode(adjacency, node)
    if (page.length === PAGE) await endOfTurn()
  }
  for (let page: LinkRow[] | undefined; page === undefined || page.length === PAGE;) {
    page = await sql.rows<LinkRow>(
      `select num, from_num, to_num, type from graph_edge where num > ? and rev <= ? order by num limit ${PAGE}`,
      [adjacency.edges, rev],
    )
    for (const link of page) addEdge(adjacency, link.from_num, link.to_num, link.type)
    if (page.length === PAGE) await endOfTurn()
  }
  adjacency.rev = rev
}

async function readChangedNodes(adjacency: Adjacency, sql: SqlSession): Promise<void> {
  // The sign keeps SQLite from walking the whole table by number.
  const changed = await sql.rows<NodeStateRow>(
    'select num, status, confidence from graph_node where rev > ? and +num <= ?',
    [adjacency.rev, adjacency.nodes],
  )
  for (const node of changed) setState(adjacency, node.num, node)
}
