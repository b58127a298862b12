import { EDGE_TYPES, FORWARD_TYPES } from '../edge-types.ts'
import type { EdgeType, NodeStatus, NodeType } from '../model.ts'

/**
 * The links of all nodes, in memory: what walks, the search for cycles and the spread of doubt look at.
 * Nodes and links are numbered 1, 2, 3 … as in the tables; a link is in two linked lists, one of the links
 * that leave its node and one of those that come in. Nothing is ever taken out but what was not committed.
 */
export interface Adjacency {
  /** Everything up to this revision is in here. */
  rev: number
  /** Highest number of a node, and of a link. */
  nodes: number
  edges: number
  readonly ids: string[]
  readonly numbers: Map<string, number>
  readonly types: NodeType[]
  readonly statuses: NodeStatus[]
  /** -1: nobody said. */
  confidence: Int8Array
  firstOut: Int32Array
  firstIn: Int32Array
  outDegree: Int32Array
  inDegree: Int32Array
  from: Int32Array
  to: Int32Array
  /** Position in {@link EDGE_TYPES}. */
  edgeType: Uint8Array
  nextOut: Int32Array
  nextIn: Int32Array
  /** Scratch of walks: a node was seen when it carries the walk's own stamp. */
  seen: Int32Array
  stamp: number
}

export interface NodeState {
  readonly id: string
  readonly type: NodeType
  readonly status: NodeStatus
  readonly confidence: number | null
}

const FIRST_CAPACITY = 256

export function emptyAdjacency(): Adjacency {
  const numbers = (): Int32Array => new Int32Array(FIRST_CAPACITY)
  return {
    rev: 0,
    nodes: 0,
    edges: 0,
    ids: [''],
    numbers: new Map(),
    types: ['goal'],
    statuses: ['active'],
    confidence: new Int8Array(FIRST_CAPACITY),
    firstOut: numbers(),
    firstIn: numbers(),
    outDegree: numbers(),
    inDegree: numbers(),
    from: numbers(),
    to: numbers(),
    edgeType: new Uint8Array(FIRST_CAPACITY),
    nextOut: numbers(),
    nextIn: numbers(),
    seen: numbers(),
    stamp: 0,
  }
}

/** @returns The node's number. */
export function addNode(adjacency: Adjacency, node: NodeState): number {
  const num = ++adjacency.nodes
  if (num >= adjacency.firstOut.length) growNodes(adjacency)
  adjacency.ids[num] = node.id
  adjacency.numbers.set(node.id, num)
  adjacency.types[num] = node.type
  setState(adjacency, num, node)
  return num
}

export function setState(
  adjacency: Adjacency,
  num: number,
  { status, confidence }: Pick<NodeState, 'status' | 'confidence'>,
): void {
  adjacency.statuses[num] = status
  adjacency.confidence[num] = confidence ?? -1
}

/** @returns The link's number. */
export function addEdge(adjacency: Adjacency, from: number, to: number, type: EdgeType): number {
  const num = ++adjacency.edges
  if (num >= adjacency.from.length) growEdges(adjacency)
  adjacency.from[num] = from
  adjacency.to[num] = to
  adjacency.edgeType[num] = EDGE_TYPES.indexOf(type)
  adjacency.nextOut[num] = at(adjacency.firstOut, from)
  adjacency.nextIn[num] = at(adjacency.firstIn, to)
  adjacency.firstOut[from] = num
  adjacency.firstIn[to] = num
  adjacency.outDegree[from] = at(adjacency.outDegree, from) + 1
  adjacency.inDegree[to] = at(adjacency.inDegree, to) + 1
  return num
}

/** Takes out what was added last, until so many are left. */
export function truncate(adjacency: Adjacency, { nodes, edges }: Pick<Adjacency, 'nodes' | 'edges'>): void {
  for (; adjacency.edges > edges; adjacency.edges--) {
    const num = adjacency.edges
    const from = at(adjacency.from, num)
    const to = at(adjacency.to, num)
    adjacency.firstOut[from] = at(adjacency.nextOut, num)
    adjacency.firstIn[to] = at(adjacency.nextIn, num)
    adjacency.outDegree[from] = at(adjacency.outDegree, from) - 1
    adjacency.inDegree[to] = at(adjacency.inDegree, to) - 1
  }
  for (; adjacency.nodes > nodes; adjacency.nodes--) {
    adjacency.numbers.delete(adjacency.ids.pop() ?? '')
    adjacency.types.pop()
    adjacency.statuses.pop()
  }
}

/** The link's number, or 0. Looks from the end that has fewer. */
export function findEdge(adjacency: Adjacency, from: number, to: number, type: EdgeType): number {
  const code = EDGE_TYPES.indexOf(type)
  const isOut = at(adjacency.outDegree, from) <= at(adjacency.inDegree, to)
  const next = isOut ? adjacency.nextOut : adjacency.nextIn
  let num = isOut ? at(adjacency.firstOut, from) : at(adjacency.firstIn, to)
  while (num !== 0) {
    if (at(adjacency.from, num) === from && at(adjacency.to, num) === to && adjacency.edgeType[num] === code)
      return num
    num = at(next, num)
  }
  return 0
}

const LARGEST_STAMP = 2 ** 31 - 1

/** A stamp that no node carries. */
export function newStamp(adjacency: Adjacency): number {
  if (adjacency.stamp === LARGEST_STAMP) {
    adjacency.seen.fill(0)
    adjacency.stamp = 0
  }
  return ++adjacency.stamp
}

/** One bit for each type. */
export function maskOf(types: readonly EdgeType[]): number {
  return types.reduce((mask, type) => mask | (1 << EDGE_TYPES.indexOf(type)), 0)
}

const FORWARD_MASK = maskOf(FORWARD_TYPES)

/** Whether what the link comes from precedes what it goes to; else it is the other way round. */
export function pointsForward(adjacency: Adjacency, edge: number): boolean {
  return isIn(adjacency, edge, FORWARD_MASK)
}

/** Whether the link's type is in the mask. */
export function isIn(adjacency: Adjacency, edge: number, mask: number): boolean {
  return ((mask >> at(adjacency.edgeType, edge)) & 1) === 1
}

/** An element that is there. */
export function at(array: Int8Array | Int32Array | Uint8Array, index: number): number {
  return array[index] as number
}

function growNodes(adjacency: Adjacency): void {
  const capacity = adjacency.firstOut.length * 2
  adjacency.confidence = grown(adjacency.confidence, new Int8Array(capacity))
  for (const name of ['firstOut', 'firstIn', 'outDegree', 'inDegree', 'seen'] as const) {
    adjacency[name] = grown(adjacency[name], new Int32Array(capacity))
  }
}

function growEdges(adjacency: Adjacency): void {
  const capacity = adjacency.from.length * 2
  adjacency.edgeType = grown(adjacency.edgeType, new Uint8Array(capacity))
  for (const name of ['from', 'to', 'nextOut', 'nextIn'] as const) {
    adjacency[name] = grown(adjacency[name], new Int32Array(capacity))
  }
}

function grown<T extends Int8Array | Int32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
