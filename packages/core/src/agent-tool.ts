import type { Agent } from './agent.ts'
import { ToolError } from './errors.ts'
import type { RunResult } from './run.ts'
import type { InputOf, InputSchema } from './schema.ts'
import { tool } from './tool.ts'
import type { Tool } from './tool.ts'

/** What {@link agentTool} is told. */
export interface AgentToolDefinition<S extends InputSchema> {
  /** As for any tool. Default: the agent's name. */
  readonly name?: string
  readonly description: string
  /** Default: `{ task: string }`. */
  readonly input?: S
  /** Makes the child's prompt of the arguments. Default: `task`, or the arguments as JSON. */
  readonly prompt?: (input: InputOf<S>) => string
}

const TASK_SCHEMA = {
  type: 'object',
  properties: {
    task: {
      type: 'string',
      description: 'What to do, with everything needed to do it: the other agent sees nothing else.',
    },
  },
  required: ['task'],
  additionalProperties: false,
} as const

/**
 * An agent as a tool of another. The child runs in the parent's log, under its budget and signal, and
 * asks the same people; after a crash or a pause it goes on where it was. The model reads the child's
 * last text (or its structured output); a child that does not finish is an error, never an empty success.
 */
export function agentTool<const S extends InputSchema = typeof TASK_SCHEMA>(
  agent: Agent,
  definition: AgentToolDefinition<S>,
): Tool {
  const { name = agent.name, description, prompt } = definition
  return tool<InputSchema>({
    name,
    description,
    input: definition.input ?? TASK_SCHEMA,
    // The child's own limits end it.
    timeoutMs: null,
    // Its run is found again by its id.
    effect: 'idempotent',
    execute: async (input, { runChild }) => answerOf(agent, await runChild(agent, promptOf(input, prompt))),
  })
}

function promptOf<S extends InputSchema>(
  input: unknown,
  prompt: ((input: InputOf<S>) => string) | undefined,
): string {
  if (prompt) return prompt(input as InputOf<S>)
  const task = (input as { task?: unknown }).task
  return typeof task === 'string' ? task : JSON.stringify(input)
}

function answerOf(agent: Agent, { stop, text, output }: RunResult): unknown {
  if (stop.reason === 'done' && output !== undefined) return output
  if (stop.reason === 'done' && text.trim() !== '') return text
  const why =
    stop.reason === 'failed'
      ? stop.error.message
      : stop.reason === 'done'
        ? 'it said nothing'
        : `it stopped with "${stop.reason}"`
  const partial = text.trim() === '' ? '' : ` What it had said: ${text}`
  throw new ToolError('tool.failed', `The agent "${agent.name}" did not finish: ${why}.${partial}`)
}
