import { isJsonObject, textOf, toolResultText } from '@heddle/core'
import type { JsonObject, Message, ToolResultPart } from '@heddle/core'

/** A call and what came of it. */
export interface Exchange {
  readonly name: string
  /** `{}` when the arguments were not an object. */
  readonly input: JsonObject
  /** The tool's text, or why it failed. */
  readonly text: string
  readonly failed: boolean
}

/** The part of a transcript that matters for the next answer. */
export interface OpenQuestion {
  /** Text of the last user message; empty when there is none. */
  readonly prompt: string
  /** Calls made since, one entry per turn, oldest first. */
  readonly rounds: readonly (readonly Exchange[])[]
  /** False once this model has spoken in the conversation. */
  readonly isFirstAnswer: boolean
}

/** Everything the planner knows: it keeps nothing between two requests. */
export function readTranscript(messages: readonly Message[], modelId: string): OpenQuestion {
  const at = messages.findLastIndex((message) => message.role === 'user')
  const asked = messages[at]
  return {
    prompt: asked ? textOf(asked) : '',
    rounds: messages.slice(at + 1).flatMap((message, index, since) => {
      const calls = since[index - 1]
      if (message.role !== 'tool' || calls?.role !== 'assistant') return []
      return [message.content.map((result) => exchangeOf(result, calls.content))]
    }),
    isFirstAnswer: !messages.some(
      // Clients that keep no model name with a message still keep the line it began with.
      (message) =>
        message.role === 'assistant' &&
        (textOf(message).startsWith(modelId) || (message.model === modelId && textOf(message) !== '')),
    ),
  }
}

function exchangeOf(result: ToolResultPart, parts: readonly { readonly type: string }[]): Exchange {
  const call = parts.find(
    (part) => part.type === 'tool-call' && 'callId' in part && part.callId === result.callId,
  )
  const input = call && 'input' in call && isJsonObject(call.input) ? call.input : {}
  const failed = result.status !== 'ok'
  return {
    name: result.name,
    input,
    failed,
    text: failed ? (result.error?.message ?? `The call ended as ${result.status}.`) : toolResultText(result),
  }
}

/** A text argument of a call; empty when it was not given. */
export function argumentOf({ input }: Exchange, name: string): string {
  const value = input[name]
  return typeof value === 'string' ? value : ''
}
