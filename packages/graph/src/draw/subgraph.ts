import type { DecisionGraph, NodeFilter } from '../decision-graph.ts'
import { GraphError } from '../graph-error.ts'
import { FORWARD_TYPES } from '../edge-types.ts'
import { compareText } from '../exchange/record.ts'
import type { Evidence, GraphEdge, GraphNode } from '../model.ts'

/** A part of a graph: some nodes, and the links between them. */
export interface Subgraph {
  /** By creation; what one event made, causes first. */
  readonly nodes: readonly GraphNode[]
  /** Both ends are among the nodes. */
  readonly edges: readonly GraphEdge[]
}

/** Which part of a graph; without any of them, the project's newest nodes. */
export interface Selection {
  /** These nodes and everything that rests on them. */
  readonly roots?: readonly string[]
  /** Steps down from the roots. Default 10. */
  readonly depth?: number
  /** Of the nodes; with `roots` it is applied to what was reached. */
  readonly filter?: Omit<NodeFilter, 'limit' | 'order'>
  /** At most so many nodes, the newest. Default 200: more cannot be read in a picture. */
  readonly limit?: number
}

const MAX_NODES = 200

/**
 * Takes a part out of a graph, for pictures and reports.
 *
 * @throws GraphError `graph.unknown_node` for a root that is not there, `graph.invalid` for a depth below 1,
 *   `graph.failed`.
 */
export async function selectSubgraph(graph: DecisionGraph, selection: Selection = {}): Promise<Subgraph> {
  const { roots, filter = {}, limit = MAX_NODES } = selection
  const within = roots === undefined ? null : await reachable(graph, roots, selection.depth ?? 10)
  // A project is where one looks for something unnamed; what a root leads to is named.
  const scope = within === null || filter.project !== undefined ? filter : { ...filter, project: '*' }
  const found =
    within !== null && Object.keys(filter).length === 0
      ? await graph.get([...within])
      : await graph.nodes({ ...scope, limit: within === null ? limit : 10_000 })
  const nodes = found
    .filter(({ id }) => within === null || within.has(id))
    .sort(byCreation)
    .slice(-limit)
  const kept = new Set(nodes.map(({ id }) => id))
  const edges = (await graph.edges([...kept])).filter(({ from, to }) => kept.has(from) && kept.has(to))
  return { nodes: causesFirst(nodes, edges), edges }
}

/** The order in which nodes were made: by time, by the event of the run that they come from, else by id. */
function byCreation(a: GraphNode, b: GraphNode): number {
  return byMoment(a, b) || (a.id < b.id ? -1 : 1)
}

function byMoment(a: GraphNode, b: GraphNode): number {
  const [one = NO_EVENT, other = NO_EVENT] = [a.evidence[0], b.evidence[0]]
  return a.createdAtMs - b.createdAtMs || compareText(one.runId, other.runId) || one.seq - other.seq
}

const NO_EVENT: Evidence = { runId: '', seq: 0 }

/** One event makes a decision and its options: of nodes of one moment, what points at others stands before them. */
function causesFirst(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const pointedAtBy = Map.groupBy(edges, ({ to }) => to)
  const known = new Map(nodes.map((node) => [node.id, node]))
  const placed = new Set<GraphNode>()
  const place = (node: GraphNode): void => {
    if (placed.has(node)) return
    placed.add(node)
    const causes = (pointedAtBy.get(node.id) ?? []).flatMap(({ from, type }) =>
      FORWARD_TYPES.includes(type) ? (known.get(from) ?? []) : [],
    )
    for (const cause of causes) if (!placed.has(cause) && byMoment(cause, node) === 0) place(cause)
    placed.delete(node)
    placed.add(node)
  }
  for (const node of nodes) place(node)
  return [...placed]
}

async function reachable(
  graph: DecisionGraph,
  roots: readonly string[],
  depth: number,
): Promise<Set<string>> {
  const known = await graph.get(roots)
  const missing = roots.find((root) => !known.some(({ id }) => id === root))
  if (missing !== undefined) {
    throw new GraphError('graph.unknown_node', `There is no node ${missing} in the graph.`)
  }
  const walks = await Promise.all(roots.map((root) => graph.walk(root, { depth })))
  return new Set([...roots, ...walks.flat().map(({ id }) => id)])
}
