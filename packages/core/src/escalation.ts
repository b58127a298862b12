import type { Message, ToolMessage } from './messages.ts'
import { toolCallsOf } from './messages.ts'
import type { RunState } from './run-state.ts'

/**
 * How many of the last turns in a row the model in use failed at: it called a tool that does not exist,
 * or sent arguments that do not fit.
 */
export function weakTurns(state: RunState): number {
  let weak = 0
  for (let at = state.messages.length - 1; at > 0; at -= 2) {
    const results = state.messages[at]
    const answer = state.messages[at - 1]
    if (results?.role !== 'tool' || !isBy(answer, state.model) || !isWeak(results)) break
    weak++
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
