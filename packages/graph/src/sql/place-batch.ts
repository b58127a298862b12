import { checkEdge } from '../check-batch.ts'
import type { CompleteBatch } from '../complete-batch.ts'
import { edgeId } from '../edge-id.ts'
import { GraphError } from '../graph-error.ts'
import type { GraphNode, NodeType } from '../model.ts'
import { addEdge, addNode, findEdge } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'
import type { PlacedEdge } from './edge-rows.ts'

export interface PlacedNode {
  readonly num: number
  readonly node: GraphNode
}

/** A batch with its numbers; what is new is among the links in memory. */
export interface PlacedBatch {
  /** What was there before has smaller numbers, or the same. */
  readonly nodesBefore: number
  readonly edgesBefore: number
  /** What is new, by rising numbers without a gap. */
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  /** The number of each member of the batch, new or not. */
  readonly nodeNums: readonly number[]
  readonly edgeNums: readonly number[]
}

/**
 * Gives numbers to what is new. Nodes and links that are there already, or come twice, are one.
 *
 * @throws GraphError `graph.unknown_node`, `graph.invalid`.
 */
export function placeBatch(adjacency: Adjacency, batch: CompleteBatch): PlacedBatch {
  const { nodes: nodesBefore, edges: edgesBefore } = adjacency
  const nodes: PlacedNode[] = []
  const nodeNums = batch.nodes.map((node) => {
    const known = adjacency.numbers.get(node.id)
    if (known !== undefined) return known
    const num = addNode(adjacency, node)
    nodes.push({ num, node })
    return num
  })
  const edges: PlacedEdge[] = []
  const edgeNums = batch.edges.map((edge) => {
    const from = numberOf(adjacency, edge.from)
    const to = numberOf(adjacency, edge.to)
    checkEdge({ ...edge, toType: adjacency.types[to] as NodeType })
    const known = findEdge(adjacency, from, to, edge.type)
    if (known !== 0) return known
    const num = addEdge(adjacency, from, to, edge.type)
    const id = edgeId(edge.from, edge.to, edge.type)
    edges.push({ num, from, to, edge: { id, ...edge, createdAtMs: batch.nowMs } })
    return num
  })
  return { nodesBefore, edgesBefore, nodes, edges, nodeNums, edgeNums }
}

/** @throws GraphError `graph.unknown_node`. */
export function numberOf(adjacency: Adjacency, id: string): number {
  const num = adjacency.numbers.get(id)
  if (num !== undefined) return num
  throw new GraphError('graph.unknown_node', `There is no node ${id}; write it first, or in the same batch.`)
}
