import { ABORTED, abortable } from './abortable.ts'
import { messageOf } from './errors.ts'
import type { ToolOverride } from './hooks.ts'
import type { ToolResultPart } from './messages.ts'
import { hookContext } from './model-request.ts'
import { failedResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import type { LoopContext } from './run-plan.ts'
import { toJsonValue } from './tool.ts'

/** What the hooks want instead of the call; its own input when they want nothing. @throws What a hook throws. */
export async function beforeTool(
  context: LoopContext,
  { call, tool, input }: ReadyCall,
): Promise<ToolOverride> {
  let current = input
  for (const hook of context.plan.agent.definition.hooks ?? []) {
    const proposed = { callId: call.callId, tool: tool.name, input: current }
    const said = await hook.beforeTool?.(proposed, hookContext(context))
    if (said && 'output' in said) return said
    if (said) current = said.input
  }
  return { input: current }
}

/** What the hooks make of a result. Never throws; a hook that outlasts the run is left behind. */
export async function afterTool(context: LoopContext, result: ToolResultPart): Promise<ToolResultPart> {
  let current = result
  try {
    for (const hook of context.plan.agent.definition.hooks ?? []) {
      if (!hook.afterTool) continue
      const said = await abortable(
        Promise.resolve(hook.afterTool(current, hookContext(context))),
        context.signal,
      )
      if (said) current = resultFor(result, said)
    }
    return current
  } catch (thrown) {
    return thrown === ABORTED ? current : failedResult(result, 'error', 'tool.failed', messageOf(thrown))
  }
}

/** A result without its call would leave the call open for ever. @throws TypeError for what is not JSON. */
function resultFor({ callId, name }: ToolResultPart, said: ToolResultPart): ToolResultPart {
  return { ...said, type: 'tool-result', callId, name, output: toJsonValue(said.output) }
}
