import * as dagre from '@dagrejs/dagre'

/** As much of dagre's graph as is used; its own declarations do not resolve under Node's rules. */
export interface LayeredGraph {
  setGraph(options: { rankdir: 'TB' | 'LR'; nodesep: number; ranksep: number; edgesep: number }): unknown
  setNode(id: string, size: { width: number; height: number }): unknown
  setEdge(
    from: string,
    to: string,
    label: { width: number; height: number; labelpos: 'c' },
    name: string,
  ): unknown
  graph(): { readonly width?: number; readonly height?: number }
  /** `x` and `y` are the centre. */
  node(id: string): {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
  edge(key: { v: string; w: string; name: string }): {
    readonly points: readonly { readonly x: number; readonly y: number }[]
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
}

const { Graph, layout } = dagre as unknown as {
  readonly Graph: new (options: { directed: boolean; multigraph: boolean }) => LayeredGraph
  layout(graph: LayeredGraph): void
}

/** An empty graph that may have several edges from one node to another. */
export function layeredGraph(): LayeredGraph {
  return new Graph({ directed: true, multigraph: true })
}

/** Gives every node and edge its place. */
export function placeLayers(graph: LayeredGraph): void {
  layout(graph)
}
