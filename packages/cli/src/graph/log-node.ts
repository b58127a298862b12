import { BACKWARD_TYPES, GraphError } from '@heddle/graph'
import type { DecisionGraph, EdgeType, GraphNode, NewEdge, NewNode, NodeType } from '@heddle/graph'
import { systemRuntime } from '@heddle/core'
import type { Page } from '../page.ts'
import { nodeOf } from './node-id.ts'
import { nodeLine } from './node-line.ts'
import { NOTHING_YET } from './show.ts'

export const NODE_TYPES: readonly NodeType[] = [
  'goal',
  'decision',
  'option',
  'action',
  'outcome',
  'observation',
  'revisit',
]

/** What `heddle graph log TYPE "title"` is told beside them. */
export interface LogOptions {
  readonly parent?: string
  readonly edge: EdgeType
  readonly confidence?: number
  readonly description?: string
  readonly reason?: string
  readonly session?: string
  readonly chosen: readonly string[]
  readonly option: readonly string[]
  /** Each `title: why`. */
  readonly rejected: readonly string[]
  readonly file: readonly string[]
}

/**
 * Writes a node, its link and its options, in one transaction.
 *
 * @returns What was written, the node first.
 * @throws GraphError `graph.invalid`, `graph.unknown_node`, `graph.cycle`.
 */
export async function logNode(
  graph: DecisionGraph,
  type: NodeType,
  title: string,
  options: LogOptions,
): Promise<readonly GraphNode[]> {
  const { session, confidence, description = '', reason = '', file: files } = options
  const common = session === undefined ? {} : { session }
  const id = systemRuntime.newId('n')
  const choices = choicesOf(options)
  if (choices.length > 0 && type !== 'decision')
    throw new GraphError('graph.invalid', `Only a decision has options; log the ${type} without them.`)
  const parent = options.parent === undefined ? null : await nodeOf(graph, options.parent)
  const { nodes } = await graph.write({
    nodes: [
      {
        ...common,
        id,
        type,
        title,
        description,
        reason,
        files,
        ...(confidence === undefined ? {} : { confidence }),
      },
      ...choices.map(({ id: own, title: name, status, reason: why }): NewNode => ({
        ...common,
        id: own,
        type: 'option',
        title: name,
        status,
        reason: why,
      })),
    ],
    edges: [
      ...(parent ? [linkTo(parent, id, options.edge)] : []),
      ...choices.map(({ id: to, status, reason: rationale }): NewEdge => ({
        from: id,
        to,
        rationale,
        type: status === 'active' ? 'leads_to' : status,
      })),
    ],
  })
  return nodes
}

/** Prints what was written. */
export async function printLogged(page: Page, nodes: readonly GraphNode[]): Promise<void> {
  await page.print(...nodes.map((node, at) => nodeLine(page, node, { branch: at === 0 ? '' : '  ' })))
}

/** Prints the newest nodes, the newest first, as `git log` does. */
export async function printNodes(
  page: Page,
  nodes: readonly GraphNode[],
  none: string = NOTHING_YET,
): Promise<void> {
  if (nodes.length === 0) await page.print(none)
  await page.print(...nodes.map((node) => nodeLine(page, node, { isTable: true })))
}

interface Choice {
  readonly id: string
  readonly title: string
  readonly status: 'active' | 'chosen' | 'rejected'
  readonly reason: string
}

function choicesOf({ chosen, option, rejected }: LogOptions): Choice[] {
  const choice = (title: string, status: Choice['status'], reason = ''): Choice => ({
    id: systemRuntime.newId('n'),
    title,
    status,
    reason,
  })
  return [
    ...chosen.map((title) => choice(title, 'chosen')),
    ...option.map((title) => choice(title, 'active')),
    ...rejected.map((text) => {
      const [, title = '', why = ''] = /^(.*?):\s+(\S[\s\S]*)$/.exec(text) ?? []
      if (title !== '') return choice(title.trim(), 'rejected', why.trim())
      throw new GraphError(
        'graph.invalid',
        `"${text}" does not say why it was rejected; write it as "title: why".`,
      )
    }),
  ]
}

function linkTo(parent: GraphNode, id: string, type: EdgeType): NewEdge {
  return BACKWARD_TYPES.has(type) ? { from: id, to: parent.id, type } : { from: parent.id, to: id, type }
}
