import { decisionGraph, graphExchange } from '@heddle/graph'
import type {
  DecisionGraph,
  DecisionGraphOptions,
  EdgeType,
  GraphExchange,
  NewEdge,
  NewNode,
} from '@heddle/graph'
import type { NewDatabase, Target } from '../each-graph.ts'

/** Opens a graph on one database; again for a second one on a connection of its own. */
export interface OpenGraph {
  (options?: Partial<DecisionGraphOptions>): Promise<DecisionGraph>
  exchange(): Promise<GraphExchange>
}

/** What a part of the contract is given. */
export interface GraphSubject {
  /** A database of its own. */
  readonly newGraphs: () => OpenGraph
  readonly kind: Target
}

export function subjectOf(newDatabase: NewDatabase, kind: Target): GraphSubject {
  return {
    kind,
    newGraphs() {
      const openDatabase = newDatabase()
      const open = (options?: Partial<DecisionGraphOptions>): Promise<DecisionGraph> =>
        decisionGraph(openDatabase(), { project: 'loom', ...options })
      return Object.assign(open, { exchange: () => graphExchange(openDatabase()) })
    },
  }
}

/** A node of little interest. */
export function node(id: string, more: Partial<NewNode> = {}): NewNode {
  return { id, type: 'action', title: `Title of ${id}`, ...more }
}

/** `'a>b requires'`; the type defaults to `leads_to`. */
export function edge(text: string): NewEdge {
  const [ends = '', type = 'leads_to'] = text.split(' ')
  const [from = '', to = ''] = ends.split('>')
  return { from, to, type: type as EdgeType }
}
