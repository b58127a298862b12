import type { Message, ToolMessage } from './messages.ts'
import { toolCallsOf } from './messages.ts'
import type { RunState } from './run-state.ts'

/**
 * How many of the last turns in a row the model in use failed at: it called a tool that does not exist,
 * or sent arguments that do not fit. User messages in between change nothing.
 */
export function weakTurns(state: RunState): number {
  let weak = 0
  let results: ToolMessage | null = null
  for (let at = state.messages.length - 1; at >= 0; at--) {
    const message = state.messages[at]
    if (message?.role === 'user') continue
    if (message?.role === 'tool') results = message
    else if (results && isBy(message, state.model) && isWeak(results)) {
      weak++
      results = null
    } else break
  }
  return weak
}

function isBy(message: Message | undefined, model: string): boolean {
  return message?.role === 'assistant' && message.model === model && toolCallsOf(message).length > 0
}

function isWeak(results: ToolMessage): boolean {
  return results.content.some(
    ({ error }) => error?.code === 'tool.bad_input' || error?.code === 'tool.unknown',
  )
}
