import { at, isIn } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'
import type { Writing } from './core.ts'
import { DOUBT_DEPTH, DOUBT_MASK, doubtRoutes, withinDoubt } from './doubt-routes.ts'
import { insertRows, orReplace } from './insert-rows.ts'
import type { TableShape } from './insert-rows.ts'
import { isAmong } from './session.ts'

const DOUBT_SHAPE: TableShape = {
  table: 'graph_doubt',
  columns: [
    ['source', 'integer'],
    ['node', 'integer'],
    ['route', 'text'],
    ['at_ms', 'bigint'],
  ],
}

/** Below it a statement is rather wrong than right. Source: Loomkin's threshold, which this rule grew out of. */
export const DEFAULT_THRESHOLD = 50

/** What a write did that doubt may follow from. */
export interface Cause {
  /** Nodes that are new or not as they were. */
  readonly fresh: readonly number[]
  readonly changed: readonly number[]
  /** Links after this one are new. */
  readonly edgesBefore: number
  /** Confidence below it is in doubt. */
  readonly threshold: number
  readonly nowMs: number
}

/** A node that has a new doubt. */
export interface NewDoubt {
  readonly source: number
  readonly node: number
  readonly route: string
}

/** All by number. */
export interface DoubtSpread {
  readonly news: readonly NewDoubt[]
  /** Nodes that had no doubt and have one. */
  readonly doubted: readonly number[]
  /** Nodes that have none any more. */
  readonly cleared: readonly number[]
  /** Nodes whose doubts are not as they were. */
  readonly touched: ReadonlySet<number>
}

const NOTHING: DoubtSpread = { news: [], doubted: [], cleared: [], touched: new Set() }

/**
 * Makes the doubts what they should be after a write. A node is a source of doubt while its confidence is below
 * the threshold, or while it is superseded or abandoned; every node within {@link DOUBT_DEPTH} steps along
 * `requires`, `blocks` and `supports` then has one doubt because of it. What is stored follows from the graph
 * alone: it makes no difference in which order it came to be, and a source that recovers leaves no trace.
 */
export async function spreadDoubt(tx: Writing, cause: Cause): Promise<DoubtSpread> {
  const { adjacency } = tx
  const isSource = (num: number): boolean => isInDoubt(adjacency, num, cause.threshold)
  const recovered = cause.changed.filter((num) => !isSource(num))
  const started = [...cause.fresh, ...cause.changed].filter(isSource)
  const linked = newLinks(adjacency, cause.edgesBefore)
  const above = withinDoubt(
    adjacency,
    linked.map((edge) => at(adjacency.from, edge)),
    DOUBT_DEPTH - 1,
    false,
  )
  const extended = [...above].filter(isSource)
  if (recovered.length + started.length + extended.length === 0) return NOTHING

  const freed = await deleteDoubts(tx, recovered)
  const below = withinDoubt(
    adjacency,
    linked.map((edge) => at(adjacency.to, edge)),
    DOUBT_DEPTH - 1,
    true,
  )
  const wanted = new Map<number, ReadonlyMap<number, string>>()
  for (const source of extended) wanted.set(source, only(doubtRoutes(adjacency, source), below))
  for (const source of started) wanted.set(source, doubtRoutes(adjacency, source))
  const { news, moved } = await missing(tx, wanted)
  if (freed.size + news.length + moved.length === 0) return NOTHING
  return store(tx, { freed, news, moved, nowMs: cause.nowMs })
}

function isInDoubt({ confidence, statuses }: Adjacency, num: number, threshold: number): boolean {
  const own = at(confidence, num)
  const status = statuses[num]
  return (own !== -1 && own < threshold) || status === 'superseded' || status === 'abandoned'
}

function newLinks(adjacency: Adjacency, edgesBefore: number): number[] {
  const links: number[] = []
  for (let edge = edgesBefore + 1; edge <= adjacency.edges; edge++) {
    if (isIn(adjacency, edge, DOUBT_MASK)) links.push(edge)
  }
  return links
}

function only(routes: ReadonlyMap<number, string>, nodes: ReadonlySet<number>): Map<number, string> {
  return new Map([...routes].filter(([node]) => nodes.has(node)))
}

/** @returns The nodes that were freed of a doubt. */
async function deleteDoubts(tx: Writing, sources: readonly number[]): Promise<Set<number>> {
  if (sources.length === 0) return new Set()
  const rows = await tx.rows<{ node: number }>(
    `delete from graph_doubt where ${isAmong(tx.speech, 'source', 'integer')} returning node`,
    [JSON.stringify(sources)],
  )
  return new Set(rows.map(({ node }) => node))
}

/** Compares with what is stored; what is there in excess is none of our business, as links only become more. */
async function missing(
  tx: Writing,
  wanted: ReadonlyMap<number, ReadonlyMap<number, string>>,
): Promise<{ news: NewDoubt[]; moved: NewDoubt[] }> {
  const sources = [...wanted].filter(([, routes]) => routes.size > 0).map(([source]) => source)
  if (sources.length === 0) return { news: [], moved: [] }
  const nodes = new Set([...wanted.values()].flatMap((routes) => [...routes.keys()]))
  const stored = await tx.rows<{ source: number; node: number; route: string }>(
    `select source, node, route from graph_doubt
      where ${isAmong(tx.speech, 'source', 'integer')} and ${isAmong(tx.speech, 'node', 'integer')}`,
    [JSON.stringify(sources), JSON.stringify([...nodes])],
  )
  const known = new Map(stored.map(({ source, node, route }) => [`${source} ${node}`, route]))
  const news: NewDoubt[] = []
  const moved: NewDoubt[] = []
  for (const [source, routes] of wanted) {
    for (const [node, route] of routes) {
      const old = known.get(`${source} ${node}`)
      if (old === undefined) news.push({ source, node, route })
      else if (old !== route) moved.push({ source, node, route })
    }
  }
  return { news, moved }
}

interface Change {
  readonly freed: ReadonlySet<number>
  readonly news: readonly NewDoubt[]
  /** Doubts that are there, whose route became shorter. */
  readonly moved: readonly NewDoubt[]
  readonly nowMs: number
}

async function store(tx: Writing, { freed, news, moved, nowMs }: Change): Promise<DoubtSpread> {
  const nodes = new Set(news.map(({ node }) => node))
  const stillOrAlready = await doubtedAmong(tx, [...freed, ...nodes])
  const rows = [...news, ...moved].map(({ source, node, route }) => [source, node, route, nowMs])
  await insertRows(tx, DOUBT_SHAPE, rows, orReplaceRoute)
  const touched = new Set([...freed, ...nodes, ...moved.map(({ node }) => node)])
  await tx.rows(`update graph_node set rev = ? where ${isAmong(tx.speech, 'num', 'integer')}`, [
    tx.rev,
    JSON.stringify([...touched]),
  ])
  return {
    news,
    doubted: [...nodes].filter((node) => !stillOrAlready.has(node) && !freed.has(node)),
    cleared: [...freed].filter((node) => !stillOrAlready.has(node) && !nodes.has(node)),
    touched,
  }
}

/** The time stays that of the doubt. */
const orReplaceRoute: string = orReplace(
  { ...DOUBT_SHAPE, columns: DOUBT_SHAPE.columns.filter(([name]) => name !== 'at_ms') },
  ['source', 'node'],
)

async function doubtedAmong(tx: Writing, nodes: readonly number[]): Promise<Set<number>> {
  const rows = await tx.rows<{ node: number }>(
    `select distinct node from graph_doubt where ${isAmong(tx.speech, 'node', 'integer')}`,
    [JSON.stringify(nodes)],
  )
  return new Set(rows.map(({ node }) => node))
}
