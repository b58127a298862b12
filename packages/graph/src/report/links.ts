import type { Subgraph } from '../draw/subgraph.ts'
import type { EdgeType, GraphNode } from '../model.ts'

/** The links of a part of a graph, by the node at one end. */
export interface Links {
  /** What the arrows of these types that begin at a node point at, by creation. */
  from(id: string, ...types: readonly EdgeType[]): GraphNode[]
  /** Where the arrows of these types that point at a node begin, by creation. */
  to(id: string, ...types: readonly EdgeType[]): GraphNode[]
  /** What is said of the link; empty when there is none. */
  rationale(from: string, to: string, type: EdgeType): string
}

/** Indexes a part of a graph. */
export function linksOf({ nodes, edges }: Subgraph): Links {
  const byId = new Map(nodes.map((node, at) => [node.id, { node, at }]))
  const ends = (own: 'from' | 'to', id: string, types: readonly EdgeType[]): GraphNode[] => {
    const other = own === 'from' ? 'to' : 'from'
    return edges
      .filter((edge) => edge[own] === id && (types.length === 0 || types.includes(edge.type)))
      .flatMap((edge) => byId.get(edge[other]) ?? [])
      .sort((a, b) => a.at - b.at)
      .map(({ node }) => node)
  }
  return {
    from: (id, ...types) => ends('from', id, types),
    to: (id, ...types) => ends('to', id, types),
    rationale: (from, to, type) =>
      edges.find((edge) => edge.from === from && edge.to === to && edge.type === type)?.rationale ?? '',
  }
}
