import { timesAfter } from '../change-times.ts'
import type { ChangeTimes } from '../change-times.ts'
import { checkWhole } from '../check-batch.ts'
import type { CompleteBatch } from '../complete-batch.ts'
import type { ConfidenceEntry, NodeChange } from '../decision-graph.ts'
import type { Evidence, GraphNode } from '../model.ts'
import { setState } from './adjacency.ts'
import type { Writing } from './core.ts'
import { readHistories, writeHistories } from './history-rows.ts'
import { insertRows, orReplace } from './insert-rows.ts'
import type { TableShape } from './insert-rows.ts'
import {
  NODE_SHAPE,
  REFERENCE_SHAPE,
  changeTimesOf,
  nodeOf,
  nodeRow,
  nodeRowsOf,
  referenceRows,
} from './node-rows.ts'
import type { StoredNode } from './node-rows.ts'
import { numberOf } from './place-batch.ts'
import type { PlacedBatch } from './place-batch.ts'

const RETITLED_SHAPE: TableShape = { table: 'graph_retitled', columns: [['node', 'integer']] }

interface Step {
  readonly num: number
  readonly old: GraphNode
  readonly now: GraphNode
  readonly because: string
}

/**
 * Changes nodes, in the order of the batch.
 *
 * @returns The numbers of those that are not as they were.
 * @throws GraphError `graph.unknown_node`; `graph.invalid` when a node's values do not go together any more.
 */
export async function changeNodes(tx: Writing, batch: CompleteBatch, placed: PlacedBatch): Promise<number[]> {
  if (batch.changes.length === 0) return []
  const { nodes, times } = await currentNodes(tx, batch.changes, placed)
  const steps: Step[] = []
  for (const change of batch.changes) {
    const num = numberOf(tx.adjacency, change.id)
    const old = nodes.get(num) as GraphNode
    const now = changedNode(old, change, batch.nowMs)
    if (now === old) continue
    checkWhole(now)
    nodes.set(num, now)
    times.set(num, timesAfter(times.get(num) ?? {}, old, now))
    steps.push({ num, old, now, because: change.because ?? '' })
  }
  const changed = new Map(steps.map(({ num, old }) => [num, old]))
  // Of several changes of one node, the first knows what it was before.
  for (const { num, old } of steps.toReversed()) changed.set(num, old)
  await replaceNodes(
    tx,
    [...changed].map(([num, old]) => ({
      num,
      old,
      node: { ...(nodes.get(num) as GraphNode), changedAtMs: times.get(num) ?? {} },
    })),
  )
  await storeHistory(tx, steps)
  return [...changed.keys()]
}

async function currentNodes(
  tx: Writing,
  changes: readonly NodeChange[],
  { nodes, nodesBefore }: PlacedBatch,
): Promise<{ nodes: Map<number, GraphNode>; times: Map<number, ChangeTimes> }> {
  const nums = changes.map(({ id }) => numberOf(tx.adjacency, id))
  const rows = await nodeRowsOf(
    tx,
    nums.filter((num) => num <= nodesBefore),
  )
  return {
    nodes: new Map([
      ...nodes.map(({ num, node }) => [num, node] as const),
      ...rows.map((row) => [row.num, nodeOf(row)] as const),
    ]),
    times: new Map(rows.map((row) => [row.num, changeTimesOf(row)])),
  }
}

/** The same object when nothing changes. */
function changedNode(old: GraphNode, change: NodeChange, nowMs: number): GraphNode {
  const { title, description, status, reason, confidence, judgement } = change
  const now: GraphNode = {
    ...old,
    title: title ?? old.title,
    description: description ?? old.description,
    status: status ?? old.status,
    reason: reason ?? old.reason,
    confidence: confidence === undefined ? old.confidence : confidence,
    judgement: judgement === undefined ? old.judgement : judgement,
    evidence: joined(old.evidence, change.evidence, ({ runId, seq }: Evidence) => `${runId}\n${seq}`),
    files: joined(old.files, change.files, (file) => file),
    commits: joined(old.commits, change.commits, (commit) => commit),
  }
  if (JSON.stringify(now) === JSON.stringify(old)) return old
  // Never the same time twice: merging asks which of two states is the later one.
  return { ...now, updatedAtMs: Math.max(nowMs, old.updatedAtMs + 1) }
}

/** What is there already is not added. */
function joined<T>(
  old: readonly T[],
  more: readonly T[] | undefined,
  keyOf: (value: T) => string,
): readonly T[] {
  if (more === undefined || more.length === 0) return old
  return [...new Map([...old, ...more].map((value) => [keyOf(value), value])).values()]
}

export interface Replacement {
  readonly num: number
  readonly old: StoredNode
  readonly node: StoredNode
}

/** Replaces nodes in the table and in memory, and marks those that are found by other words now. */
export async function replaceNodes(tx: Writing, nodes: readonly Replacement[]): Promise<void> {
  if (nodes.length === 0) return
  for (const { num, old, node } of nodes) {
    tx.before.set(num, old)
    setState(tx.adjacency, num, node)
  }
  await insertRows(
    tx,
    NODE_SHAPE,
    nodes.map(({ num, node }) => nodeRow(node, num, tx.rev)),
    orReplace(NODE_SHAPE, ['num']),
  )
  const references = nodes.flatMap(({ num, node }) => referenceRows(node, num))
  if (references.length > 0) await insertRows(tx, REFERENCE_SHAPE, references, 'on conflict do nothing')
  const retitled = nodes.filter(({ old, node }) => searchedText(old) !== searchedText(node))
  if (retitled.length > 0) {
    const rows = retitled.map(({ num }) => [num])
    await insertRows(tx, RETITLED_SHAPE, rows, 'on conflict do nothing')
  }
}

/** A node has entries from its first change on; until then its confidence is the one it was made with. */
async function storeHistory(tx: Writing, steps: readonly Step[]): Promise<void> {
  const moved = steps.filter(({ old, now }) => old.confidence !== now.confidence)
  if (moved.length === 0) return
  const histories = await readHistories(tx, [...new Set(moved.map(({ num }) => num))])
  for (const { num, old, now, because } of moved) {
    const known = histories.get(num) ?? firstEntry(old)
    histories.set(num, [...known, { atMs: now.updatedAtMs, confidence: now.confidence, because }])
  }
  await writeHistories(
    tx,
    [...histories].map(([num, history]) => ({ num, history })),
  )
}

function firstEntry({ createdAtMs, confidence }: GraphNode): ConfidenceEntry[] {
  return confidence === null ? [] : [{ atMs: createdAtMs, confidence, because: '' }]
}

/** What full-text search looks at. */
function searchedText({ title, description, reason }: StoredNode): string {
  return `${title}\n${description}\n${reason}`
}
