import { toolResultText } from './messages.ts'
import type { Message } from './messages.ts'
import type { ToolSpec } from './model.ts'

/** English and code come to about four characters a token; three errs on the dear side. */
const ASCII_PER_TOKEN = 3
/** Chinese, Japanese and Korean come to about one token a character, emoji to two or three. */
const OTHER_PER_TOKEN = 1
/** Role, separators and ids around each part. */
const TOKENS_PER_PART = 8
/** Vendors scale images to a bounded number of tokens; 1,600 is Anthropic's and close to OpenAI's largest. */
const TOKENS_PER_FILE = 1_600

const known = new WeakMap<object, number>()

/** Estimated tokens of a text; on the dear side, and never 0 for a text that is not empty. */
export function estimateTextTokens(text: string): number {
  let ascii = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 128) ascii++
  return Math.ceil(ascii / ASCII_PER_TOKEN + (text.length - ascii) / OTHER_PER_TOKEN)
}

/** Estimated tokens of a message; counted once, messages never change. */
export function estimateMessageTokens(message: Message): number {
  return remembered(message, () => {
    let tokens = 0
    for (const part of message.content) {
      tokens += TOKENS_PER_PART
      if (part.type === 'text' || part.type === 'reasoning') tokens += estimateTextTokens(part.text)
      else if (part.type === 'file') tokens += TOKENS_PER_FILE
      else if (part.type === 'tool-call') tokens += estimateTextTokens(part.name + JSON.stringify(part.input))
      else if (part.type === 'tool-result') tokens += estimateTextTokens(toolResultText(part))
      if ('opaque' in part) tokens += estimateTextTokens(JSON.stringify(part.opaque))
    }
    return tokens
  })
}

/** Estimated tokens of what a model is told of the tools. */
export function estimateToolTokens(tools: readonly ToolSpec[]): number {
  return remembered(tools, () => (tools.length === 0 ? 0 : estimateTextTokens(JSON.stringify(tools))))
}

function remembered(key: object, count: () => number): number {
  const found = known.get(key)
  if (found !== undefined) return found
  const tokens = count()
  known.set(key, tokens)
  return tokens
}
