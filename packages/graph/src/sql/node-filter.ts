import type { NodeFilter } from '../decision-graph.ts'
import { invalid } from '../graph-error.ts'
import { placeholders } from './session.ts'

/** A condition on `n`, a row of `graph_node`. */
export interface NodeCondition {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 10_000

/** @throws GraphError `graph.invalid`. */
export function limitOf({ limit = DEFAULT_LIMIT }: NodeFilter): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit
  throw invalid(`The limit is ${limit}; it must be a whole number from 1 to ${MAX_LIMIT}.`)
}

/** @param project - Of the graph. */
export function nodeCondition(filter: NodeFilter, project: string): NodeCondition {
  const parts: string[] = []
  const parameters: unknown[] = []
  const add = (part: string, ...values: readonly unknown[]): void => {
    parts.push(part)
    parameters.push(...values)
  }
  const wanted = filter.project ?? project
  // What is linked to a file is few: no walk through all nodes of the project by an index, looking at each.
  const isLinked = (filter.file ?? filter.commit ?? filter.runId) !== undefined
  if (wanted !== '*') add(isLinked ? "n.project || '' = ?" : 'n.project = ?', wanted)
  for (const [column, values] of [
    ['n.type', filter.types],
    ['n.status', filter.statuses],
  ] as const) {
    if (values?.length === 0) add('1 = 0')
    else if (values) add(`${column} in (${placeholders(values)})`, ...values)
  }
  if (filter.session !== undefined) add('n.session = ?', filter.session)
  if (filter.author !== undefined) add('n.author = ?', filter.author)
  if (filter.maxConfidence !== undefined) add('n.confidence <= ?', filter.maxConfidence)
  if (filter.isUncertain !== undefined) {
    add(`${filter.isUncertain ? '' : 'not '}exists (select 1 from graph_doubt d where d.node = n.num)`)
  }
  for (const [kind, value] of [
    ['file', filter.file],
    ['commit', filter.commit],
    ['run', filter.runId],
  ] as const) {
    if (value === undefined) continue
    add('n.num in (select r.node from graph_reference r where r.kind = ? and r.value = ?)', kind, value)
  }
  if (filter.updatedBeforeMs !== undefined) add('n.updated_at_ms < ?', filter.updatedBeforeMs)
  if (filter.sinceMs !== undefined) add('n.created_at_ms >= ?', filter.sinceMs)
  return { sql: parts.length === 0 ? '1 = 1' : parts.join(' and '), parameters }
}
