import { decisionGraph } from '@heddle/graph'
import type { DecisionGraph, DecisionGraphOptions } from '@heddle/graph'
import { afterEach } from 'vitest'
import { openTarget } from './each-graph.ts'

/** @returns A function that makes graphs in SQLite databases of their own; they are gone after the test. */
export function graphMaker(): (options?: Partial<DecisionGraphOptions>) => Promise<DecisionGraph> {
  const opened: ReturnType<typeof openTarget>[] = []
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })
  return (options = {}) => {
    const db = openTarget(':memory:')
    opened.push(db)
    return decisionGraph(db, { project: 'test', ...options })
  }
}

/** The graph as lines that can be read: nodes in the order they were made, then links by titles. */
export async function shownGraph(graph: DecisionGraph): Promise<string[]> {
  const nodes = await graph.nodes({ order: 'oldest', limit: 1_000 })
  const titles = new Map(nodes.map(({ id, title }) => [id, title]))
  const edges = await graph.edges(nodes.map(({ id }) => id))
  const shown = nodes.map(({ type, title, status, reason, confidence, files, commits, doubts, author }) =>
    [
      `${type} “${title}” by ${author.name}`,
      ...(status === 'active' ? [] : [status]),
      ...(reason === '' ? [] : [`because ${reason}`]),
      ...(confidence === null ? [] : [`confidence ${confidence}`]),
      ...(doubts.length === 0 ? [] : ['in doubt']),
      ...(files.length === 0 ? [] : [`in ${files.join(', ')}`]),
      ...commits,
    ].join('; '),
  )
  const links = edges.map(({ from, to, type }) => `“${titles.get(from)}” ${type} “${titles.get(to)}”`)
  return [...shown, ...links.sort()]
}
