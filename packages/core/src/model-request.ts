import { viewOf } from './context-view.ts'
import type { Compaction } from './context-view.ts'
import { ConfigError } from './errors.ts'
import { HookFailure, askHook } from './hooks.ts'
import type { Hook, HookContext } from './hooks.ts'
import { toolCallsOf } from './messages.ts'
import type { AssistantMessage } from './messages.ts'
import type { ModelRequest, ToolSpec } from './model.ts'
import { recallTool } from './recall-tool.ts'
import type { AgentParts, LoopContext } from './run-plan.ts'
import type { Tool } from './tool.ts'

/** The tools on offer: recalling is one of them once there is something to recall. */
export function toolsUnder(agent: AgentParts, compaction: Compaction | null): readonly ToolSpec[] {
  return compaction && agent.mayRecall ? specsWithRecall(agent) : agent.toolSpecs
}

const withRecall = new WeakMap<AgentParts, readonly ToolSpec[]>()

/** The same array for every request, like {@link AgentParts.toolSpecs}. Most agents never need it. */
function specsWithRecall(agent: AgentParts): readonly ToolSpec[] {
  let specs = withRecall.get(agent)
  if (specs === undefined) {
    specs = [...agent.toolSpecs, toolSpec(recallTool())].toSorted(byName)
    withRecall.set(agent, specs)
  }
  return specs
}

/** What a model is told of a tool. */
export function toolSpec({ name, description, input }: Tool): ToolSpec {
  return { name, description, inputSchema: input.json }
}

/** Code-unit order, the same on every machine and in every locale: equal tools, equal bytes. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1
}

/**
 * What the model is asked next: a function of the log, of the bound that the budget sets, and of the hooks.
 *
 * @returns A promise only where hooks are asked.
 * @throws HookFailure when a hook throws. ABORTED when the run is aborted while a hook works.
 */
export function requestFor(
  context: LoopContext,
  boundTokens: number | undefined,
): ModelRequest | Promise<ModelRequest> {
  const { hooks } = context.plan.agent.definition
  const request = plainRequest(context, boundTokens)
  return hooks ? requestOfHooks(context, hooks, request) : request
}

async function requestOfHooks(
  context: LoopContext,
  hooks: readonly Hook[],
  plain: ModelRequest,
): Promise<ModelRequest> {
  let request = plain
  for (const hook of hooks) {
    const current = request
    const said = await askHook(context.signal, () => hook.beforeModel?.(current, hookContext(context)))
    request = said ?? current
  }
  return request
}

/**
 * What the hooks make of an answer; without content when they left nothing of it.
 *
 * @throws HookFailure when a hook throws, or gives two calls the same id. ABORTED as {@link requestFor}.
 */
export async function messageOfHooks(
  context: LoopContext,
  hooks: readonly Hook[],
  message: AssistantMessage,
): Promise<AssistantMessage> {
  let current = message
  for (const hook of hooks) {
    const answer = current
    current = (await askHook(context.signal, () => hook.afterModel?.(answer, hookContext(context)))) ?? answer
  }
  if (current === message) return message
  const ids = toolCallsOf(current).map(({ callId }) => callId)
  // Results find their calls by the id; two calls of one id would leave one without an answer.
  if (new Set(ids).size < ids.length)
    throw new HookFailure(new ConfigError('config.invalid', 'An afterModel hook gave two calls the same id.'))
  return current
}

function plainRequest(context: LoopContext, boundTokens: number | undefined): ModelRequest {
  const { definition, output, context: rules } = context.plan.agent
  const { temperature, extraBody } = definition
  const { instructions, messages, compaction } = context.state
  // A run may have moved on to a model that cannot.
  const isNative = output?.strategy === 'native' && context.model.info.outputSchema === true
  const maxOutputTokens = boundTokens ?? definition.maxOutputTokens
  return {
    instructions,
    messages: viewOf(messages, compaction, rules.isPinned),
    tools: toolsUnder(context.plan.agent, compaction),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(isNative ? { outputSchema: output.schema.json } : {}),
    ...(extraBody === undefined ? {} : { extraBody }),
  }
}

/** What hooks are told of this run. */
export function hookContext(context: LoopContext): HookContext {
  return {
    runId: context.plan.runId,
    turn: context.state.turn,
    model: context.model.id,
    signal: context.signal,
  }
}
