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
    from to_tsquery('english', ?) q(query) join graph_search s on s.words @@ q.query
    join graph_node n on n.num = s.node where true`,
}

/** Best first; nothing when no word of the text says something. */
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
  const rows = await persist(() =>
    core.rows<NodeRow & { readonly score: number }>(
      `with hit as (${MATCHES[core.speech]} and ${condition.sql} order by score desc, n.num desc limit ?)
        ${selectNodes(core.speech, ', hit.score')} join hit on hit.num = n.num
        order by hit.score desc, n.num desc`,
      [query(core.speech, words), ...condition.parameters, limit],
    ),
  )
  return rows.map((row) => ({ node: nodeOf(row), score: row.score }))
}

/** Words are letters and digits, and quoted: nothing in them means anything to the database. */
function query(speech: Speech, words: readonly SearchWord[]): string {
  return speech === 'sqlite'
    ? words.map(({ word, isBeginning }) => `"${word}"${isBeginning ? '*' : ''}`).join(' OR ')
    : words.map(({ word, isBeginning }) => `'${word}'${isBeginning ? ':*' : ''}`).join(' | ')
}
