import { timesAfter } from '../change-times.ts'
import type { ChangeTimes } from '../change-times.ts'
import { checkWhole } from '../check-batch.ts'
import type { CompleteBatch } from '../complete-batch.ts'
import type { NodeChange } from '../decision-graph.ts'
import type { Evidence, GraphNode } from '../model.ts'
import { setState } from './adjacency.ts'
import type { Writing } from './core.ts'
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
import { isAmong } from './session.ts'

const HISTORY_SHAPE: TableShape = {
  table: 'graph_confidence',
  columns: [
    ['node', 'integer'],
    ['position', 'integer'],
    ['at_ms', 'bigint'],
    ['confidence', 'integer'],
    ['because', 'text'],
  ],
}

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
  const changed = [...new Set(steps.map(({ num }) => num))]
  await storeNodes(
    tx,
    changed.map((num) => ({
      num,
      node: { ...(nodes.get(num) as GraphNode), changedAtMs: times.get(num) ?? {} },
    })),
  )
  await storeHistory(tx, steps)
  const retitled = steps.filter(({ old, now }) => searchedText(old) !== searchedText(now))
  if (retitled.length > 0) {
    const rows = retitled.map(({ num }) => [num])
    await insertRows(tx, RETITLED_SHAPE, rows, 'on conflict do nothing')
  }
  return changed
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
  return { ...now, updatedAtMs: Math.max(nowMs, old.updatedAtMs) }
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

async function storeNodes(tx: Writing, nodes: readonly { num: number; node: StoredNode }[]): Promise<void> {
  if (nodes.length === 0) return
  const { adjacency, before } = tx
  for (const { num, node } of nodes) {
    const status = adjacency.statuses[num] as GraphNode['status']
    const confidence = adjacency.confidence[num] === -1 ? null : (adjacency.confidence[num] ?? null)
    before.set(num, { status, confidence })
    setState(adjacency, num, node)
  }
  await insertRows(
    tx,
    NODE_SHAPE,
    nodes.map(({ num, node }) => nodeRow(node, num, tx.rev)),
    orReplace(NODE_SHAPE, ['num']),
  )
  const references = nodes.flatMap(({ num, node }) => referenceRows(node, num))
  if (references.length > 0) await insertRows(tx, REFERENCE_SHAPE, references, 'on conflict do nothing')
}

/** A node has entries from its first change on; until then its confidence is the one it was made with. */
async function storeHistory(tx: Writing, steps: readonly Step[]): Promise<void> {
  const moved = steps.filter(({ old, now }) => old.confidence !== now.confidence)
  if (moved.length === 0) return
  const nums = [...new Set(moved.map(({ num }) => num))]
  const rows = await tx.rows<{ node: number; last: number }>(
    `select node, max(position) as last from graph_confidence
      where ${isAmong(tx.speech, 'node', 'integer')} group by node`,
    [JSON.stringify(nums)],
  )
  const last = new Map(rows.map(({ node, last }) => [node, last]))
  const entries = moved.flatMap(({ num, old, now, because }) => {
    const position = last.get(num) ?? 0
    const isFirst = position === 0 && old.confidence !== null
    last.set(num, position + (isFirst ? 2 : 1))
    const entry = [num, position + (isFirst ? 2 : 1), now.updatedAtMs, now.confidence, because]
    return isFirst ? [[num, 1, old.createdAtMs, old.confidence, ''], entry] : [entry]
  })
  await insertRows(tx, HISTORY_SHAPE, entries)
}

/** What full-text search looks at. */
function searchedText({ title, description, reason }: GraphNode): string {
  return `${title}\n${description}\n${reason}`
}
