import type { DecisionGraph, NodeFilter } from '../decision-graph.ts'
import type { GraphEdge, GraphNode } from '../model.ts'

/** An option that was ruled out; why is its `reason`. */
export interface Rejection {
  readonly option: GraphNode
  /** The goals and decisions that it was an option of. */
  readonly askedBy: readonly GraphNode[]
  /** The options of these that were chosen instead. */
  readonly chosen: readonly GraphNode[]
}

/**
 * What was ruled out, and what was chosen instead; the newest first unless the filter says an order.
 *
 * @param filter - Which options; types and statuses are given.
 * @throws GraphError `graph.invalid`, `graph.failed`.
 */
export async function rejections(
  graph: DecisionGraph,
  filter: Omit<NodeFilter, 'types' | 'statuses'> = {},
): Promise<Rejection[]> {
  const options = await graph.nodes({ ...filter, types: ['option'], statuses: ['rejected'] })
  const asked = endsOf(await graph.edges(options.map(({ id }) => id)), 'to', 'from')
  const askers = [...new Set([...asked.values()].flat())]
  const alternatives = endsOf(await graph.edges(askers), 'from', 'to')
  const others = [...new Set([...alternatives.values()].flat())]
  const nodes = new Map((await graph.get([...askers, ...others])).map((node) => [node.id, node]))
  const known = (ids: readonly string[]): GraphNode[] =>
    [...new Set(ids)].map((id) => nodes.get(id)).filter((node) => node !== undefined)
  return options.map((option) => {
    const askedBy = known(asked.get(option.id) ?? [])
    const siblings = known(askedBy.flatMap(({ id }) => alternatives.get(id) ?? []))
    return {
      option,
      askedBy,
      chosen: siblings.filter(({ type, status }) => type === 'option' && status === 'chosen'),
    }
  })
}

/** For each node at one end of a link, the nodes at the other. */
function endsOf(edges: readonly GraphEdge[], near: 'from' | 'to', far: 'from' | 'to'): Map<string, string[]> {
  const ends = new Map<string, string[]>()
  for (const edge of edges) ends.set(edge[near], [...(ends.get(edge[near]) ?? []), edge[far]])
  return ends
}
