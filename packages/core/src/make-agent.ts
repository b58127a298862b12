import type { Agent } from './agent.ts'
import type { AgentDefinition, RetryPolicy } from './agent-definition.ts'
import { ConfigError } from './errors.ts'
import type { RunLimits } from './events.ts'
import { memoryRunLog } from './memory-run-log.ts'
import { outputTool } from './final-output.ts'
import { outputStrategy } from './output-strategy.ts'
import { recallTool } from './recall-tool.ts'
import { compileSchema } from './schema.ts'
import { userMessage } from './messages.ts'
import type { Message, UserMessage } from './messages.ts'
import { repairTranscript } from './repair-transcript.ts'
import type { ResumeOptions, RunOptions } from './run.ts'
import type { AgentParts, RunPlan } from './run-plan.ts'
import { startRun } from './start-run.ts'
import { systemRuntime } from './runtime.ts'
import type { Tool } from './tool.ts'

/** Ten turns answer most questions, and end a runaway loop before it costs much. */
const DEFAULT_LIMITS: RunLimits = { steps: 10, repeats: 3 }
/** Four attempts half a second apart, doubling, bridge the short overloads that vendors report as 429 and 529. */
const DEFAULT_RETRY: RetryPolicy = {
  attempts: 4,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 120_000,
}
/** Long enough for a paused laptop lid or a long collection; short enough that a crashed run is soon taken over. */
const DEFAULT_LEASE_TTL_MS = 10_000
/** Models rarely ask for more at once, and more would only crowd the machine. */
const DEFAULT_PARALLEL_TOOLS = 8

/**
 * Declares an agent. It holds no state: run it any number of times, also at once.
 *
 * @throws ConfigError `config.invalid` when two tools share a name, or a limit is not a positive whole number.
 *
 * @example
 * const tutor = agent({ instructions: 'Use the calculator.', model, tools: [calculator] })
 * for await (const event of tutor.run('What is 123 * 456?')) {
 *   if (event.type === 'text.delta') process.stdout.write(event.text)
 * }
 */
export function agent(definition: AgentDefinition): Agent {
  const parts = agentParts(definition)
  checkLimits(definition.limits)
  return {
    name: parts.name,
    model: definition.model,
    tools: parts.toolSpecs,
    run: (input, options = {}) => startRun(planRun(parts, input, options)),
    resume: (log, runId, options = {}) =>
      startRun({ ...planDrive(parts, options), begin: 'resume', runId, parent: null, log }),
  }
}

function agentParts(definition: AgentDefinition): AgentParts {
  const { name = 'agent', parallelTools = DEFAULT_PARALLEL_TOOLS, runtime = systemRuntime } = definition
  // Code-unit order, the same on every machine and in every locale: equal tools, equal bytes.
  const output = outputOf(definition, name)
  const sorted = [...(definition.tools ?? []), ...ownTools(definition, output)].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  const tools = new Map<string, Tool>()
  for (const tool of sorted) {
    if (tools.has(tool.name)) {
      throw new ConfigError(
        'config.invalid',
        `Agent "${name}" has two tools named "${tool.name}"; rename one.`,
      )
    }
    tools.set(tool.name, tool)
  }
  checkWhole('parallelTools', parallelTools)
  return {
    definition,
    name,
    tools,
    toolSpecs: sorted.map(({ name, description, input }) => ({ name, description, inputSchema: input.json })),
    retry: { ...DEFAULT_RETRY, ...definition.retry },
    parallelTools,
    output,
    runtime,
  }
}

function outputOf({ output, model }: AgentDefinition, name: string): AgentParts['output'] {
  if (!output) return null
  return {
    schema: compileSchema(output, `the output of agent "${name}"`),
    strategy: outputStrategy(model.info),
  }
}

/** Tools an agent has without being given them: for its structured answer, and for what left the model's view. */
function ownTools({ context, model, tools = [] }: AgentDefinition, output: AgentParts['output']): Tool[] {
  const own: Tool[] = output?.strategy === 'tool' ? [outputTool(output.schema)] : []
  const mayCompact =
    (context?.windowTokens ?? model.info.contextWindow) !== null && model.info.tools !== false
  const hasRecall = tools.some((tool) => tool.name === 'recall')
  return mayCompact && !hasRecall ? [...own, recallTool()] : own
}

function planRun(agent: AgentParts, input: string | UserMessage | undefined, options: RunOptions): RunPlan {
  const { definition, runtime } = agent
  checkLimits(options.limits)
  const message = typeof input === 'string' ? userMessage(input) : (input ?? null)
  const history = repairTranscript(options.messages ?? [])
  checkAnswerable(message, history)
  return {
    ...planDrive(agent, options),
    begin: {
      history,
      input: message,
      limits: { ...DEFAULT_LIMITS, ...definition.limits, ...options.limits },
    },
    runId: options.runId ?? runtime.newId('run'),
    parent: options.parent ?? null,
    log: options.log ?? definition.log ?? memoryRunLog(),
  }
}

function planDrive(
  agent: AgentParts,
  options: ResumeOptions,
): Omit<RunPlan, 'begin' | 'runId' | 'parent' | 'log'> {
  return {
    agent,
    sinks: options.sinks ?? [],
    signal: options.signal,
    budget: options.budget ?? null,
    approvals: options.approvals ?? 'pause',
    approvalTtlMs: options.approvalTtlMs ?? null,
    leaseTtlMs: options.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS,
  }
}

function checkAnswerable(input: UserMessage | null, history: readonly Message[]): void {
  const isBlank = (message: UserMessage): boolean =>
    message.content.every((part) => part.type === 'text' && part.text.trim() === '')
  const last = input ?? history.at(-1)
  if (last && last.role !== 'assistant' && !(last.role === 'user' && isBlank(last))) return
  throw new ConfigError(
    'config.invalid',
    'There is nothing to answer; pass a prompt that is not blank, or messages that end with a user message or tool results.',
  )
}

function checkLimits(limits: Partial<RunLimits> = {}): void {
  for (const name of ['steps', 'tokens', 'ms', 'repeats'] as const) {
    const value = limits[name]
    if (value != null) checkWhole(`limits.${name}`, value)
  }
  const { toolCalls, usd } = limits
  if (toolCalls !== undefined && toolCalls !== 0) checkWhole('limits.toolCalls', toolCalls)
  if (usd !== undefined && !(usd >= 0 && Number.isFinite(usd))) {
    throw new ConfigError(
      'config.invalid',
      `limits.usd must be a number of dollars of at least 0, not ${usd}.`,
    )
  }
}

function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw new ConfigError('config.invalid', `${name} must be a whole number of at least 1, not ${value}.`)
}
