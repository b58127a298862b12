import type { Tool, ToolContext } from '@heddle/core'
import { loggedNodeId } from '../capture/logged-node-id.ts'
import { titleOf } from '../capture/one-line.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import { pivot } from '../pivot.ts'
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
    execute: (input, context) => giveUp(graph, input, { ...options, context }),
  })
}

interface Around extends Required<DecisionToolsOptions> {
  readonly context: ToolContext
}

async function giveUp(graph: DecisionGraph, input: PivotInput, around: Around): Promise<string> {
  const { context, agent, session } = around
  const old = await existingNode(graph, input.old)
  const id = loggedNodeId(context, 'decision')
  const [done] = await graph.get([id])
  // The call was made before, by a process that died.
  if (done) return answer(old, done)
  const { title, observation, reason = '', confidence } = input
  const { decision } = await pivot(graph, {
    old,
    observation,
    decision: { id, title: titleOf(title, 300), reason, ...(confidence === undefined ? {} : { confidence }) },
    ids: {
      observation: loggedNodeId(context, 'observation'),
      revisit: loggedNodeId(context, 'revisit'),
    },
    by: { session: session(context.runId), author: { kind: 'agent', name: agent } },
  })
  return answer(old, decision)
}

function answer(old: GraphNode, decision: GraphNode): string {
  return `Gave up ${old.type} “${old.title}” for ${shownNode(decision)}.`
}
