import type { DecisionGraph } from '../decision-graph.ts'
import { invalid } from '../graph-error.ts'
import type { GraphNode } from '../model.ts'

/** What {@link timeline} tells of; without any of them, the project's newest nodes. */
export interface TimelineOptions {
  /** Only of this session. */
  readonly session?: string
  /** Only this goal and what came of it. */
  readonly goal?: string
  /** Only what was made at this time or later; epoch milliseconds. */
  readonly sinceMs?: number
  /** Most nodes; the newest are kept. Default 100; at most 10,000. */
  readonly limit?: number
}

const DEFAULT_LIMIT = 100

/** Long enough for any course of work; walks look at each node once. */
const GOAL_DEPTH = 100

/**
 * What happened, oldest first.
 *
 * @throws GraphError `graph.invalid`, `graph.failed`.
 */
export async function timeline(graph: DecisionGraph, options: TimelineOptions = {}): Promise<GraphNode[]> {
  const { session, goal, sinceMs = 0, limit = DEFAULT_LIMIT } = options
  if (!Number.isInteger(limit) || limit < 1) throw invalid(`The limit is ${limit}; it must be at least 1.`)
  if (goal === undefined) {
    const narrowed = session === undefined ? {} : { session }
    return (await graph.nodes({ ...narrowed, sinceMs, limit, order: 'newest' })).reverse()
  }
  const steps = await graph.walk(goal, { depth: GOAL_DEPTH })
  const nodes = await graph.get([goal, ...steps.map(({ id }) => id)])
  return nodes
    .filter((node) => node.createdAtMs >= sinceMs && (session === undefined || node.session === session))
    .sort((left, right) => left.createdAtMs - right.createdAtMs)
    .slice(-limit)
}
