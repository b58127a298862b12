import { tool } from '@heddle/core'
import type { Tool } from '@heddle/core'

/** A tool that says its `text` back, and what it was asked to say. */
export interface EchoTool {
  readonly tool: Tool
  readonly heard: readonly string[]
}

/** Makes an echo: counting what it heard shows calls that were lost or run twice. */
export function echoTool(): EchoTool {
  const heard: string[] = []
  return {
    heard,
    tool: tool({
      name: 'echo',
      description: 'Says a text back.',
      input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      execute(input) {
        const { text } = input as { text: string }
        heard.push(text)
        return text
      },
    }),
  }
}
