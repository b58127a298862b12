import { addEdge, addNode, emptyAdjacency, truncate } from '../sql/adjacency.ts'
import { findCycle } from '../sql/cycle.ts'
import type { GraphEdge } from '../model.ts'
import { mergeEdges, mergeNodes, mergeUnknown } from './merge-records.ts'
import { checkHeader, parseRecord } from './parse-record.ts'
import type { ParsedRecord } from './parse-record.ts'
import { HEADER, compareText, edgeLine, nodeLine } from './record.ts'
import type { Fields, NodeRecord } from './record.ts'

/** What a merge gave. */
export interface MergedGraph {
  /** A file like those that were merged. */
  readonly text: string
  /**
   * Links that were left out, because with those that are older they would close a cycle. They stay in the file
   * as `dropped`, so that another merge judges them anew.
   */
  readonly dropped: readonly GraphEdge[]
}

interface Merging {
  readonly nodes: Map<string, { readonly node: NodeRecord; readonly unknown: Fields }>
  readonly edges: Map<string, { readonly edge: GraphEdge; readonly unknown: Fields }>
}

const NO_FIELDS: Fields = {}

/**
 * Three-way merge of exported graphs, such as a git merge driver needs. Whatever stands in one of the two sides
 * stands in the result: nothing is ever deleted, so a line that was taken out by hand comes back from the other
 * side. Merging several divergent copies gives the same text in any order.
 *
 * @param base - What both sides began with; an empty text when that is not known.
 * @throws GraphError `graph.invalid`, naming the line, when one of the texts is not an exported graph.
 */
export function mergeGraphs(base: string, ours: string, theirs: string): MergedGraph {
  const before = base.trim() === '' ? emptyMerging() : read(base)
  const merged = read(ours)
  const other = read(theirs)
  for (const [id, { node, unknown }] of other.nodes) {
    const mine = merged.nodes.get(id)
    const fields = mergeUnknown(before.nodes.get(id)?.unknown ?? NO_FIELDS, mine?.unknown ?? unknown, unknown)
    merged.nodes.set(id, { node: mine ? mergeNodes(mine.node, node) : node, unknown: fields })
  }
  for (const [id, { edge, unknown }] of other.edges) {
    const mine = merged.edges.get(id)
    const fields = mergeUnknown(before.edges.get(id)?.unknown ?? NO_FIELDS, mine?.unknown ?? unknown, unknown)
    merged.edges.set(id, { edge: mine ? mergeEdges(mine.edge, edge) : edge, unknown: fields })
  }
  return write(merged)
}

function emptyMerging(): Merging {
  return { nodes: new Map(), edges: new Map() }
}

function read(text: string): Merging {
  const merging = emptyMerging()
  const [header, ...lines] = text.split('\n')
  checkHeader(header)
  for (const [at, line] of lines.entries()) if (line.trim() !== '') take(merging, parseRecord(line, at + 2))
  return merging
}

function take({ nodes, edges }: Merging, record: ParsedRecord): void {
  const { unknown } = record
  if (record.kind === 'node') nodes.set(record.node.id, { node: record.node, unknown })
  else edges.set(record.edge.id, { edge: record.edge, unknown })
}

function write({ nodes, edges }: Merging): MergedGraph {
  const sorted = [...edges.values()].sort((left, right) => compareEdges(left.edge, right.edge))
  const dropped = new Set(
    cycleClosers(
      [...nodes.keys()],
      sorted.map(({ edge }) => edge),
    ),
  )
  const lines = [
    HEADER,
    ...[...nodes.values()]
      .sort((left, right) => compareText(left.node.id, right.node.id))
      .map(({ node, unknown }) => nodeLine(node, unknown)),
    ...sorted.map(({ edge, unknown }) => edgeLine(dropped.has(edge) ? 'dropped' : 'edge', edge, unknown)),
  ]
  return { text: `${lines.join('\n')}\n`, dropped: [...dropped] }
}

/** The order of links in a file. */
export function compareEdges(left: GraphEdge, right: GraphEdge): number {
  return (
    compareText(left.from, right.from) || compareText(left.to, right.to) || compareText(left.type, right.type)
  )
}

/**
 * The links that close a cycle with older ones: each is taken in the order of its time, then of its id, and
 * left out when it does. It depends on all links there are, and not on who brought which.
 */
function cycleClosers(ids: readonly string[], edges: readonly GraphEdge[]): GraphEdge[] {
  const adjacency = emptyAdjacency()
  const number = (id: string): number =>
    adjacency.numbers.get(id) ?? addNode(adjacency, { id, type: 'goal', status: 'active', confidence: null })
  for (const id of ids) number(id)
  const place = ({ from, to, type }: GraphEdge): number => addEdge(adjacency, number(from), number(to), type)
  for (const edge of edges) place(edge)
  if (findCycle(adjacency, 0) === null) return []
  truncate(adjacency, { nodes: adjacency.nodes, edges: 0 })
  const byAge = [...edges].sort(
    (left, right) => left.createdAtMs - right.createdAtMs || compareText(left.id, right.id),
  )
  return byAge.filter((edge) => {
    const before = adjacency.edges
    place(edge)
    if (findCycle(adjacency, before) === null) return false
    truncate(adjacency, { nodes: adjacency.nodes, edges: before })
    return true
  })
}
