import type { DecisionGraph } from '../decision-graph.ts'
import { selectSubgraph } from '../draw/subgraph.ts'
import type { GraphNode } from '../model.ts'
import { document, filesInCode, inCode, inMarkdown, minuteOf } from './markdown.ts'

/** What is told: a session, or a goal and all that came of it. Neither: the whole project. */
export interface ReportScope {
  readonly session?: string
  readonly goal?: string
  /** Default: the graph's project; `'*'` is all of them. */
  readonly project?: string
}

/** Of a report: what is longer nobody reads to its end; the newest are told. */
const MAX_ENTRIES = 2_000

/**
 * Tells what happened, in the order it happened, as Markdown: an entry for each node, by day, with what
 * was rejected and why. Times are UTC; of more than 2,000 nodes the newest are told.
 *
 * @returns Text of people and models in it means nothing to Markdown; ends with a line feed.
 * @throws GraphError `graph.unknown_node` for a goal that is not there, `graph.failed`.
 */
export async function narrative(graph: DecisionGraph, scope: ReportScope = {}): Promise<string> {
  const { nodes } = await selectSubgraph(graph, { ...selectionOf(scope), limit: MAX_ENTRIES })
  if (nodes.length === 0) return document(['# Decisions', 'Nothing was recorded.'])
  const goal = nodes.find(({ id }) => id === scope.goal)
  const days = Map.groupBy(nodes, ({ createdAtMs }) => minuteOf(createdAtMs).slice(0, 10))
  return document([
    `# ${goal ? inMarkdown(goal.title) : scope.session === undefined ? 'Decisions' : `Session ${inMarkdown(scope.session)}`}`,
    ...[...days].map(([day, entries]) => [`## ${day}`, '', ...entries.map(entryOf)].join('\n')),
  ])
}

/** The part of a graph that a report is about. */
export function selectionOf({ session, goal, project }: ReportScope): {
  readonly roots?: readonly string[]
  readonly depth?: number
  readonly filter: { readonly session?: string; readonly project?: string }
} {
  return {
    // Farther than any chain that a goal can reasonably have.
    ...(goal === undefined ? {} : { roots: [goal], depth: 100 }),
    filter: {
      ...(session === undefined ? {} : { session }),
      ...(project === undefined ? {} : { project }),
    },
  }
}

function entryOf(node: GraphNode): string {
  const state = node.status === 'active' ? '' : `, ${node.status}`
  const sure = node.confidence === null ? '' : ` (${node.confidence} %)`
  const lines = [
    `- ${minuteOf(node.createdAtMs).slice(11)} **${node.type}${state}** ${inMarkdown(node.title)}${sure}`,
    node.reason === '' ? '' : `  Because: ${inMarkdown(node.reason)}`,
    // Of an edit it is code, which is none in one line.
    node.description === '' || (node.type === 'action' && node.files.length > 0)
      ? ''
      : `  ${inMarkdown(node.description)}`,
    node.files.length === 0 ? '' : `  Files: ${filesInCode(node.files).join(', ')}`,
    node.commits.length === 0
      ? ''
      : `  Commits: ${node.commits.map((hash) => inCode(hash.slice(0, 7))).join(', ')}`,
    node.doubts.length === 0 ? '' : '  In doubt: something it rests on became uncertain.',
  ]
  return lines.filter((line) => line !== '').join('\\\n')
}
