import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { GraphEdge } from '../model.ts'
import type { GraphCore } from '../sql/core.ts'
import { selectEdges } from '../sql/edge-rows.ts'
import { readHistories } from '../sql/history-rows.ts'
import { changeTimesOf, nodeOf, selectNodes } from '../sql/node-rows.ts'
import type { NodeRow } from '../sql/node-rows.ts'
import { isAmong } from '../sql/session.ts'
import type { Speech } from '../sql/session.ts'
import { persist } from '../sql/sql-failure.ts'
import { readDropped } from './dropped-edges.ts'
import { compareEdges } from './merge-graphs.ts'
import { HEADER, compareText, edgeLine, nodeLine } from './record.ts'

/** Nodes of one statement. */
const PAGE = 1_000

/** What is exported: everything up to these numbers, of one project or all. */
interface Extent {
  readonly nodes: number
  readonly edges: number
  /** `'*'`: all. */
  readonly project: string
}

/** The lines of a file, each without its end: the header, nodes by id, links by their ends. */
export async function* exportLines(
  core: GraphCore,
  project: string,
): AsyncGenerator<string, void, undefined> {
  yield HEADER
  // What is written from now on is left out, so that no link is exported without its node.
  const [last] = await persist(() =>
    core.rows<{ nodes: number | null; edges: number | null }>(
      'select (select max(num) from graph_node) as nodes, (select max(num) from graph_edge) as edges',
    ),
  )
  const extent: Extent = { nodes: last?.nodes ?? 0, edges: last?.edges ?? 0, project }
  for await (const page of nodePages(core, extent)) {
    const histories = await persist(() =>
      readHistories(
        core,
        page.map(({ num }) => num),
      ),
    )
    for (const row of page) {
      const history = histories.get(row.num) ?? []
      yield nodeLine({ ...nodeOf(row), changedAtMs: changeTimesOf(row), history })
    }
  }
  yield* edgeLines(core, extent)
}

async function* edgeLines(core: GraphCore, extent: Extent): AsyncGenerator<string, void, undefined> {
  const dropped = (await persist(() => readDropped(core, extent.project))).map((edge) => ({
    edge,
    isDropped: true,
  }))
  let waiting = dropped
  for await (const page of nodePages(core, extent)) {
    const edges = await persist(() => edgesFrom(core, page, extent))
    const upTo = page.at(-1)?.id ?? ''
    const ready = [
      ...edges.map((edge) => ({ edge, isDropped: false })),
      ...waiting.filter(({ edge }) => compareText(edge.from, upTo) <= 0),
    ].sort((left, right) => compareEdges(left.edge, right.edge))
    waiting = waiting.filter(({ edge }) => compareText(edge.from, upTo) > 0)
    for (const { edge, isDropped } of ready) yield edgeLine(isDropped ? 'dropped' : 'edge', edge)
  }
}

/** The order of bytes; PostgreSQL would otherwise follow its language. */
const BY_ID: Readonly<Record<Speech, string>> = { sqlite: 'n.id', postgres: 'n.id collate "C"' }

async function* nodePages(
  core: GraphCore,
  { nodes, project }: Extent,
): AsyncGenerator<NodeRow[], void, undefined> {
  const id = BY_ID[core.speech]
  for (let after = ''; ;) {
    const page = await persist(() =>
      core.rows<NodeRow>(
        `${selectNodes(core.speech)} where ${id} > ? and n.num <= ? and (n.project = ? or ? = '*')
          order by ${id} limit ${PAGE}`,
        [after, nodes, project, project],
      ),
    )
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined) return
    after = last.id
    // SQLite works within this process: in between it may do other things.
    await endOfTurn()
  }
}

async function edgesFrom(
  core: GraphCore,
  page: readonly NodeRow[],
  { edges, project }: Extent,
): Promise<GraphEdge[]> {
  const found = await selectEdges(
    core,
    `where ${isAmong(core.speech, 'e.from_num', 'integer')} and e.num <= ? and (b.project = ? or ? = '*')`,
    [JSON.stringify(page.map(({ num }) => num)), edges, project, project],
  )
  return found.map(({ edge }) => edge)
}
