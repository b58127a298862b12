import type { DecisionGraph, SearchHit } from '../decision-graph.ts'
import { GraphError } from '../graph-error.ts'
import type { GraphNode, NodeType } from '../model.ts'

/** PORT. Gives each text a vector, in their order, all of the same length; alike texts have alike directions. */
export type Embed = (texts: readonly string[]) => Promise<readonly (readonly number[])[]>

/** What {@link similarDecisions} may be told. */
export interface SimilarOptions {
  /** Default: full text alone. With it, nodes that share no word are found, too. */
  readonly embed?: Embed
  /** Most hits. Default 10. */
  readonly limit?: number
}

const DEFAULT_LIMIT = 10
const TYPES: readonly NodeType[] = ['decision', 'option', 'goal']

/** Nodes that are compared by direction: the best by full text, and the newest. */
const COMPARED = { found: 100, newest: 400 } as const

/** Texts of one call. Source: the least that vendors of embeddings allow is 96 (Cohere). */
const TEXTS_AT_ONCE = 96

/** What was embedded, by what it said then; forgotten with the function. */
const embedded = new WeakMap<Embed, Map<string, readonly number[]>>()

/** Vectors that are kept: some 12 MB of 1,536 numbers each. */
const MAX_KEPT = 1_000

/**
 * Past goals, decisions and options that are about the same, best first. Without `embed` the score is that of the
 * search, with it the cosine of the angle, from -1 to 1.
 *
 * @throws GraphError `graph.failed`, also when `embed` gives something else than a vector for each text.
 */
export async function similarDecisions(
  graph: DecisionGraph,
  text: string,
  { embed, limit = DEFAULT_LIMIT }: SimilarOptions = {},
): Promise<SearchHit[]> {
  if (embed === undefined) return graph.search(text, { types: TYPES, limit })
  const found = await graph.search(text, { types: TYPES, limit: COMPARED.found })
  const newest = await graph.nodes({ types: TYPES, limit: COMPARED.newest })
  const nodes = [
    ...new Map([...found.map(({ node }) => node), ...newest].map((node) => [node.id, node])).values(),
  ]
  const [own = [], ...others] = await vectorsOf(embed, [text, ...nodes.map(textOf)])
  return nodes
    .map((node, at): SearchHit => ({ node, score: cosine(own, others[at] ?? []) }))
    .sort((left, right) => right.score - left.score)
    .slice(0, limit)
}

function textOf({ title, description, reason }: GraphNode): string {
  return [title, description, reason].filter(Boolean).join('\n')
}

async function vectorsOf(embed: Embed, texts: readonly string[]): Promise<(readonly number[])[]> {
  const kept = embedded.get(embed) ?? new Map<string, readonly number[]>()
  embedded.set(embed, kept)
  const known = new Map(texts.map((text) => [text, kept.get(text)]))
  const missing = [...known].filter(([, vector]) => vector === undefined).map(([text]) => text)
  for (let from = 0; from < missing.length; from += TEXTS_AT_ONCE) {
    const part = missing.slice(from, from + TEXTS_AT_ONCE)
    const vectors = await embed(part)
    for (const [at, text] of part.entries()) known.set(text, vectors[at])
  }
  const lengths = new Set([...known.values()].map((vector) => vector?.length))
  if (lengths.size > 1) {
    throw new GraphError(
      'graph.failed',
      'The embedding gave no vector, or one of another length, for some texts.',
    )
  }
  for (const [text, vector] of known) if (vector) kept.set(text, vector)
  for (const text of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(text)
  return texts.map((text) => known.get(text) ?? [])
}

function cosine(left: readonly number[], right: readonly number[]): number {
  let [product, leftSquares, rightSquares] = [0, 0, 0]
  for (const [at, value] of left.entries()) {
    const other = right[at] ?? 0
    product += value * other
    leftSquares += value * value
    rightSquares += other * other
  }
  return product === 0 ? 0 : product / Math.sqrt(leftSquares * rightSquares)
}
