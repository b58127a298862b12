import { sleep } from '@heddle/core'
import type { Runtime } from '@heddle/core'
import type { GraphChange } from '../decision-graph.ts'
import { currentRev, tellNews } from './core.ts'
import type { GraphCore } from './core.ts'
import { selectEdges } from './edge-rows.ts'
import { nodeOf, selectNodes } from './node-rows.ts'
import type { NodeRow } from './node-rows.ts'
import { persist } from './sql-failure.ts'

/** Milliseconds between looks for what other processes wrote, while somebody waits for it. */
const LOOK_MS = 500

/** Rows of a batch, unless one revision has more: that is given whole. */
const ROWS_AT_ONCE = 1_000

/** What changed after a revision, then what changes; see the port. */
export async function* changesAfter(
  core: GraphCore,
  afterRev: number,
  runtime: Runtime,
  signal: AbortSignal,
): AsyncGenerator<readonly GraphChange[], void, undefined> {
  let after = afterRev
  while (!signal.aborted) {
    const rev = await persist(() => currentRev(core))
    tellNews(core, rev)
    if (rev <= after) {
      await newsOrLook(core, after, runtime, signal)
      continue
    }
    const until = await persist(() => endOfBatch(core, after, rev))
    const batch = await persist(() => readChanges(core, after, until))
    after = until
    if (batch.length > 0) yield batch
  }
}

/** Waits for a write of this process, or until it is time to look for others. */
async function newsOrLook(
  { news }: GraphCore,
  after: number,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  if (news.rev > after) return
  const told = new AbortController()
  const wake = (): void => told.abort()
  news.waiting.add(wake)
  signal.addEventListener('abort', wake)
  try {
    await sleep(runtime, LOOK_MS, told.signal)
  } finally {
    news.waiting.delete(wake)
    signal.removeEventListener('abort', wake)
  }
}

/** The last revision that fits into a batch: revisions are given whole, so that none is lost between two. */
async function endOfBatch(core: GraphCore, after: number, rev: number): Promise<number> {
  const some = `where rev > ? order by rev limit ${ROWS_AT_ONCE + 1}`
  const bounds = await core.rows<{ rev: number | string }>(
    `select rev from (select rev from graph_node ${some}) n
      union all select rev from (select rev from graph_edge ${some}) e
      order by rev limit 1 offset ${ROWS_AT_ONCE}`,
    [after, after],
  )
  const overflow = bounds[0]
  if (overflow === undefined) return rev
  return Math.min(rev, Math.max(after + 1, Number(overflow.rev) - 1))
}

async function readChanges(core: GraphCore, after: number, until: number): Promise<GraphChange[]> {
  const nodes = await core.rows<NodeRow>(
    `${selectNodes(core.speech)} where n.rev > ? and n.rev <= ? order by n.rev, n.num`,
    [after, until],
  )
  const edges = await selectEdges(core, 'where e.rev > ? and e.rev <= ? order by e.rev, e.num', [
    after,
    until,
  ])
  const told: GraphChange[] = [
    ...nodes.map((row) => ({ rev: Number(row.rev), kind: 'node', node: nodeOf(row) }) as const),
    ...edges.map(({ rev, edge }) => ({ rev, kind: 'edge', edge }) as const),
  ]
  // Nodes come before the links of the same revision, as sorting keeps the order of equals.
  return told.sort((left, right) => left.rev - right.rev)
}
