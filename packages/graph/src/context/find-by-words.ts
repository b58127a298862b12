import type { DecisionGraph, NodeFilter } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'

/**
 * Nodes that have one of the words, each once. Each word is searched by itself, the newest first: what a rare
 * word means is found however old it is, and a common one costs no look at half of the graph. How much a node
 * is alike is for the caller to say.
 *
 * @param filter - Its limit is for each word.
 */
export async function findByWords(
  graph: DecisionGraph,
  words: readonly string[],
  filter: NodeFilter,
): Promise<GraphNode[]> {
  const lists = await Promise.all(words.map((word) => graph.search(word, { ...filter, order: 'newest' })))
  return [...new Map(lists.flat().map(({ node }) => [node.id, node])).values()]
}
