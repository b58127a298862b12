import type { ChangeTimes } from '../change-times.ts'
import type { Doubt, EdgeType, Evidence, GraphNode, Judgement, NodeStatus, NodeType } from '../model.ts'
import type { TableShape } from './insert-rows.ts'
import { isAmong } from './session.ts'
import type { Speech, SqlSession } from './session.ts'

/** A node without what the graph works out by itself. */
export type StoredNode = Omit<GraphNode, 'doubts'> & {
  /** When each part that changed since the node was made last changed; merging needs it. */
  readonly changedAtMs?: ChangeTimes
}

export const NODE_SHAPE: TableShape = {
  table: 'graph_node',
  columns: [
    ['num', 'integer'],
    ['id', 'text'],
    ['project', 'text'],
    ['type', 'text'],
    ['status', 'text'],
    ['title', 'text'],
    ['description', 'text'],
    ['reason', 'text'],
    ['confidence', 'integer'],
    ['judgement', 'text'],
    ['evidence', 'text'],
    ['files', 'text'],
    ['commits', 'text'],
    ['author_kind', 'text'],
    ['author', 'text'],
    ['session', 'text'],
    ['created_at_ms', 'bigint'],
    ['updated_at_ms', 'bigint'],
    ['changed_at_ms', 'text'],
    ['rev', 'bigint'],
  ],
}

export const REFERENCE_SHAPE: TableShape = {
  table: 'graph_reference',
  columns: [
    ['kind', 'text'],
    ['value', 'text'],
    ['node', 'integer'],
  ],
}

/** A row of {@link NODE_SHAPE}. */
export function nodeRow(node: StoredNode, num: number, rev: number): readonly unknown[] {
  return [
    num,
    node.id,
    node.project,
    node.type,
    node.status,
    node.title,
    node.description,
    node.reason,
    node.confidence,
    node.judgement === null ? null : JSON.stringify(node.judgement),
    listText(node.evidence),
    listText(node.files),
    listText(node.commits),
    node.author.kind,
    node.author.name,
    node.session,
    node.createdAtMs,
    node.updatedAtMs,
    node.changedAtMs === undefined ? NO_TIMES : JSON.stringify(node.changedAtMs),
    rev,
  ]
}

/** Rows of {@link REFERENCE_SHAPE}: what a node can be found by. */
export function referenceRows(node: StoredNode, num: number): (readonly unknown[])[] {
  if (node.evidence.length + node.files.length + node.commits.length === 0) return []
  const runs = new Set(node.evidence.map(({ runId }) => runId))
  return [
    ...[...runs].map((runId) => ['run', runId, num] as const),
    ...node.files.map((file) => ['file', file, num] as const),
    ...node.commits.map((commit) => ['commit', commit, num] as const),
  ]
}

const NOTHING = '[]'
const NO_TIMES = '{}'

function listText(list: readonly unknown[]): string {
  return list.length === 0 ? NOTHING : JSON.stringify(list)
}

/** As drivers give it: numbers of 64 bits may be texts. */
export interface NodeRow {
  readonly num: number
  readonly id: string
  readonly project: string
  readonly type: NodeType
  readonly status: NodeStatus
  readonly title: string
  readonly description: string
  readonly reason: string
  readonly confidence: number | null
  readonly judgement: string | null
  readonly evidence: string
  readonly files: string
  readonly commits: string
  readonly author_kind: 'agent' | 'person'
  readonly author: string
  readonly session: string | null
  readonly created_at_ms: number | string
  readonly updated_at_ms: number | string
  /** A {@link ChangeTimes} as JSON. */
  readonly changed_at_ms: string
  readonly rev: number | string
  /** `[source, route, atMs]` of each doubt. */
  readonly doubts: string | null
}

const DOUBTS: Readonly<Record<Speech, string>> = {
  sqlite: `select json_group_array(json_array(s.id, d.route, d.at_ms))
    from graph_doubt d join graph_node s on s.num = d.source`,
  // Each source by its key: of tables without statistics yet, a join would read all nodes for every one of them.
  postgres: `select json_agg(json_build_array(
    (select s.id from graph_node s where s.num = d.source), d.route, d.at_ms))::text from graph_doubt d`,
}

/** `select … from graph_node n`, the columns of a {@link NodeRow} and, if wanted, more. */
export function selectNodes(speech: Speech, more = ''): string {
  const doubts = `${DOUBTS[speech]} where d.node = n.num`
  return `select n.*, (${doubts}) as doubts${more} from graph_node n`
}

export function nodeOf(row: NodeRow): GraphNode {
  return {
    id: row.id,
    type: row.type,
    title: row.title,
    description: row.description,
    status: row.status,
    reason: row.reason,
    confidence: row.confidence,
    judgement: row.judgement === null ? null : (JSON.parse(row.judgement) as Judgement),
    evidence: listOf<Evidence>(row.evidence),
    files: listOf<string>(row.files),
    commits: listOf<string>(row.commits),
    author: { kind: row.author_kind, name: row.author },
    project: row.project,
    session: row.session,
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
    doubts: doubtsOf(row.doubts),
  }
}

export function changeTimesOf({ changed_at_ms }: NodeRow): ChangeTimes {
  return changed_at_ms === NO_TIMES ? {} : (JSON.parse(changed_at_ms) as ChangeTimes)
}

/** The rows of nodes by their numbers, in no order. */
export function nodeRowsOf(sql: SqlSession, nums: readonly number[]): Promise<NodeRow[]> {
  if (nums.length === 0) return Promise.resolve([])
  const statement = `${selectNodes(sql.speech)} where ${isAmong(sql.speech, 'n.num', 'integer')}`
  return sql.rows<NodeRow>(statement, [JSON.stringify(nums)])
}

function listOf<T>(text: string): readonly T[] {
  return text === NOTHING ? [] : (JSON.parse(text) as T[])
}

function doubtsOf(text: string | null): readonly Doubt[] {
  if (text === null || text === NOTHING) return []
  return (JSON.parse(text) as [string, string, number][])
    .map(([source, route, atMs]) => ({
      source,
      route: (JSON.parse(route) as [EdgeType, string][]).map(([edge, node]) => ({ edge, node })),
      atMs,
    }))
    .sort((left, right) => (left.source < right.source ? -1 : 1))
}
