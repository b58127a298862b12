import { viewOf } from './context-view.ts'
import type { HookContext } from './hooks.ts'
import type { ModelRequest } from './model.ts'
import type { LoopContext } from './run-plan.ts'

/** What the model is asked next: a function of the log, and of the bound that the budget sets. */
export async function requestFor(
  context: LoopContext,
  boundTokens: number | undefined,
): Promise<ModelRequest> {
  const { definition, toolSpecs } = context.plan.agent
  const { temperature, extraBody } = definition
  const native =
    context.plan.agent.output?.strategy === 'native' ? context.plan.agent.output.schema.json : undefined
  const maxOutputTokens = boundTokens ?? definition.maxOutputTokens
  let request: ModelRequest = {
    instructions: context.state.instructions,
    messages: viewOf(context.state.messages, context.state.compaction, definition.context?.isPinned),
    tools: toolSpecs,
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(native === undefined ? {} : { outputSchema: native }),
    ...(extraBody === undefined ? {} : { extraBody }),
  }
  for (const hook of definition.hooks ?? []) {
    request = (await hook.beforeModel?.(request, hookContext(context))) ?? request
  }
  return request
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
