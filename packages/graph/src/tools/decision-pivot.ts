import { ToolError } from '@heddle/core'
import type { Tool, ToolContext } from '@heddle/core'
import { loggedNodeId } from '../capture/logged-node-id.ts'
import { titleOf } from '../capture/one-line.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import type { DecisionToolsOptions } from './decision-tools-options.ts'
import { existingNode, shownNode } from './shown-node.ts'
import { typedTool } from './typed-tool.ts'

interface PivotInput {
  readonly old: string
  readonly observation: string
  readonly title: string
  readonly reason?: string
  readonly confidence?: number
}

/**
 * `decision_pivot`: gives up a decision or an option for another: old → observation → revisit → new decision,
 * which supersedes the old one, in one transaction. The old one must be active (or the chosen option).
 */
export function decisionPivotTool(graph: DecisionGraph, options: Required<DecisionToolsOptions>): Tool {
  return typedTool<PivotInput>({
    name: 'decision_pivot',
    description:
      'Gives up an earlier decision because of something you saw, and writes down what you do instead. ' +
      'Use decision_query for the id of the old one.',
    input: {
      type: 'object',
      properties: {
        old: { type: 'string', description: 'Id of the decision or option that is given up.' },
        observation: { type: 'string', minLength: 1, description: 'What you saw that speaks against it.' },
        title: {
          type: 'string',
          minLength: 1,
          maxLength: 300,
          description: 'What you do instead, in one line.',
        },
        reason: { type: 'string', description: 'Why that is better.' },
        confidence: { type: 'integer', minimum: 0, maximum: 100 },
      },
      required: ['old', 'observation', 'title'],
      additionalProperties: false,
    },
    effect: 'idempotent',
    execute: (input, context) => pivot(graph, input, { ...options, context }),
  })
}

interface Around extends Required<DecisionToolsOptions> {
  readonly context: ToolContext
}

async function pivot(graph: DecisionGraph, input: PivotInput, around: Around): Promise<string> {
  const { runId } = around.context
  const ids = {
    observation: loggedNodeId(around.context, 'observation'),
    revisit: loggedNodeId(around.context, 'revisit'),
    decision: loggedNodeId(around.context, 'decision'),
  }
  const old = await existingNode(graph, input.old)
  const [done] = await graph.get([ids.decision])
  // The call was made before, by a process that died.
  if (done) return answer(old, done)
  refuseGivenUp(old)
  const common = { session: around.session(runId), author: { kind: 'agent', name: around.agent } as const }
  const { title, observation, reason = '', confidence } = input
  const { nodes } = await graph.write({
    nodes: [
      {
        ...common,
        id: ids.decision,
        type: 'decision',
        title: titleOf(title, 300),
        reason,
        ...(confidence === undefined ? {} : { confidence }),
      },
      {
        ...common,
        id: ids.observation,
        type: 'observation',
        title: titleOf(observation, 300),
        description: observation,
      },
      {
        ...common,
        id: ids.revisit,
        type: 'revisit',
        title: titleOf(`Reconsider: ${old.title}`),
        reason: observation,
      },
    ],
    edges: [
      { from: old.id, to: ids.observation },
      { from: ids.observation, to: ids.revisit },
      { from: ids.revisit, to: ids.decision },
      { from: ids.revisit, to: old.id, type: 'revises', rationale: observation },
      { from: ids.decision, to: old.id, type: 'supersedes', rationale: observation },
    ],
    changes: [{ id: old.id, status: old.type === 'option' ? 'rejected' : 'superseded', reason: observation }],
  })
  return answer(old, nodes[0] as GraphNode)
}

function refuseGivenUp({ id, type, status, title }: GraphNode): void {
  if (type !== 'decision' && type !== 'option')
    throw new ToolError('tool.bad_input', `${id} is a ${type}; only a decision or an option can be given up.`)
  if (status !== 'active' && status !== 'chosen')
    throw new ToolError(
      'tool.bad_input',
      `“${title}” is ${status} already; log the new decision with decision_log.`,
    )
}

function answer(old: GraphNode, decision: GraphNode): string {
  return `Gave up ${old.type} “${old.title}” for ${shownNode(decision)}.`
}
