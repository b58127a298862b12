import type { GraphCore } from './core.ts'
import { insertRows } from './insert-rows.ts'
import type { TableShape } from './insert-rows.ts'
import { indexedText, plainWords } from './search-text.ts'
import { isAmong } from './session.ts'
import type { SqlSession } from './session.ts'
import { persist } from './sql-failure.ts'

/** Nodes of one transaction: others who write wait for it, and so does this process. */
const NODES_AT_ONCE = 1_000

interface IndexState {
  /** Nodes up to this number are in the index, as they were or as they are. */
  readonly indexed_nodes: number
  readonly last: number | null
  /** 1: some of those in the index have another text now. */
  readonly has_retitled: number
}

const STATE = `select indexed_nodes, (select max(num) from graph_node) as last,
  case when exists (select 1 from graph_retitled) then 1 else 0 end as has_retitled from graph_state`

interface TextRow {
  readonly num: number
  readonly title: string
  readonly description: string
  readonly reason: string
}

/**
 * Brings the full-text index up to date. Writing an entry with each node would cost several times the node, so
 * entries are written in groups when somebody searches; the tables say which nodes are still to come, whoever
 * wrote them and whatever was killed.
 */
export async function refreshIndex(core: GraphCore): Promise<void> {
  while (await persist(() => isBehind(core))) {
    await persist(() => core.transaction(indexSome))
  }
}

async function isBehind(sql: SqlSession): Promise<boolean> {
  const [state] = await sql.rows<IndexState>(STATE)
  return state !== undefined && ((state.last ?? 0) > state.indexed_nodes || state.has_retitled === 1)
}

async function indexSome(sql: SqlSession): Promise<void> {
  // Writing first, so that there is only one who does this.
  const [state] = await sql.rows<Pick<IndexState, 'indexed_nodes'>>(
    'update graph_state set indexed_nodes = indexed_nodes returning indexed_nodes',
  )
  const after = state?.indexed_nodes ?? 0
  const columns = 'select num, title, description, reason from graph_node'
  const fresh = await sql.rows<TextRow>(`${columns} where num > ? order by num limit ${NODES_AT_ONCE}`, [
    after,
  ])
  const retitled = await sql.rows<TextRow>(
    `${columns} where num in (select node from graph_retitled order by node limit ${NODES_AT_ONCE})`,
  )
  const known = retitled.filter(({ num }) => num <= after)
  if (sql.speech === 'sqlite' && known.length > 0) await removeEntries(sql, known)
  await putEntries(sql, [...fresh, ...known])
  if (retitled.length > 0) {
    const nums = JSON.stringify(retitled.map(({ num }) => num))
    await sql.rows(`delete from graph_retitled where ${isAmong(sql.speech, 'node', 'integer')}`, [nums])
  }
  const last = fresh.at(-1)
  if (last) await sql.rows('update graph_state set indexed_nodes = ?', [last.num])
}

const ENTRY_SHAPE: TableShape = {
  table: 'graph_search',
  columns: [
    ['rowid', 'integer'],
    ['title', 'text'],
    ['body', 'text'],
  ],
}

async function putEntries(sql: SqlSession, rows: readonly TextRow[]): Promise<void> {
  if (rows.length === 0) return
  if (sql.speech === 'sqlite') {
    const entries = rows.map((row) => [row.num, indexedText(row.title), indexedText(bodyOf(row))])
    return insertRows(sql, ENTRY_SHAPE, entries)
  }
  const entries = rows.map((row) => [row.num, plainWords(row.title), plainWords(bodyOf(row))])
  await sql.rows(
    `insert into graph_search (node, words)
      select (value ->> 0)::integer,
        setweight(to_tsvector('graph_words', value ->> 1), 'A') || setweight(to_tsvector('graph_words', value ->> 2), 'D')
      from json_array_elements(?::json)
      on conflict (node) do update set words = excluded.words`,
    [JSON.stringify(entries)],
  )
}

/** FTS5 replaces an entry only where the whole statement does; most entries are new, and quicker for it. */
async function removeEntries(sql: SqlSession, rows: readonly TextRow[]): Promise<void> {
  const nums = JSON.stringify(rows.map(({ num }) => num))
  await sql.rows(`delete from graph_search where ${isAmong(sql.speech, 'rowid', 'integer')}`, [nums])
}

function bodyOf({ description, reason }: TextRow): string {
  return reason === '' ? description : `${description}\n${reason}`
}
