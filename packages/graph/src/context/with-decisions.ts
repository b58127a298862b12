import { isAgentError, textOf } from '@heddle/core'
import type { AgentDefinition, InstructionContext } from '@heddle/core'
import { sessionOf } from '../capture/session-of.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import { decisionTools } from '../tools/decision-tools.ts'
import { enforcePreEdit } from '../tools/enforce-pre-edit.ts'
import { contextBlock } from './context-block.ts'
import { rejectionGuard } from './rejection-guard.ts'

/** What {@link withDecisions} may be told. */
export interface WithDecisionsOptions {
  /** The session of a run, as for `captureSink`. */
  readonly session?: (runId: string) => string
  /** Of the context block. Default 1,024. */
  readonly maxTokens?: number
  /** See `rejectionGuard`; `off` leaves it out. Default `warn`. */
  readonly guard?: 'warn' | 'deny' | 'off'
  /** Edits need a logged decision: see `enforcePreEdit`. Default false. */
  readonly enforcePreEdit?: boolean
}

/**
 * An agent that knows what was decided before: its instructions end with the context block for what it is
 * asked, it has the decision tools, and it is warned before it repeats what was ruled out. Instructions are
 * made once per run and recorded, so a run keeps its prompt cache, also when it is resumed. When the graph
 * cannot be read, the block and the warnings are left out.
 *
 * Give each run the `captureSink` of the same graph: agents are declared without sinks.
 *
 * @example
 * const coder = agent(withDecisions({ model, tools }, graph))
 * const run = coder.run('Make the cache smaller.', { log, sinks: [captureSink(graph, { log })] })
 */
export function withDecisions(
  definition: AgentDefinition,
  graph: DecisionGraph,
  options: WithDecisionsOptions = {},
): AgentDefinition {
  const { session = sessionOf, guard = 'warn' } = options
  const { name = 'agent', instructions = '', tools = [], hooks = [], approval } = definition
  return {
    ...definition,
    tools: [...tools, ...decisionTools(graph, { session, agent: name })],
    async instructions(context) {
      const own = typeof instructions === 'string' ? instructions : await instructions(context)
      const block = await blockFor(graph, context, options)
      return [own, block].filter((text) => text !== '').join('\n\n')
    },
    ...(guard === 'off' ? {} : { hooks: [...hooks, rejectionGuard(graph, { mode: guard })] }),
    ...(options.enforcePreEdit
      ? { approval: enforcePreEdit(graph, { session, ...(approval ? { otherwise: approval } : {}) }) }
      : {}),
  }
}

async function blockFor(
  graph: DecisionGraph,
  { runId, input, history }: InstructionContext,
  { session = sessionOf, maxTokens }: WithDecisionsOptions,
): Promise<string> {
  const asked = input ?? history.findLast((message) => message.role === 'user')
  const prompt = asked ? textOf(asked) : ''
  try {
    return await contextBlock(graph, {
      prompt,
      session: session(runId),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    })
  } catch (thrown) {
    // The work matters more than its record; whoever captures hears of a broken graph.
    if (isAgentError(thrown)) return ''
    throw thrown
  }
}
