import type { NodeFilter, SearchHit } from '../decision-graph.ts'
import type { GraphCore } from './core.ts'
import { limitOf, nodeCondition } from './node-filter.ts'
import { nodeOf, selectNodes } from './node-rows.ts'
import type { NodeRow } from './node-rows.ts'
import { refreshIndex } from './search-index.ts'
import { searchWords } from './search-text.ts'
import type { SearchWord } from './search-text.ts'
import type { Speech } from './session.ts'
import { persist } from './sql-failure.ts'

/** A word in a title says more than one in the text under it. */
const TITLE_WEIGHT = 4

/** Each with the number and the score (larger is better) of what matches; the first parameter is the query. */
const MATCHES: Readonly<Record<Speech, string>> = {
  sqlite: `select n.num, -bm25(graph_search, ${TITLE_WEIGHT}, 1) as score
    from graph_search join graph_node n on n.num = graph_search.rowid where graph_search match ?`,
  // The array weighs the classes D, C, B, A: the body is D, the title A.
  postgres: `select n.num, ts_rank(array[${1 / TITLE_WEIGHT}, 0, 0, 1]::float4[], s.words, q.query) as score
    from to_tsquery('graph_words', ?) q(query) join graph_search s on s.words @@ q.query
    join graph_node n on n.num = s.node where true`,
}

/** The same without a score, which takes a look at everything that matches. */
const UNRANKED: Readonly<Record<Speech, string>> = {
  sqlite: `select n.num, 0 as score
    from graph_search join graph_node n on n.num = graph_search.rowid where graph_search match ?`,
  postgres: `select n.num, 0 as score
    from to_tsquery('graph_words', ?) q(query) join graph_search s on s.words @@ q.query
    join graph_node n on n.num = s.node where true`,
}

/** Best first, or by age when the filter says an order; nothing when no word of the text says something. */
export async function search(
  core: GraphCore,
  text: string,
  filter: NodeFilter,
  project: string,
): Promise<SearchHit[]> {
  const limit = limitOf(filter)
  const words = searchWords(text)
  if (words.length === 0) return []
  await refreshIndex(core)
  const condition = nodeCondition(filter, project)
  const matches = (filter.order === undefined ? MATCHES : UNRANKED)[core.speech]
  const [inner, outer] = orderOf(core.speech, filter)
  const rows = await persist(() =>
    core.rows<NodeRow & { readonly score: number }>(
      `with hit as (${matches} and ${condition.sql} order by ${inner} limit ?)
        ${selectNodes(core.speech, ', hit.score')} join hit on hit.num = n.num order by ${outer}`,
      [query(core.speech, words), ...condition.parameters, limit],
    ),
  )
  return rows.map((row) => ({ node: nodeOf(row), score: row.score }))
}

/** Of the matches, and of what is read of them. FTS5 gives rows by their number without sorting, if asked for its own. */
function orderOf(speech: Speech, { order }: NodeFilter): readonly [string, string] {
  if (order === undefined) return ['score desc, n.num desc', 'hit.score desc, n.num desc']
  const direction = order === 'newest' ? 'desc' : 'asc'
  return [`${speech === 'sqlite' ? 'graph_search.rowid' : 'n.num'} ${direction}`, `n.num ${direction}`]
}

/** Words are letters and digits, and quoted: nothing in them means anything to the database. */
function query(speech: Speech, words: readonly SearchWord[]): string {
  return speech === 'sqlite'
    ? words.map(({ word, isBeginning }) => `"${word}"${isBeginning ? '*' : ''}`).join(' OR ')
    : words.map(({ word, isBeginning }) => `'${word}'${isBeginning ? ':*' : ''}`).join(' | ')
}
