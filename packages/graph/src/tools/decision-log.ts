import { ToolError } from '@heddle/core'
import type { Tool, ToolContext } from '@heddle/core'
import { loggedNodeId } from '../capture/logged-node-id.ts'
import { titleOf } from '../capture/one-line.ts'
import type { DecisionGraph, NewEdge, NewNode } from '../decision-graph.ts'
import { BACKWARD_TYPES, EDGE_TYPES } from '../edge-types.ts'
import type { EdgeType, GraphNode, NodeType } from '../model.ts'
import type { DecisionToolsOptions } from './decision-tools-options.ts'
import { existingNode, shownNode } from './shown-node.ts'
import { typedTool } from './typed-tool.ts'

interface LogInput {
  readonly type: NodeType
  readonly title: string
  readonly description?: string
  readonly reason?: string
  readonly status?: 'chosen' | 'rejected'
  readonly confidence?: number
  readonly parent?: string
  readonly edge?: EdgeType
  readonly files?: readonly string[]
  readonly options?: readonly LoggedOption[]
}

interface LoggedOption {
  readonly title: string
  readonly status?: 'chosen' | 'rejected'
  readonly reason?: string
}

const OPTION_SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1 },
    status: { enum: ['chosen', 'rejected'], description: 'Leave out while it is open.' },
    reason: { type: 'string', description: 'Required of a rejected option.' },
  },
  required: ['title'],
  additionalProperties: false,
} as const

/**
 * `decision_log`: writes a node, its link and, for a decision, its options, in one transaction. The ids follow
 * from the call, so that a call that is made again after a crash writes nothing twice. Without a parent the
 * node is linked to the session's newest open goal; an open goal of the same title is used again.
 */
export function decisionLogTool(graph: DecisionGraph, options: Required<DecisionToolsOptions>): Tool {
  return typedTool<LogInput>({
    name: 'decision_log',
    description:
      'Writes down a goal, a decision (with its options, and why some were rejected), an action, an outcome or an observation, ' +
      'so that later sessions know of it. Use it when you choose between ways of doing something.',
    input: {
      type: 'object',
      properties: {
        type: { enum: ['goal', 'decision', 'option', 'action', 'outcome', 'observation', 'revisit'] },
        title: { type: 'string', minLength: 1, maxLength: 300, description: 'One line.' },
        description: { type: 'string' },
        reason: { type: 'string', description: 'Why; required of a rejected option.' },
        status: { enum: ['chosen', 'rejected'], description: 'Of an option.' },
        confidence: { type: 'integer', minimum: 0, maximum: 100 },
        parent: { type: 'string', description: 'Id of the node it belongs to. Default: the open goal.' },
        edge: {
          enum: [...EDGE_TYPES],
          description:
            'How: default leads_to, from the parent to this. supersedes, revises and answers go from this to the parent.',
        },
        files: { type: 'array', items: { type: 'string', minLength: 1 } },
        options: { type: 'array', items: OPTION_SCHEMA, description: 'Of a decision.' },
      },
      required: ['type', 'title'],
      additionalProperties: false,
    },
    effect: 'idempotent',
    execute: (input, context) => log(graph, input, { ...options, context }),
  })
}

interface Around extends Required<DecisionToolsOptions> {
  readonly context: ToolContext
}

async function log(graph: DecisionGraph, input: LogInput, around: Around): Promise<string> {
  refuseWrong(input)
  const { runId } = around.context
  const session = around.session(runId)
  const id = loggedNodeId(around.context, input.type)
  const open = await openGoals(graph, session)
  const same =
    input.type === 'goal'
      ? open.find((goal) => goal.title === titleOf(input.title) && goal.id !== id)
      : undefined
  if (same) return `There already: ${shownNode(same)}`
  const parent = input.parent === undefined ? parentOf(input, open) : await existingNode(graph, input.parent)
  const author = { kind: 'agent', name: around.agent } as const
  const node: NewNode = { ...nodeOf(input), id, session, author }
  const choices = (input.options ?? []).map((option, at): NewNode & { readonly id: string } => ({
    ...nodeOf({ type: 'option', ...option }),
    id: loggedNodeId(around.context, `option.${at + 1}`),
    session,
    author,
  }))
  const edges: NewEdge[] = choices.map(({ id: to, status = 'active', reason = '' }) =>
    status === 'chosen' || status === 'rejected'
      ? { from: id, to, type: status, rationale: reason }
      : { from: id, to },
  )
  if (parent) edges.push(linkTo(parent, id, input))
  const { nodes } = await graph.write({ nodes: [node, ...choices], edges })
  const [logged, ...listed] = nodes.map(shownNode)
  return [
    `Logged ${logged ?? id}${parent ? `, under ${parent.type} “${parent.title}”` : ''}.`,
    ...listed.map((line) => `- ${line}`),
  ].join('\n')
}

function refuseWrong({ type, status, reason = '', options = [] }: LogInput): void {
  const isReasonless = (item: { readonly status?: string; readonly reason?: string }): boolean =>
    item.status === 'rejected' && (item.reason ?? '').trim() === ''
  if (status !== undefined && type !== 'option')
    throw new ToolError('tool.bad_input', `Only an option is ${status}; leave status out for a ${type}.`)
  if (options.length > 0 && type !== 'decision')
    throw new ToolError('tool.bad_input', 'Only a decision has options; log them with the decision.')
  if (isReasonless({ ...(status === undefined ? {} : { status }), reason }) || options.some(isReasonless))
    throw new ToolError('tool.bad_input', 'A rejected option needs a reason; say why it was rejected.')
}

function nodeOf({
  type,
  title,
  description = '',
  reason = '',
  status,
  confidence,
  files = [],
}: LogInput): NewNode {
  return {
    type,
    title: titleOf(title, 300),
    description,
    reason,
    files,
    ...(status === undefined ? {} : { status }),
    ...(confidence === undefined ? {} : { confidence }),
  }
}

async function openGoals(graph: DecisionGraph, session: string): Promise<GraphNode[]> {
  return graph.nodes({ session, types: ['goal'], statuses: ['active'], limit: 20 })
}

function parentOf({ type }: LogInput, [goal]: readonly GraphNode[]): GraphNode | null {
  return type === 'goal' ? null : (goal ?? null)
}

function linkTo(parent: GraphNode, id: string, { edge, status, reason = '' }: LogInput): NewEdge {
  const type = edge ?? status ?? 'leads_to'
  return BACKWARD_TYPES.has(type)
    ? { from: id, to: parent.id, type, rationale: reason }
    : { from: parent.id, to: id, type, rationale: reason }
}
