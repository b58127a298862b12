import type { DecisionGraph } from '../decision-graph.ts'
import type { EdgeType, GraphNode } from '../model.ts'

/** A node that another one rests on. */
export interface Premise {
  readonly node: GraphNode
  /** Least number of links between them. */
  readonly depth: number
}

/** What leads to a decision, and what would take it down. `rejected` leads away from what was not done. */
const CARRYING: readonly EdgeType[] = ['leads_to', 'chosen', 'requires', 'enables', 'supports', 'blocks']

/** As far as the walk of doubt goes, twice: premises of premises are of interest, the whole past is not. */
const DEFAULT_DEPTH = 10

/**
 * What a decision rests on: everything upstream of it, nearest first. Where one of these is in doubt or was given
 * up, so is the decision.
 *
 * @param depth - Links that are gone back, at least 1. Default 10.
 * @returns Empty for a node that rests on nothing, or is not there.
 * @throws GraphError `graph.invalid`, `graph.failed`.
 */
export async function restsOn(
  graph: DecisionGraph,
  id: string,
  depth: number = DEFAULT_DEPTH,
): Promise<Premise[]> {
  const steps = await graph.walk(id, { direction: 'up', types: CARRYING, depth })
  const nodes = new Map((await graph.get(steps.map((step) => step.id))).map((node) => [node.id, node]))
  return steps.flatMap((step) => {
    const node = nodes.get(step.id)
    return node ? [{ node, depth: step.depth }] : []
  })
}
