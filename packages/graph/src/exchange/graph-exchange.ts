import { systemRuntime } from '@heddle/core'
import type { Runtime } from '@heddle/core'
import type { Kysely } from 'kysely'
import { coreOf, writing } from '../sql/core.ts'
import { DEFAULT_THRESHOLD } from '../sql/spread-doubt.ts'
import { persist } from '../sql/sql-failure.ts'
import { exportLines } from './export-graph.ts'
import { importGraph, readGraph } from './import-graph.ts'
import type { ImportReport } from './import-graph.ts'

/** PORT. A graph as lines of text, for files, other databases and version control. */
export interface GraphExchange {
  /**
   * The lines of a file, each without its end: a header, then the nodes by id, then the links by their ends. Equal
   * graphs give equal lines. What is written meanwhile may be in it or not, but never a link without its nodes.
   *
   * @param project - Whose nodes, with the links between them; `'*'` (the default) is all.
   */
  export(project?: string): AsyncIterable<string>

  /**
   * Brings a file into the graph, all of it or nothing. It can be done again: what is there already is merged
   * with what the file says, as {@link mergeGraphs} does. A link that would close a cycle is left out and told.
   *
   * @param lines - With or without their ends.
   * @throws GraphError `graph.invalid`, naming the line: it is not of this format, has a value outside its range,
   *   a field that this version does not know, or links to a node that is nowhere.
   */
  import(lines: AsyncIterable<string> | Iterable<string>): Promise<ImportReport>
}

/** What {@link graphExchange} may be told. */
export interface GraphExchangeOptions {
  /** As the graph's own; default 50. */
  readonly threshold?: number
  /** Default: the system's clock. */
  readonly runtime?: Runtime
}

/**
 * Export and import of the decision graph in a database; see {@link decisionGraph} for what the database must be.
 *
 * @throws ConfigError `config.invalid`, GraphError `graph.failed`, as {@link decisionGraph}.
 */
export async function graphExchange<Tables>(
  db: Kysely<Tables>,
  { threshold = DEFAULT_THRESHOLD, runtime = systemRuntime }: GraphExchangeOptions = {},
): Promise<GraphExchange> {
  const core = await persist(() => coreOf(db))
  return {
    export: (project = '*') => exportLines(core, project),
    async import(lines) {
      const file = await readGraph(lines)
      return writing(core, (tx) => importGraph(tx, file, { threshold, nowMs: runtime.nowMs() }))
    },
  }
}
