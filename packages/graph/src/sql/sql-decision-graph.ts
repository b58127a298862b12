import { systemRuntime } from '@heddle/core'
import type { Runtime } from '@heddle/core'
import type { Kysely } from 'kysely'
import { completeBatch } from '../complete-batch.ts'
import type { Defaults } from '../complete-batch.ts'
import type {
  DecisionGraph,
  GraphBatch,
  GraphWritten,
  NodeFilter,
  WalkOptions,
  WalkStep,
} from '../decision-graph.ts'
import { FORWARD_TYPES } from '../edge-types.ts'
import { invalid } from '../graph-error.ts'
import type { Author, Doubt, GraphEdge } from '../model.ts'
import { consult } from '../queries/consult.ts'
import { maskOf } from './adjacency.ts'
import { changesAfter } from './changes.ts'
import { coreOf, withLinks, writing } from './core.ts'
import type { GraphCore } from './core.ts'
import { selectEdges } from './edge-rows.ts'
import { findPaths } from './paths.ts'
import { listNodes, readEdges, readHistory, readNodes } from './read.ts'
import { search } from './search.ts'
import { isAmong } from './session.ts'
import { persist } from './sql-failure.ts'
import { walk } from './walk.ts'
import type { WalkRules } from './walk.ts'
import { DEFAULT_THRESHOLD } from './spread-doubt.ts'
import type { NewDoubt } from './spread-doubt.ts'
import { writeBatch } from './write.ts'

/** A node that became uncertain because of a source, told to those who have to know. */
export interface DoubtNotice {
  readonly node: string
  readonly title: string
  /** Who made the node. */
  readonly owner: Author
  readonly doubt: Doubt
}

/** What {@link decisionGraph} is told. */
export interface DecisionGraphOptions {
  /** What the work is on; see {@link DecisionGraph.project}. */
  readonly project: string
  /** Who makes nodes that name nobody. Default: an agent named `agent`. */
  readonly author?: Author
  /** 0–100; a node whose confidence is below it casts doubt on what rests on it. Default 50. */
  readonly threshold?: number
  /**
   * Told once of every new doubt, after it is stored; a promise is waited for. What it throws rejects the `write`, which is
   * stored all the same.
   */
  readonly notify?: (notices: readonly DoubtNotice[]) => unknown
  /** Default: the system's clock and chance. */
  readonly runtime?: Runtime
}

/**
 * A decision graph in a database: SQLite, such as the `db` of an open store, or PostgreSQL. The database stays
 * the caller's; what is made in it are tables whose names begin with `graph_`, brought up to date here. Several
 * processes may use it at the same time.
 *
 * @throws ConfigError `config.invalid` when the database speaks neither, or its tables are newer than this
 *   code; GraphError `graph.failed` when it cannot be used.
 */
export async function decisionGraph<Tables>(
  db: Kysely<Tables>,
  options: DecisionGraphOptions,
): Promise<DecisionGraph> {
  const { project, threshold = DEFAULT_THRESHOLD, notify } = options
  const { author = { kind: 'agent', name: 'agent' }, runtime = systemRuntime } = options
  const core = await persist(() => coreOf(db))
  const write = async (batch: GraphBatch): Promise<GraphWritten> => {
    const defaults: Defaults = { project, author, runtime }
    const complete = completeBatch(batch, defaults)
    const { written, news } = await writing(core, (tx) => writeBatch(tx, complete, threshold))
    if (notify && news.length > 0) await notify(await noticesOf(core, news))
    return written
  }
  const find = (text: string, filter: NodeFilter = {}) => search(core, text, filter, project)
  const graph: DecisionGraph = {
    project,
    write,
    get: (ids) => persist(() => readNodes(core, ids)),
    nodes: (filter = {}) => persist(() => listNodes(core, filter, project)),
    edges: (ids) => persist(() => readEdges(core, ids)),
    walk: (start, walkOptions = {}) => walkFrom(core, start, walkOptions),
    paths: (from, to, pathOptions = {}) => pathsBetween(core, [from, to], pathOptions),
    search: find,
    consult: (topic, filter = {}) => consult(graph, topic, filter),
    confidenceHistory: (id) => persist(() => readHistory(core, id)),
    changes: (afterRev = 0, signal = new AbortController().signal) =>
      changesAfter(core, afterRev, runtime, signal),
  }
  return graph
}

async function walkFrom(core: GraphCore, start: string, options: WalkOptions): Promise<WalkStep[]> {
  const rules = rulesOf(options, DEFAULT_DEPTH)
  return withLinks(core, (adjacency) => {
    const num = adjacency.numbers.get(start)
    if (num === undefined) return []
    const { nodes, depths } = walk(adjacency, num, rules)
    return nodes.map((node, at) => ({ id: adjacency.ids[node] as string, depth: depths[at] as number }))
  })
}

const DEFAULT_DEPTH = 5
const DEFAULT_PATH_DEPTH = 10
const DEFAULT_PATHS = 10

async function pathsBetween(
  core: GraphCore,
  [from, to]: readonly [string, string],
  options: WalkOptions & { readonly limit?: number },
): Promise<GraphEdge[][]> {
  const { limit = DEFAULT_PATHS } = options
  if (!Number.isInteger(limit) || limit < 1) throw invalid(`The limit is ${limit}; it must be at least 1.`)
  const rules = rulesOf(options, DEFAULT_PATH_DEPTH)
  const paths = await withLinks(core, (adjacency) => {
    const start = adjacency.numbers.get(from)
    const target = adjacency.numbers.get(to)
    if (start === undefined || target === undefined || start === target) return []
    return findPaths(adjacency, [start, target], rules, limit)
  })
  const nums = [...new Set(paths.flat())]
  if (nums.length === 0) return []
  const found = await persist(() =>
    selectEdges(core, `where ${isAmong(core.speech, 'e.num', 'integer')}`, [JSON.stringify(nums)]),
  )
  const edges = new Map(found.map(({ num, edge }) => [num, edge]))
  return paths.map((path) => path.map((num) => edges.get(num) as GraphEdge))
}

function rulesOf(
  { direction = 'down', types = FORWARD_TYPES, depth }: WalkOptions,
  usual: number,
): WalkRules {
  const steps = depth ?? usual
  if (!Number.isInteger(steps) || steps < 1) throw invalid(`The depth is ${steps}; it must be at least 1.`)
  return { isDown: direction === 'down', mask: maskOf(types), depth: steps }
}

async function noticesOf(core: GraphCore, news: readonly NewDoubt[]): Promise<DoubtNotice[]> {
  const { ids } = core.adjacency
  const nodes = await persist(() =>
    readNodes(core, [...new Set(news.map(({ node }) => ids[node] as string))]),
  )
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return news.flatMap(({ node, source }) => {
    const found = byId.get(ids[node] as string)
    const doubt = found?.doubts.find((one) => one.source === ids[source])
    return found && doubt ? [{ node: found.id, title: found.title, owner: found.author, doubt }] : []
  })
}
