import type { EdgeType, GraphEdge, GraphNode, NodeType, NodeStatus } from '@heddle/graph'
import type { Subgraph } from '../../src/draw/subgraph.ts'

/** A node with everything that a test does not care for. */
export function sampleNode(id: string, more: Partial<GraphNode> = {}): GraphNode {
  const at = 1_760_000_000_000 + Number.parseInt(id.replaceAll(/\D/g, '') || '0', 10) * 60_000
  return {
    id,
    type: 'decision',
    title: `Node ${id}`,
    description: '',
    status: 'active',
    reason: '',
    confidence: null,
    judgement: null,
    evidence: [],
    files: [],
    commits: [],
    author: { kind: 'agent', name: 'heddle' },
    project: 'shop',
    session: 'monday',
    createdAtMs: at,
    updatedAtMs: at,
    doubts: [],
    ...more,
  }
}

export function sampleEdge(from: string, to: string, type: EdgeType = 'leads_to'): GraphEdge {
  return {
    id: `${from}-${type}-${to}`,
    from,
    to,
    type,
    weight: 1,
    rationale: '',
    createdAtMs: 1_760_000_000_000,
  }
}

const QUESTIONS = [
  'How are sessions stored so that they survive a restart?',
  'Which queue carries the order events?',
  'Where are prices rounded?',
  'How do we find out that a payment was made twice?',
  'Which search engine for the catalogue?',
]

/** Five goals with decisions, options, actions, outcomes, a pivot and loose ends: 60 nodes. */
export function shopGraph(): Subgraph {
  const nodes: GraphNode[] = []
  const edges: GraphEdge[] = []
  const add = (type: NodeType, title: string, more: Partial<GraphNode> = {}): string => {
    const id = `n${nodes.length + 1}`
    nodes.push(sampleNode(id, { type, title, ...more }))
    return id
  }
  const link = (from: string, to: string, type?: EdgeType): void =>
    void edges.push(sampleEdge(from, to, type))
  for (const [at, question] of QUESTIONS.entries()) {
    const goal = add('goal', `Goal ${at + 1}: the shop must not lose orders when the process is killed`)
    const decision = add('decision', question, { confidence: 40 + at * 12 })
    link(goal, decision)
    const options = [
      'SQLite in WAL mode',
      'Redis with append-only file',
      'Plain JSON files and a rename',
    ].map((title, n) => {
      const status: NodeStatus = n === 0 ? 'chosen' : 'rejected'
      const option = add('option', title, { status, reason: n === 0 ? '' : 'one more server to run' })
      link(decision, option, n === 0 ? 'chosen' : 'rejected')
      return option
    })
    const action = add('action', `Write the adapter in packages/store/src/sql-sessions-${at}.ts`)
    link(options[0] ?? '', action)
    const failed = add('outcome', '3 of 41 tests failed: database is locked', { confidence: 20 })
    link(action, failed)
    const seen = add('observation', 'Two processes write at the same time; busy_timeout is 0')
    link(failed, seen, 'supports')
    const revisit = add('revisit', 'Reconsider the waiting time')
    link(seen, revisit)
    const next = add('decision', 'begin immediate, and a busy handler of 5 s', {
      confidence: 85,
      doubts: at === 2 ? [{ source: decision, route: [], atMs: 0 }] : [],
    })
    link(revisit, next)
    link(next, decision, 'supersedes')
    const passed = add('outcome', '41 tests passed', { confidence: 95 })
    link(next, passed, 'enables')
  }
  add('observation', 'The CI machine has two cores')
  add('goal', 'Ship 1.0', { status: 'abandoned' })
  const loose = add(
    'goal',
    'Lorem & <b>ipsum</b> "dolor" sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt',
  )
  link(
    loose,
    add('action', 'Supercalifragilisticexpialidocious_and_some_more_of_it_without_a_break'),
    'requires',
  )
  link(loose, add('option', '日本語のタイトルがここに入ります。折り返しも必要です。'), 'blocks')
  return { nodes, edges }
}
