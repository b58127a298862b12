import type { DurableEvent } from '@heddle/core'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import type { SessionMemory, Way } from './capture-state.ts'
import { eventNodeId } from './node-id.ts'

/** More than a session makes between two requests; older ones are not what the next request speaks of. */
const LOOKED_AT = 40

/**
 * What a session held when a run of it began, read so that a second reading gives the same although the
 * graph went on: later entries are left out, and what this run itself gave up still counts.
 */
export async function rememberSession(
  graph: DecisionGraph,
  session: string,
  { runId, seq, atMs }: Extract<DurableEvent, { type: 'run.started' }>,
): Promise<SessionMemory> {
  const ownGoal = eventNodeId(runId, seq, 'goal')
  const goals = await graph.nodes({ session, types: ['goal'], limit: LOOKED_AT })
  const goal = goals.find((node) => node.id !== ownGoal && node.createdAtMs <= atMs) ?? null
  if (!goal) return { goal, way: null, open: [] }
  const nodes = await graph.nodes({ session, types: ['decision', 'option'], limit: LOOKED_AT })
  const before = nodes.filter((node) => node.createdAtMs <= atMs && node.evidence[0]?.runId !== runId)
  const ways = await withQuestions(graph, before)
  const isOf = (node: GraphNode, status: GraphNode['status']): boolean =>
    node.status === status || node.evidence.some((entry) => entry.runId === runId)
  const taken = before.find((node) => isOf(node, node.type === 'option' ? 'chosen' : 'active'))
  return {
    goal,
    way: (taken && ways.get(taken.id)) ?? null,
    open: before
      .filter((node) => node.type === 'option' && isOf(node, 'active'))
      .flatMap((node) => ways.get(node.id) ?? []),
  }
}

async function withQuestions(graph: DecisionGraph, nodes: readonly GraphNode[]): Promise<Map<string, Way>> {
  const options = nodes.filter(({ type }) => type === 'option').map(({ id }) => id)
  const questions = new Map<string, string>()
  if (options.length > 0) {
    const edges = (await graph.edges(options)).filter(({ type }) => type === 'leads_to' || type === 'chosen')
    const askers = await graph.get([...new Set(edges.map(({ from }) => from))])
    // An option that an agent logged may stand under its goal.
    const decisions = new Set(askers.filter(({ type }) => type === 'decision').map(({ id }) => id))
    for (const { from, to } of edges) if (decisions.has(from)) questions.set(to, from)
  }
  return new Map(
    nodes.map(({ id, type, title }) => {
      const question = type === 'option' ? (questions.get(id) ?? null) : null
      return [id, { id, type: type === 'option' ? 'option' : 'decision', title, question }]
    }),
  )
}
