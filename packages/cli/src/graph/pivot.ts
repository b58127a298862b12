import { GraphError } from '@heddle/graph'
import type { DecisionGraph, GraphNode } from '@heddle/graph'
import { systemRuntime } from '@heddle/core'
import { nodeOf } from './node-id.ts'

/** A decision that is given up for another. */
export interface Pivot {
  /** Id, or the beginning of it. */
  readonly old: string
  /** What speaks against it. */
  readonly observation: string
  /** What is done instead. */
  readonly approach: string
}

/** What was written, as the tool `decision_pivot` writes it: old → observation → revisit → decision. */
export interface Pivoted {
  readonly old: GraphNode
  readonly observation: GraphNode
  readonly revisit: GraphNode
  readonly decision: GraphNode
}

const MOST_TITLE = 500

/**
 * Gives up a decision, or an option, for another, in one transaction.
 *
 * @throws GraphError `graph.invalid` when it is neither, or was given up already; `graph.unknown_node`.
 */
export async function pivot(
  graph: DecisionGraph,
  { old: text, observation, approach }: Pivot,
): Promise<Pivoted> {
  const old = await nodeOf(graph, text)
  if (old.type !== 'decision' && old.type !== 'option')
    throw new GraphError(
      'graph.invalid',
      `"${old.title}" is of type ${old.type}; only a decision or an option can be given up.`,
    )
  if (old.status !== 'active' && old.status !== 'chosen')
    throw new GraphError(
      'graph.invalid',
      `"${old.title}" is ${old.status} already; log the new decision with heddle graph log.`,
    )
  const ids = {
    seen: systemRuntime.newId('n'),
    revisit: systemRuntime.newId('n'),
    decision: systemRuntime.newId('n'),
  }
  const { nodes, changed } = await graph.write({
    nodes: [
      { id: ids.seen, type: 'observation', title: observation },
      {
        id: ids.revisit,
        type: 'revisit',
        title: `Reconsider: ${old.title}`.slice(0, MOST_TITLE),
        reason: observation,
      },
      { id: ids.decision, type: 'decision', title: approach },
    ],
    edges: [
      { from: old.id, to: ids.seen },
      { from: ids.seen, to: ids.revisit },
      { from: ids.revisit, to: ids.decision },
      { from: ids.revisit, to: old.id, type: 'revises', rationale: observation },
      { from: ids.decision, to: old.id, type: 'supersedes', rationale: observation },
    ],
    changes: [{ id: old.id, status: old.type === 'option' ? 'rejected' : 'superseded', reason: observation }],
  })
  const [seen, revisit, decision] = nodes as [GraphNode, GraphNode, GraphNode]
  return { old: changed[0] ?? old, observation: seen, revisit, decision }
}
