import type { Consultation, DecisionGraph, NodeFilter, SearchHit } from '../decision-graph.ts'
import type { GraphNode, NodeStatus } from '../model.ts'

/** What was ruled out comes with what came of it so many steps further. */
const OUTCOME_DEPTH = 3

const RULED_OUT: readonly NodeStatus[] = ['rejected', 'abandoned', 'superseded']

/** What was already decided or ruled out about a topic. */
export async function consult(
  graph: DecisionGraph,
  topic: string,
  filter: NodeFilter,
): Promise<Consultation> {
  const hits = await graph.search(topic, filter)
  const ruledOut = hits.filter(({ node }) => RULED_OUT.includes(node.status))
  return {
    decided: hits.filter(({ node }) => isDecided(node)),
    ruledOut: await Promise.all(
      ruledOut.map(async (hit) => ({ hit, outcomes: await outcomesOf(graph, hit) })),
    ),
    uncertain: hits.filter(({ node }) => node.doubts.length > 0),
  }
}

function isDecided({ type, status }: GraphNode): boolean {
  return status === 'chosen' || (type === 'decision' && status === 'active')
}

async function outcomesOf(graph: DecisionGraph, { node }: SearchHit): Promise<GraphNode[]> {
  const reached = await graph.walk(node.id, { depth: OUTCOME_DEPTH })
  const nodes = await graph.get(reached.map(({ id }) => id))
  return nodes.filter(({ type }) => type === 'outcome')
}
