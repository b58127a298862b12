import { GraphError } from '@heddle/graph'
import type { DecisionGraph, GraphNode } from '@heddle/graph'

/** Ids that the graph makes itself: 16 letters, of which a few tell the nodes of one graph apart. */
const OWN_ID = /^n_[a-z0-9]{16}$/
/** Letters that are shown: in a graph of 10,000 nodes, two share them once in a thousand graphs. */
export const SHOWN_LETTERS = 7
const NAMED_CANDIDATES = 5

/** An id as it is shown and may be typed. */
export function shortId(id: string): string {
  return OWN_ID.test(id) ? id.slice(2, 2 + SHOWN_LETTERS) : id
}

/**
 * The node that a whole or shortened id means.
 *
 * @param text - An id, or its beginning, with or without `n_`. Among the newest 10,000 nodes.
 * @throws GraphError `graph.unknown_node` when there is none; `graph.invalid` when it may be several.
 */
export async function nodeOf(graph: DecisionGraph, text: string): Promise<GraphNode> {
  const [exact] = await graph.get([text, `n_${text}`])
  if (exact) return exact
  const all = text === '' ? [] : await graph.nodes({ project: '*', limit: 10_000 })
  const found = all.filter(({ id }) => id.startsWith(text) || id.startsWith(`n_${text}`))
  const [only, other] = found
  if (!only) {
    throw new GraphError(
      'graph.unknown_node',
      `There is no node "${text}"; heddle graph log and heddle graph query show the ids that there are.`,
    )
  }
  if (!other) return only
  const named = found.slice(0, NAMED_CANDIDATES).map(({ id, title }) => `${id} (${title})`)
  const more = found.length > NAMED_CANDIDATES ? ' …' : ''
  throw new GraphError('graph.invalid', `"${text}" may be ${named.join(', ')}${more}; give more letters.`)
}
