import type { Message, ToolSpec } from '@heddle/core'

/** JSON of what never changes, made once per value and forgotten with it. */
export interface EncodedMessages {
  /** @returns The JSON of one message's pieces, joined by commas; empty when nothing of it is sent. */
  message(message: Message): string
  /** @returns The JSON array of the tools. */
  tools(tools: readonly ToolSpec[]): string
}

/** Keeps what `encodeMessage` and `encodeTool` give. Messages are immutable, so a turn encodes only what is new. */
export function encodedMessages(
  encodeMessage: (message: Message) => string,
  encodeTool: (tool: ToolSpec) => unknown,
): EncodedMessages {
  const messages = new WeakMap<Message, string>()
  const toolLists = new WeakMap<readonly ToolSpec[], string>()
  return {
    message(message) {
      let json = messages.get(message)
      if (json === undefined) messages.set(message, (json = encodeMessage(message)))
      return json
    },
    tools(tools) {
      let json = toolLists.get(tools)
      if (json === undefined) toolLists.set(tools, (json = JSON.stringify(tools.map(encodeTool))))
      return json
    },
  }
}
