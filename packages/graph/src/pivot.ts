import { systemRuntime } from '@heddle/core'
import { titleOf } from './capture/one-line.ts'
import type { DecisionGraph, NewNode } from './decision-graph.ts'
import { GraphError } from './graph-error.ts'
import type { GraphNode } from './model.ts'

/** What {@link pivot} is told. */
export interface Pivot {
  /** The decision, or option, that is given up: active, or the one that was chosen. */
  readonly old: GraphNode
  /** What was seen that speaks against it, of any length. */
  readonly observation: string
  /** What is done instead. */
  readonly decision: Omit<NewNode, 'type' | 'author' | 'session'>
  /** Default: made. */
  readonly ids?: { readonly observation: string; readonly revisit: string }
  /** Of all three nodes; default: the graph's. */
  readonly by?: Pick<NewNode, 'author' | 'session'>
}

/** What was written: old → observation → revisit → decision. */
export interface Pivoted {
  /** As it is now: superseded, or rejected when it was an option. */
  readonly old: GraphNode
  readonly observation: GraphNode
  readonly revisit: GraphNode
  readonly decision: GraphNode
}

const TITLE_CHARS = 300

/**
 * Gives up a decision, or an option, for another, in one transaction: the new one supersedes it, and what was seen
 * is the reason.
 *
 * @throws GraphError `graph.invalid` when it is neither, or was given up already; what `DecisionGraph.write` throws.
 */
export async function pivot(
  graph: DecisionGraph,
  { old, observation, decision, ids, by = {} }: Pivot,
): Promise<Pivoted> {
  refuseGivenUp(old)
  const seenId = ids?.observation ?? systemRuntime.newId('n')
  const revisitId = ids?.revisit ?? systemRuntime.newId('n')
  const decisionId = decision.id ?? systemRuntime.newId('n')
  const title = titleOf(observation, TITLE_CHARS)
  const description = observation.trim() === title ? '' : observation
  const revisitTitle = titleOf(`Reconsider: ${old.title}`, TITLE_CHARS)
  const { nodes, changed } = await graph.write({
    nodes: [
      { ...by, id: seenId, type: 'observation', title, description },
      { ...by, id: revisitId, type: 'revisit', title: revisitTitle, reason: observation },
      { ...by, ...decision, id: decisionId, type: 'decision' },
    ],
    edges: [
      { from: old.id, to: seenId },
      { from: seenId, to: revisitId },
      { from: revisitId, to: decisionId },
      { from: revisitId, to: old.id, type: 'revises', rationale: observation },
      { from: decisionId, to: old.id, type: 'supersedes', rationale: observation },
    ],
    changes: [{ id: old.id, status: old.type === 'option' ? 'rejected' : 'superseded', reason: observation }],
  })
  const [seen, revisit, made] = nodes as [GraphNode, GraphNode, GraphNode]
  return { old: changed[0] ?? old, observation: seen, revisit, decision: made }
}

function refuseGivenUp({ type, status, title }: GraphNode): void {
  if (type !== 'decision' && type !== 'option')
    throw new GraphError(
      'graph.invalid',
      `"${title}" is of type ${type}; only a decision or an option can be given up.`,
    )
  if (status !== 'active' && status !== 'chosen')
    throw new GraphError(
      'graph.invalid',
      `"${title}" is ${status} already; log the new decision by itself instead.`,
    )
}
