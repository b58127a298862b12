import type { CompleteBatch } from '../complete-batch.ts'
import type { GraphWritten } from '../decision-graph.ts'
import { GraphError } from '../graph-error.ts'
import type { GraphEdge, GraphNode } from '../model.ts'
import { changeNodes } from './change-nodes.ts'
import type { Writing } from './core.ts'
import { findCycle } from './cycle.ts'
import { EDGE_SHAPE, edgeRow, selectEdges } from './edge-rows.ts'
import type { PlacedEdge } from './edge-rows.ts'
import { insertRows } from './insert-rows.ts'
import { NODE_SHAPE, REFERENCE_SHAPE, nodeOf, nodeRow, nodeRowsOf, referenceRows } from './node-rows.ts'
import type { StoredNode } from './node-rows.ts'
import { placeBatch } from './place-batch.ts'
import type { PlacedBatch } from './place-batch.ts'
import { isAmong } from './session.ts'
import { spreadDoubt } from './spread-doubt.ts'
import type { NewDoubt } from './spread-doubt.ts'

/**
 * Stores a batch within a write.
 *
 * @param threshold - Confidence below it is in doubt.
 */
export async function writeBatch(
  tx: Writing,
  batch: CompleteBatch,
  threshold: number,
): Promise<{ written: GraphWritten; news: readonly NewDoubt[] }> {
  const placed = placeBatch(tx.adjacency, batch)
  await refuseCycle(tx, placed)
  await insertNodes(tx, placed.nodes)
  await insertEdges(tx, placed.edges)
  const changed = await changeNodes(tx, batch, placed)
  const doubt = await spreadDoubt(tx, {
    fresh: placed.nodes.map(({ num }) => num),
    changed,
    edgesBefore: placed.edgesBefore,
    threshold,
    nowMs: batch.nowMs,
  })
  const nodes = await nodesAfter(tx, placed, [changed, doubt.touched])
  const written: GraphWritten = {
    nodes: placed.nodeNums.map((num) => nodes.get(num) as GraphNode),
    edges: await edgesAfter(tx, placed),
    changed: batch.changes.map(({ id }) => nodes.get(tx.adjacency.numbers.get(id) ?? 0) as GraphNode),
    doubted: idsOf(tx, doubt.doubted),
    cleared: idsOf(tx, doubt.cleared),
    rev: tx.rev,
  }
  return { written, news: doubt.news }
}

/** Inserts what {@link placeBatch} gave numbers to. */
export async function insertNodes(
  tx: Writing,
  nodes: readonly { readonly num: number; readonly node: StoredNode }[],
): Promise<void> {
  if (nodes.length === 0) return
  await insertRows(
    tx,
    NODE_SHAPE,
    nodes.map(({ node, num }) => nodeRow(node, num, tx.rev)),
  )
  const references = nodes.flatMap(({ node, num }) => referenceRows(node, num))
  if (references.length > 0) await insertRows(tx, REFERENCE_SHAPE, references, 'on conflict do nothing')
}

export async function insertEdges(tx: Writing, edges: readonly PlacedEdge[]): Promise<void> {
  if (edges.length === 0) return
  await insertRows(
    tx,
    EDGE_SHAPE,
    edges.map((edge) => edgeRow(edge, tx.rev)),
  )
}

/** Titles are cut to so many characters, and cycles to so many nodes, for one readable sentence. */
const TITLE_SHOWN = 40
const NODES_SHOWN = 8

async function refuseCycle(tx: Writing, { edgesBefore, nodes, nodesBefore }: PlacedBatch): Promise<void> {
  const cycle = findCycle(tx.adjacency, edgesBefore)
  if (cycle === null) return
  const shown = cycle.length <= NODES_SHOWN ? cycle : [...cycle.slice(0, NODES_SHOWN - 1), cycle[0] as number]
  const stored = new Map((await nodeRowsOf(tx, shown)).map(({ num, title }) => [num, title]))
  const names = shown.map((num) => {
    const title = nodes[num - nodesBefore - 1]?.node.title ?? stored.get(num) ?? ''
    return `"${title.length > TITLE_SHOWN ? `${title.slice(0, TITLE_SHOWN)}…` : title}"`
  })
  if (shown.length < cycle.length) names.splice(-1, 0, '…')
  throw new GraphError(
    'graph.cycle',
    `A node would come before itself: ${names.join(' → ')}; leave one of these links out, or link to a new node.`,
  )
}

/** The nodes of a batch as they stand now; those that were only written need not be read. */
async function nodesAfter(
  tx: Writing,
  { nodes, nodeNums, nodesBefore }: PlacedBatch,
  [changed, doubtful]: readonly [readonly number[], ReadonlySet<number>],
): Promise<Map<number, GraphNode>> {
  const after = new Map(nodes.map(({ num, node }) => [num, node]))
  const wanted = new Set([...nodeNums.filter((num) => num <= nodesBefore || doubtful.has(num)), ...changed])
  for (const row of await nodeRowsOf(tx, [...wanted])) after.set(row.num, nodeOf(row))
  return after
}

function idsOf({ adjacency }: Writing, nums: readonly number[]): string[] {
  return nums.map((num) => adjacency.ids[num] as string)
}

async function edgesAfter(tx: Writing, { edges, edgeNums, edgesBefore }: PlacedBatch): Promise<GraphEdge[]> {
  const known = edgeNums.filter((num) => num <= edgesBefore)
  const stored =
    known.length === 0
      ? []
      : await selectEdges(tx, `where ${isAmong(tx.speech, 'e.num', 'integer')}`, [JSON.stringify(known)])
  const byNum = new Map(stored.map(({ num, edge }) => [num, edge]))
  return edgeNums.map((num) => (edges[num - edgesBefore - 1]?.edge ?? byNum.get(num)) as GraphEdge)
}
