import type { Agent } from './agent.ts'
import type { AgentDefinition, RetryPolicy } from './agent-definition.ts'
import { checkAnswerable } from './check-answerable.ts'
import { checkToolCallers } from './check-tool-callers.ts'
import { checkWhole } from './check-whole.ts'
import { compactionRules } from './compact-context.ts'
import { ConfigError } from './errors.ts'
import { chainOf } from './fallback.ts'
import { MemoryRunLog } from './memory-run-log.ts'
import { outputTool } from './final-output.ts'
import { outputStrategy } from './output-strategy.ts'
import { RECALL_TOOL, recallTool } from './recall-tool.ts'
import { compileSchema } from './schema.ts'
import { userMessage } from './messages.ts'
import type { Message, UserMessage } from './messages.ts'
import { byName, toolSpec } from './model-request.ts'
import { repairTranscript } from './repair-transcript.ts'
import type { ResumeOptions, RunOptions } from './run.ts'
import type { AgentParts, RunPlan } from './run-plan.ts'
import { runLimits, withoutUndefined } from './run-limits.ts'
import { startRun } from './start-run.ts'
import { systemRuntime } from './runtime.ts'
import type { Sink } from './sink.ts'
import type { Tool } from './tool.ts'

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
 * @throws ConfigError `config.invalid` when two tools share a name, or a limit is not a positive whole number;
 *   `config.unfit_model` when it has tools and a model of its that is known to call none.
 *
 * @example
 * const tutor = agent({ instructions: 'Use the calculator.', model, tools: [calculator] })
 * for await (const event of tutor.run('What is 123 * 456?')) {
 *   if (event.type === 'text.delta') process.stdout.write(event.text)
 * }
 */
export function agent(definition: AgentDefinition): Agent {
  const parts = agentParts(definition)
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
  const {
    name = 'agent',
    model,
    parallelTools = DEFAULT_PARALLEL_TOOLS,
    runtime = systemRuntime,
  } = definition
  const chain = chainOf(model)
  const output = outputOf(definition, name)
  const given = definition.tools ?? []
  if (given.length > 0) checkToolCallers(chain, name)
  const offered = sortedTools(
    output?.strategy === 'tool' ? [...given, outputTool(output.schema)] : given,
    name,
  )
  const tools = new Map<string, Tool>()
  for (const tool of offered) tools.set(tool.name, tool)
  const mayRecall = !tools.has(RECALL_TOOL) && chain.every(({ info }) => info.tools !== false)
  if (mayRecall) tools.set(RECALL_TOOL, recallTool())
  checkWhole('parallelTools', parallelTools)
  return {
    definition,
    name,
    tools,
    toolSpecs: offered.map(toolSpec),
    mayRecall,
    context: compactionRules(definition.context),
    retry: definition.retry ? { ...DEFAULT_RETRY, ...withoutUndefined(definition.retry) } : DEFAULT_RETRY,
    limits: runLimits(definition.limits),
    parallelTools,
    output,
    runtime,
  }
}

function outputOf({ output, model }: AgentDefinition, name: string): AgentParts['output'] {
  if (!output) return null
  return {
    schema: compileSchema(output, `the output of agent "${name}"`),
    // A run may move on to any model of a chain, and its instructions stay as they are.
    strategy: outputStrategy(chainOf(model).map(({ info }) => info)),
  }
}

function sortedTools(tools: readonly Tool[], agentName: string): readonly Tool[] {
  const sorted = tools.toSorted(byName)
  const twice = sorted.find((tool, at) => tool.name === sorted[at - 1]?.name)
  if (!twice) return sorted
  throw new ConfigError(
    'config.invalid',
    `Agent "${agentName}" has two tools named "${twice.name}"; rename one.`,
  )
}

function planRun(agent: AgentParts, input: string | UserMessage | undefined, options: RunOptions): RunPlan {
  const { definition, runtime } = agent
  const message = typeof input === 'string' ? userMessage(input) : (input ?? null)
  const history = repairTranscript(options.messages ?? [])
  checkAnswerable(message ?? history.at(-1))
  const log = options.log ?? definition.log
  return {
    ...planDrive(agent, options),
    // A log that nobody knows of needs no watch over who writes it.
    ...(log ? {} : { leaseTtlMs: Infinity }),
    begin: {
      history,
      ...(options.compaction && isSame(history, options.messages) ? { compaction: options.compaction } : {}),
      input: message,
      limits: runLimits(options.limits, agent.limits),
    },
    runId: options.runId ?? runtime.newId('run'),
    parent: options.parent ?? null,
    log: log ?? new MemoryRunLog(),
  }
}

function planDrive(
  agent: AgentParts,
  options: ResumeOptions,
): Omit<RunPlan, 'begin' | 'runId' | 'parent' | 'log'> {
  const { approvalTtlMs = null, leaseTtlMs = DEFAULT_LEASE_TTL_MS } = options
  if (approvalTtlMs !== null) checkWhole('approvalTtlMs', approvalTtlMs)
  checkWhole('leaseTtlMs', leaseTtlMs)
  return {
    agent,
    sinks: options.sinks ? [...options.sinks] : NO_SINKS,
    signal: options.signal,
    budget: options.budget ?? null,
    approvals: options.approvals ?? 'pause',
    approvalTtlMs,
    leaseTtlMs,
  }
}

const NO_SINKS: readonly Sink[] = []

/** Indexes into a transcript that had to be repaired mean nothing. */
function isSame(repaired: readonly Message[], messages: readonly Message[] | undefined): boolean {
  return repaired.length === messages?.length && repaired.every((message, at) => message === messages[at])
}
