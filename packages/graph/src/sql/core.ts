import type { Kysely } from 'kysely'
import { emptyAdjacency, setState, truncate } from './adjacency.ts'
import type { Adjacency, NodeState } from './adjacency.ts'
import { connect } from './connection.ts'
import type { Connection } from './connection.ts'
import { catchUp } from './load-adjacency.ts'
import { migrate } from './migrate.ts'
import type { SqlSession } from './session.ts'
import { persist } from './sql-failure.ts'

/** What all graphs on one Kysely share, whatever their projects. */
export interface GraphCore extends Connection {
  readonly adjacency: Adjacency
  /** Runs one work after the other: whoever looks at the links, or adds some, has them for himself. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
  /** The last revision this process wrote or saw, and those who wait for a later one. */
  readonly news: { rev: number; readonly waiting: Set<() => void> }
}

const cores = new WeakMap<object, Promise<GraphCore>>()

/** Brings the tables up to date when it is the first time. */
export function coreOf<Tables>(db: Kysely<Tables>): Promise<GraphCore> {
  const known = cores.get(db)
  if (known) return known
  const core = makeCore(db)
  cores.set(db, core)
  // Whoever tries again begins anew.
  core.catch(() => cores.delete(db))
  return core
}

async function makeCore<Tables>(db: Kysely<Tables>): Promise<GraphCore> {
  const connection = await connect(db)
  await migrate(connection)
  let last: Promise<unknown> = Promise.resolve()
  return {
    ...connection,
    adjacency: emptyAdjacency(),
    exclusive(work) {
      const result = last.then(work, work)
      last = result.catch(() => {})
      return result
    },
    news: { rev: 0, waiting: new Set() },
  }
}

/** The graph's revision: how many writes were committed, by whomever. */
export async function currentRev(sql: SqlSession): Promise<number> {
  const [row] = await sql.rows<{ rev: number | string }>('select rev from graph_state')
  return Number(row?.rev ?? 0)
}

/** Looks at the links, all that are committed by now. */
export function withLinks<T>(core: GraphCore, look: (adjacency: Adjacency) => T): Promise<T> {
  return core.exclusive(async () => {
    await persist(async () => catchUp(core.adjacency, core, await currentRev(core)))
    return look(core.adjacency)
  })
}

/** One write: everything in it is stored and in the links, or nothing is. */
export interface Writing extends SqlSession {
  readonly rev: number
  readonly adjacency: Adjacency
  /** Of nodes that were there: how they stood before. */
  readonly before: Map<number, Pick<NodeState, 'status' | 'confidence'>>
}

/** Does a work in a transaction that nobody else's write overlaps, in any process. */
export async function writing<T>(core: GraphCore, work: (tx: Writing) => Promise<T>): Promise<T> {
  const result = await core.exclusive(() => persist(() => attempt(core, work)))
  tellNews(core, core.adjacency.rev)
  return result
}

async function attempt<T>(core: GraphCore, work: (tx: Writing) => Promise<T>): Promise<T> {
  const { adjacency } = core
  const before: Writing['before'] = new Map()
  let kept: Pick<Adjacency, 'nodes' | 'edges' | 'rev'> | undefined
  try {
    return await core.transaction(async (sql) => {
      const rev = await nextRev(sql)
      await catchUp(adjacency, sql, rev - 1)
      kept = { nodes: adjacency.nodes, edges: adjacency.edges, rev: adjacency.rev }
      const result = await work({ ...sql, rev, adjacency, before })
      adjacency.rev = rev
      return result
    })
  } catch (thrown) {
    if (kept) {
      truncate(adjacency, kept)
      adjacency.rev = kept.rev
      for (const [num, state] of before) if (num <= kept.nodes) setState(adjacency, num, state)
    }
    throw thrown
  }
}

/**
 * A write begins by taking the next revision: whoever else wants to write waits for this row, so that
 * revisions are committed in their order. A transaction that begins by writing also never has to turn from a
 * reader into a writer, which SQLite cannot wait for.
 */
async function nextRev(sql: SqlSession): Promise<number> {
  const [row] = await sql.rows<{ rev: number | string }>('update graph_state set rev = rev + 1 returning rev')
  return Number(row?.rev)
}

/** Wakes those who wait for changes. */
export function tellNews(core: GraphCore, rev: number): void {
  if (rev <= core.news.rev) return
  core.news.rev = rev
  for (const wake of [...core.news.waiting]) wake()
}
