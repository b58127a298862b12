import { BACKWARD_TYPES } from '../edge-types.ts'
import type { GraphEdge, GraphNode } from '../model.ts'
import { layeredGraph, placeLayers } from './dagre.ts'
import type { LayeredGraph } from './dagre.ts'
import type { Subgraph } from './subgraph.ts'
import { textLines, textWidth } from './text-lines.ts'

/** All in pixels. */
export const SIZES = {
  nodeWidth: 216,
  titleSize: 13,
  titleLine: 17,
  titleLines: 3,
  reasonSize: 11,
  reasonLine: 15,
  reasonLines: 2,
  /** Inside of a node's border. */
  padding: 12,
  /** The line with the node's type and confidence. */
  headHeight: 18,
  labelSize: 11,
  labelHeight: 16,
  margin: 24,
  /** Between parts that no link joins. */
  gap: 48,
} as const

/** Width by height. */
const SCREEN_SHAPE = 1.6

export interface Point {
  readonly x: number
  readonly y: number
}

/** `x` and `y` are the upper left corner. */
export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export interface PlacedNode extends Box {
  readonly node: GraphNode
  readonly titleLines: readonly string[]
  /** Why the node has its status; mostly none. */
  readonly reasonLines: readonly string[]
}

export interface PlacedEdge {
  readonly edge: GraphEdge
  /** From the arrow's tail to its head; 2..n. */
  readonly points: readonly Point[]
  /** `null` for `leads_to`, which needs no word. */
  readonly label: (Box & { readonly text: string }) | null
}

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

/**
 * Lays a part of a graph out in layers, what came first on top or on the left. Nodes and labels never
 * overlap; parts that no link joins stand beside and below each other. Equal graphs give equal drawings.
 */
export function placeGraph({ nodes, edges }: Subgraph): Drawing {
  const parts = componentsOf(nodes, edges).map(placeComponent)
  return packed(parts)
}

/** The parts that are joined by links, the largest first. */
function componentsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Subgraph[] {
  const root = new Map(nodes.map(({ id }) => [id, id]))
  const find = (id: string): string => {
    let at = id
    for (let up = root.get(at); up !== undefined && up !== at; up = root.get(at)) at = up
    return at
  }
  for (const { from, to } of edges) root.set(find(from), find(to))
  const parts = new Map<string, { nodes: GraphNode[]; edges: GraphEdge[] }>()
  for (const node of nodes) {
    const top = find(node.id)
    const part = parts.get(top) ?? { nodes: [], edges: [] }
    part.nodes.push(node)
    parts.set(top, part)
  }
  for (const edge of edges) parts.get(find(edge.from))?.edges.push(edge)
  return [...parts.values()].sort((a, b) => b.nodes.length - a.nodes.length)
}

/** Downwards or to the right, whichever is nearer to the shape of a screen: a flat tree is too wide for one. */
function placeComponent(part: Subgraph): Drawing {
  const down = placeTowards('TB', part)
  if (down.width <= down.height * SCREEN_SHAPE) return down
  const right = placeTowards('LR', part)
  return flatness(right) < flatness(down) ? right : down
}

/** How far from a screen's shape, either way. */
function flatness({ width, height }: Drawing): number {
  return Math.abs(Math.log(width / height / SCREEN_SHAPE))
}

function placeTowards(rankdir: 'TB' | 'LR', { nodes, edges }: Subgraph): Drawing {
  const graph = layeredGraph()
  graph.setGraph({ rankdir, nodesep: 28, ranksep: 44, edgesep: 16 })
  for (const node of nodes) {
    const { titleLines, reasonLines } = textsOf(node)
    const { padding, headHeight, nodeWidth } = SIZES
    const height =
      2 * padding + headHeight + titleLines.length * SIZES.titleLine + reasonLines.length * SIZES.reasonLine
    graph.setNode(node.id, { width: nodeWidth, height })
  }
  for (const edge of edges) {
    const [first, second] = inTime(edge)
    const text = labelOf(edge)
    const size =
      text === null ? { width: 0, height: 0 } : { width: labelWidth(text), height: SIZES.labelHeight }
    graph.setEdge(first, second, { ...size, labelpos: 'c' }, edge.id)
  }
  placeLayers(graph)
  return {
    width: graph.graph().width ?? 0,
    height: graph.graph().height ?? 0,
    nodes: nodes.map((node) => {
      const { x, y, width, height } = graph.node(node.id)
      return { node, ...textsOf(node), x: x - width / 2, y: y - height / 2, width, height }
    }),
    edges: edges.map((edge) => placedEdge(graph, edge)),
  }
}

function placedEdge(graph: LayeredGraph, edge: GraphEdge): PlacedEdge {
  const [v, w] = inTime(edge)
  const { points, x, y, width, height } = graph.edge({ v, w, name: edge.id })
  const text = labelOf(edge)
  return {
    edge,
    points: v === edge.from ? points : points.toReversed(),
    label: text === null ? null : { text, x: x - width / 2, y: y - height / 2, width, height },
  }
}

function textsOf({ title, reason }: GraphNode): Pick<PlacedNode, 'titleLines' | 'reasonLines'> {
  const width = SIZES.nodeWidth - 2 * SIZES.padding
  return {
    titleLines: textLines(title, SIZES.titleSize, width, SIZES.titleLines),
    reasonLines: textLines(reason, SIZES.reasonSize, width, SIZES.reasonLines),
  }
}

/** The end that came first, and the other one. */
function inTime({ from, to, type }: GraphEdge): [string, string] {
  return BACKWARD_TYPES.has(type) ? [to, from] : [from, to]
}

function labelOf({ type }: GraphEdge): string | null {
  return type === 'leads_to' ? null : type
}

function labelWidth(text: string): number {
  return Math.ceil(textWidth(text, SIZES.labelSize)) + 10
}

/** Puts drawings beside each other and below each other. */
function packed(parts: readonly Drawing[]): Drawing {
  const { gap, margin } = SIZES
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  const rowWidth = Math.max(Math.sqrt(area) * 1.3, ...parts.map(({ width }) => width))
  const moved: Drawing[] = []
  let [x, y, rowHeight, widest] = [0, 0, 0, 0]
  for (const part of parts) {
    if (x > 0 && x + part.width > rowWidth) [x, y, rowHeight] = [0, y + rowHeight + gap, 0]
    moved.push(movedBy(part, margin + x, margin + y))
    widest = Math.max(widest, x + part.width)
    rowHeight = Math.max(rowHeight, part.height)
    x += part.width + gap
  }
  return {
    width: widest + 2 * margin,
    height: y + rowHeight + 2 * margin,
    nodes: moved.flatMap(({ nodes }) => nodes),
    edges: moved.flatMap(({ edges }) => edges),
  }
}

function movedBy(part: Drawing, dx: number, dy: number): Drawing {
  const move = <P extends Point>(point: P): P => ({ ...point, x: point.x + dx, y: point.y + dy })
  return {
    ...part,
    nodes: part.nodes.map(move),
    edges: part.edges.map((edge) => ({
      ...edge,
      points: edge.points.map(move),
      label: edge.label && move(edge.label),
    })),
  }
}
