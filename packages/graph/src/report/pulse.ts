import type { DecisionGraph, NodeFilter } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import { DEFAULT_THRESHOLD } from '../sql/spread-doubt.ts'

/** How the graph is kept; lists are newest first. */
export interface Pulse {
  /** Those that nothing answers yet. */
  readonly activeGoals: readonly GraphNode[]
  readonly recentDecisions: readonly GraphNode[]
  /** Active goals that no action or outcome came of yet, and active decisions that nothing came of. */
  readonly coverageGaps: readonly GraphNode[]
  /** Active nodes whose confidence is below {@link PulseOptions.lowConfidence}. */
  readonly lowConfidence: readonly GraphNode[]
  /** Active nodes with something upstream in doubt. */
  readonly uncertain: readonly GraphNode[]
  /** Active goals and decisions that nobody touched for {@link PulseOptions.staleDays}. */
  readonly stale: readonly GraphNode[]
  /** Active nodes without any link; goals may stand alone. */
  readonly orphans: readonly GraphNode[]
  /**
   * 0–100: 100 − min(10 × gaps, 50) − min(5 × orphans, 30) − min(3 × low confidence, 20). Unfinished work
   * weighs most, because a plan without an outcome misleads whoever consults it.
   */
  readonly health: number
}

/** What {@link pulse} looks at, and what it takes for low and stale. */
export interface PulseOptions {
  /** Default: the graph's project; `'*'` is all of them. */
  readonly project?: string
  readonly session?: string
  /** Default 50: where doubt begins to spread. */
  readonly lowConfidence?: number
  /** Default 7. */
  readonly staleDays?: number
  /** The clock, in milliseconds since 1970. Default: the system's. */
  readonly nowMs?: number
}

const DAY_MS = 86_400_000
/** Recent decisions, as many as fit a screen. */
const RECENT = 10
/** As many active nodes are looked at, the newest: the most that one query gives. */
const MAX_NODES = 10_000

/**
 * Takes the pulse of the graph: what is unfinished, unsure, forgotten or unconnected, among the newest 10,000 active
 * nodes. Writes nothing.
 *
 * @throws GraphError `graph.failed` when the graph cannot be read.
 */
export async function pulse(graph: DecisionGraph, options: PulseOptions = {}): Promise<Pulse> {
  const { lowConfidence = DEFAULT_THRESHOLD, staleDays = 7, nowMs = Date.now() } = options
  const scope: NodeFilter = {
    ...(options.project === undefined ? {} : { project: options.project }),
    ...(options.session === undefined ? {} : { session: options.session }),
  }
  const [active, recentDecisions] = await Promise.all([
    graph.nodes({ ...scope, statuses: ['active'], limit: MAX_NODES }),
    graph.nodes({ ...scope, types: ['decision', 'option'], limit: RECENT }),
  ])
  const edges = await graph.edges(active.map(({ id }) => id))
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const hasSequel = new Set(edges.map(({ from }) => from))
  const answered = new Set(edges.filter(({ type }) => type === 'answers').map(({ to }) => to))

  const activeGoals = active.filter(({ id, type }) => type === 'goal' && !answered.has(id))
  const idle = await goalsWithoutWork(graph, activeGoals)
  const gaps = active.filter(({ id, type }) => idle.has(id) || (type === 'decision' && !hasSequel.has(id)))
  const low = active.filter(({ confidence }) => confidence !== null && confidence < lowConfidence)
  const orphans = active.filter(({ id, type }) => type !== 'goal' && !linked.has(id))
  return {
    activeGoals,
    recentDecisions,
    coverageGaps: gaps,
    lowConfidence: low,
    uncertain: active.filter(({ doubts }) => doubts.length > 0),
    stale: active.filter(
      ({ id, type, updatedAtMs }) =>
        (type === 'goal' || type === 'decision') &&
        !answered.has(id) &&
        nowMs - updatedAtMs > staleDays * DAY_MS,
    ),
    orphans,
    health:
      100 - Math.min(10 * gaps.length, 50) - Math.min(5 * orphans.length, 30) - Math.min(3 * low.length, 20),
  }
}

/** Goals from which no action and no outcome can be reached. */
async function goalsWithoutWork(graph: DecisionGraph, goals: readonly GraphNode[]): Promise<Set<string>> {
  const walks = await Promise.all(
    goals.map(async ({ id }) => ({ id, reached: await graph.walk(id, { depth: 10 }) })),
  )
  const reached = await graph.get([...new Set(walks.flatMap((walk) => walk.reached.map(({ id }) => id)))])
  const work = new Set(
    reached.filter(({ type }) => type === 'action' || type === 'outcome').map(({ id }) => id),
  )
  return new Set(walks.filter((walk) => !walk.reached.some(({ id }) => work.has(id))).map(({ id }) => id))
}
