import { checkEdge } from '../check-batch.ts'
import type { ConfidenceEntry } from '../decision-graph.ts'
import { invalid } from '../graph-error.ts'
import type { GraphEdge, NodeType } from '../model.ts'
import { addEdge, addNode, findEdge, truncate } from '../sql/adjacency.ts'
import type { Adjacency } from '../sql/adjacency.ts'
import { replaceNodes } from '../sql/change-nodes.ts'
import type { Replacement } from '../sql/change-nodes.ts'
import type { Writing } from '../sql/core.ts'
import { findCycle } from '../sql/cycle.ts'
import { EDGE_SHAPE, edgeRow, selectEdges } from '../sql/edge-rows.ts'
import type { PlacedEdge } from '../sql/edge-rows.ts'
import { readHistories, writeHistories } from '../sql/history-rows.ts'
import { insertRows, orReplace } from '../sql/insert-rows.ts'
import { changeTimesOf, nodeOf, nodeRowsOf } from '../sql/node-rows.ts'
import { isAmong } from '../sql/session.ts'
import { spreadDoubt } from '../sql/spread-doubt.ts'
import { insertEdges, insertNodes } from '../sql/write.ts'
import { keepDropped } from './dropped-edges.ts'
import { mergeEdges, mergeNodes } from './merge-records.ts'
import { checkHeader, parseRecord } from './parse-record.ts'
import type { ParsedRecord } from './parse-record.ts'
import { canonicalJson, compareText } from './record.ts'
import type { NodeRecord } from './record.ts'

/** A file that was read and found right, as far as that can be told without the graph it goes to. */
export interface ReadGraph {
  readonly nodes: readonly NodeRecord[]
  readonly edges: readonly LineEdge[]
  readonly dropped: readonly GraphEdge[]
}

interface LineEdge {
  readonly edge: GraphEdge
  /** Of the file, from 1. */
  readonly line: number
}

/** How much of a file was new. */
export interface ImportReport {
  readonly nodes: ImportCount
  readonly edges: ImportCount
  /** Links that would have closed a cycle, each with its line in the file; they are kept for the next export. */
  readonly dropped: readonly { readonly line: number; readonly edge: GraphEdge }[]
  /** The graph's revision after it. */
  readonly rev: number
}

export interface ImportCount {
  readonly added: number
  readonly changed: number
  readonly same: number
}

/**
 * Reads all lines of a file.
 *
 * @throws GraphError `graph.invalid`, naming the line.
 */
export async function readGraph(lines: AsyncIterable<string> | Iterable<string>): Promise<ReadGraph> {
  const nodes = new Map<string, NodeRecord>()
  const edges = new Map<string, LineEdge>()
  const dropped: GraphEdge[] = []
  let number = 0
  for await (const line of lines) {
    number++
    if (number === 1) checkHeader(line)
    else if (line.trim() !== '') {
      const record = parseRecord(line, number)
      refuseUnknown(record, number)
      if (record.kind === 'node') once(nodes, record.node.id, record.node, number)
      else if (record.kind === 'edge')
        once(edges, record.edge.id, { edge: record.edge, line: number }, number)
      else dropped.push(record.edge)
    }
  }
  if (number === 0) checkHeader(undefined)
  return { nodes: [...nodes.values()], edges: [...edges.values()], dropped }
}

function refuseUnknown({ unknown }: ParsedRecord, number: number): void {
  const [name] = Object.keys(unknown)
  if (name === undefined) return
  throw invalid(
    `Line ${number} of the exported graph has a field "${name}", which this version does not know; update Heddle, or nothing of it would be kept.`,
  )
}

function once<T>(known: Map<string, T>, id: string, value: T, number: number): void {
  if (known.has(id)) throw invalid(`Line ${number} of the exported graph holds ${id} for the second time.`)
  known.set(id, value)
}

/** Brings a file into the graph within a write; what is there already is merged with it. */
export async function importGraph(
  tx: Writing,
  file: ReadGraph,
  { threshold, nowMs }: { readonly threshold: number; readonly nowMs: number },
): Promise<ImportReport> {
  const nodes = await importNodes(tx, file.nodes)
  const edgesBefore = tx.adjacency.edges
  const edges = await importEdges(tx, file.edges)
  await keepDropped(tx, [...file.dropped, ...edges.dropped.map(({ edge }) => edge)])
  await spreadDoubt(tx, { fresh: nodes.added, changed: nodes.changed, edgesBefore, threshold, nowMs })
  const count = (all: number, added: number, changed: number): ImportCount => ({
    added,
    changed,
    same: all - added - changed,
  })
  return {
    nodes: count(file.nodes.length, nodes.added.length, nodes.changed.length),
    edges: count(file.edges.length - edges.dropped.length, edges.added, edges.changed),
    dropped: edges.dropped,
    rev: tx.rev,
  }
}

async function importNodes(
  tx: Writing,
  records: readonly NodeRecord[],
): Promise<{ added: number[]; changed: number[] }> {
  const { adjacency } = tx
  const known = records.filter(({ id }) => adjacency.numbers.has(id))
  const fresh = records.filter(({ id }) => !adjacency.numbers.has(id))
  const placed = fresh.map((node) => ({ num: addNode(adjacency, node), node }))
  await insertNodes(tx, placed)
  const histories = placed.map(({ num, node }) => ({ num, history: node.history }))
  const replaced = await mergedWithStored(tx, known)
  await replaceNodes(tx, replaced)
  await writeHistories(tx, [
    ...histories,
    ...replaced.map(({ num, node }) => ({ num, history: (node as NodeRecord).history })),
  ])
  return { added: placed.map(({ num }) => num), changed: replaced.map(({ num }) => num) }
}

/** Those that the file changes. */
async function mergedWithStored(tx: Writing, records: readonly NodeRecord[]): Promise<Replacement[]> {
  const byNum = new Map(records.map((record) => [tx.adjacency.numbers.get(record.id) as number, record]))
  const nums = [...byNum.keys()]
  const rows = await nodeRowsOf(tx, nums)
  const histories = nums.length === 0 ? new Map<number, ConfidenceEntry[]>() : await readHistories(tx, nums)
  return rows.flatMap((row) => {
    const { doubts: _, ...node } = nodeOf(row)
    const stored: NodeRecord = {
      ...node,
      changedAtMs: changeTimesOf(row),
      history: histories.get(row.num) ?? [],
    }
    const merged = mergeNodes(stored, byNum.get(row.num) as NodeRecord)
    return canonicalJson(merged) === canonicalJson(stored)
      ? []
      : [{ num: row.num, old: stored, node: merged }]
  })
}

interface ImportedEdges {
  readonly added: number
  readonly changed: number
  readonly dropped: readonly LineEdge[]
}

async function importEdges(tx: Writing, lines: readonly LineEdge[]): Promise<ImportedEdges> {
  const { adjacency } = tx
  const known: LineEdge[] = []
  const fresh: LineEdge[] = []
  for (const line of lines) {
    const [from, to] = endsOf(adjacency, line)
    const isKnown = findEdge(adjacency, from, to, line.edge.type) !== 0
    ;(isKnown ? known : fresh).push(line)
  }
  const dropped = new Set(placeWithoutCycles(adjacency, fresh))
  const placed = fresh
    .filter((line) => !dropped.has(line))
    .map(({ edge }): PlacedEdge => {
      const [from, to] = [
        adjacency.numbers.get(edge.from) as number,
        adjacency.numbers.get(edge.to) as number,
      ]
      return { num: findEdge(adjacency, from, to, edge.type), from, to, edge }
    })
  await insertEdges(tx, placed)
  return { added: placed.length, changed: await mergeStoredEdges(tx, known), dropped: [...dropped] }
}

/** @throws GraphError `graph.invalid`, naming the line. */
function endsOf(adjacency: Adjacency, { edge, line }: LineEdge): [number, number] {
  const from = adjacency.numbers.get(edge.from)
  const to = adjacency.numbers.get(edge.to)
  if (from === undefined || to === undefined) {
    throw invalid(
      `Line ${line} of the exported graph links to ${from === undefined ? edge.from : edge.to}, which is neither in the file nor in the graph.`,
    )
  }
  checkEdge({ ...edge, toType: adjacency.types[to] as NodeType })
  return [from, to]
}

/** Places all that close no cycle, older ones before younger ones; @returns the others. */
function placeWithoutCycles(adjacency: Adjacency, lines: readonly LineEdge[]): LineEdge[] {
  const place = ({ edge }: LineEdge): number =>
    addEdge(
      adjacency,
      adjacency.numbers.get(edge.from) as number,
      adjacency.numbers.get(edge.to) as number,
      edge.type,
    )
  const { nodes, edges } = adjacency
  for (const line of lines) place(line)
  if (findCycle(adjacency, edges) === null) return []
  truncate(adjacency, { nodes, edges })
  const byAge = [...lines].sort(
    ({ edge: left }, { edge: right }) =>
      left.createdAtMs - right.createdAtMs || compareText(left.id, right.id),
  )
  return byAge.filter((line) => {
    const before = adjacency.edges
    place(line)
    if (findCycle(adjacency, before) === null) return false
    truncate(adjacency, { nodes, edges: before })
    return true
  })
}

/** @returns How many are not as they were. */
async function mergeStoredEdges(tx: Writing, lines: readonly LineEdge[]): Promise<number> {
  const { numbers } = tx.adjacency
  const byId = new Map(lines.map(({ edge }) => [edge.id, edge]))
  const nums = lines.map(({ edge }) =>
    findEdge(tx.adjacency, numbers.get(edge.from) as number, numbers.get(edge.to) as number, edge.type),
  )
  if (nums.length === 0) return 0
  const stored = await selectEdges(tx, `where ${isAmong(tx.speech, 'e.num', 'integer')}`, [
    JSON.stringify(nums),
  ])
  const rows = stored.flatMap(({ num, edge }) => {
    const merged = mergeEdges(edge, byId.get(edge.id) as GraphEdge)
    if (canonicalJson(merged) === canonicalJson(edge)) return []
    const [from, to] = [numbers.get(edge.from) as number, numbers.get(edge.to) as number]
    return [edgeRow({ num, from, to, edge: merged }, tx.rev)]
  })
  await insertRows(tx, EDGE_SHAPE, rows, orReplace(EDGE_SHAPE, ['num']))
  return rows.length
}
