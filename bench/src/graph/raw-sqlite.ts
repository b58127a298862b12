import { decisionGraph } from '@heddle/graph'
import type { NewEdge, NewNode } from '@heddle/graph'
import Sqlite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { PROJECT } from './graph-data.ts'
import type { GraphSubject } from './graph-subject.ts'

const NODE_COLUMNS = 20

/** SQL by hand on the same tables with the same indexes: prepared statements, the search entry with each node. */
export async function rawSqlite(file: string): Promise<GraphSubject> {
  await makeTables(file)
  const db = new Sqlite(file)
  // As the store has it: a write that was acknowledged survives a power cut.
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  const descend = db.prepare(DESCENDANTS)
  const find = db.prepare(SEARCH)
  const write = writer(db)
  return {
    write: async (nodes, edges) => write(nodes, edges),
    index: async () => {},
    descendants: async (id) => descend.all(id).length,
    search: async (text) => {
      const words = text.split(' ').map((word) => `"${word}"`)
      const found = find.all(words.join(' OR '), PROJECT) as Record<string, string>[]
      for (const row of found)
        for (const list of ['evidence', 'files', 'commits']) JSON.parse(row[list] ?? '')
      return found.length
    },
  }
}

async function makeTables(file: string): Promise<void> {
  const database = new Sqlite(file)
  const db = new Kysely<Record<string, Record<string, unknown>>>({ dialect: new SqliteDialect({ database }) })
  await decisionGraph(db, { project: PROJECT })
  await db.destroy()
}

function writer(db: Database): (nodes: readonly NewNode[], edges: readonly NewEdge[]) => void {
  const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ')
  const insertNode = db.prepare(`insert into graph_node values (${marks(NODE_COLUMNS)})`)
  const insertText = db.prepare('insert into graph_search (rowid, title, body) values (?, ?, ?)')
  const insertEdge = db.prepare(`insert into graph_edge values (${marks(8)})`)
  const numbers = new Map<string, number>()
  let edgeCount = 0
  const write = (nodes: readonly NewNode[], edges: readonly NewEdge[]): void => {
    for (const node of nodes) {
      const num = numbers.size + 1
      numbers.set(node.id ?? '', num)
      insertNode.run(nodeValues(node, num))
      const reason = node.reason === '' ? '' : `\n${node.reason}`
      insertText.run(num, node.title, `${node.description}${reason}`)
    }
    for (const { from, to, type } of edges) {
      insertEdge.run(++edgeCount, numbers.get(from), numbers.get(to), type, 1, '', 1, 1)
    }
  }
  return db.transaction(write).immediate
}

function nodeValues(node: NewNode, num: number): unknown[] {
  const { id, project, type, title, description, status, reason, confidence, session, createdAtMs } = node
  const lists = [node.evidence, node.files, node.commits].map((list) => JSON.stringify(list))
  const texts = [num, id, project, type, status, title, description, reason, confidence, null]
  return [...texts, ...lists, 'agent', 'agent', session, createdAtMs, createdAtMs, '{}', 1]
}

const DESCENDANTS = `
  with recursive reach (num, depth) as (
    select num, 0 from graph_node where id = ?
    union
    select e.to_num, reach.depth + 1 from reach join graph_edge e on e.from_num = reach.num
    where reach.depth < 10
      and e.type in ('leads_to', 'chosen', 'rejected', 'requires', 'blocks', 'enables', 'supports'))
  select n.id, min(reach.depth) as depth from reach join graph_node n on n.num = reach.num
  where reach.depth > 0 group by reach.num order by depth`

const SEARCH = `
  with hit as (
    select n.num, bm25(graph_search, 4, 1) as score
    from graph_search join graph_node n on n.num = graph_search.rowid
    where graph_search match ? and n.project = ? order by score limit 20)
  select n.*, hit.score from hit join graph_node n on n.num = hit.num order by hit.score`
