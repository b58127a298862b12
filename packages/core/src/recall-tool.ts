import { ToolError } from './errors.ts'
import type { Message } from './messages.ts'
import { toolResultText } from './messages.ts'
import { tool } from './tool.ts'
import type { Tool } from './tool.ts'

/** Characters of one answer of the tool: a few thousand tokens, so that recalling does not fill the context again. */
const PAGE_LENGTH = 12_000

/** The name under which notes in the view speak of it. */
export const RECALL_TOOL = 'recall'

/**
 * The tool that shows what left a model's view. Agents have it without being given it: it is on offer from
 * the first compaction of a run on. Give it by hand to offer it always.
 */
export function recallTool(): Tool {
  return (made ??= tool({
    name: RECALL_TOOL,
    description:
      'Shows earlier tool outputs and messages of this conversation that are no longer in view. Use the handle from the note that stands in their place.',
    input: {
      type: 'object',
      properties: {
        handle: { type: 'string', description: 'A call id, or "messages:FROM-TO" (0 is the first message).' },
        offset: { type: 'integer', minimum: 0, description: 'First character to show; default 0.' },
      },
      required: ['handle'],
      additionalProperties: false,
    },
    effect: 'pure',
    execute: ({ handle, offset }, { transcript }) =>
      pageOf(find(transcript(), String(handle)), typeof offset === 'number' ? offset : 0),
  }))
}

/** It holds nothing, so one serves all agents. */
let made: Tool | null = null

function find(messages: readonly Message[], handle: string): string {
  const range = /^messages:(\d+)-(\d+)$/.exec(handle)
  const named = range ? messages.slice(Number(range[1]), Number(range[2]) + 1) : []
  if (named.length > 0) return named.map(describe).join('\n\n')
  for (const message of messages) {
    const result = message.role === 'tool' && message.content.find((part) => part.callId === handle)
    if (result) return toolResultText(result)
  }
  throw new ToolError(
    'tool.bad_input',
    `There is nothing under the handle "${handle}"; use one from a note in the conversation.`,
  )
}

function describe(message: Message): string {
  const parts = message.content.map((part) => {
    if (part.type === 'text') return part.text
    if (part.type === 'tool-call')
      return `[calls ${part.name} ${JSON.stringify(part.input)} as ${part.callId}]`
    if (part.type === 'tool-result') return `[result of ${part.callId}] ${toolResultText(part)}`
    return `[${part.type}]`
  })
  return `${message.role}: ${parts.join('\n')}`
}

function pageOf(text: string, offset: number): string {
  if (offset > 0 && offset >= text.length) {
    throw new ToolError('tool.bad_input', `The offset ${offset} is beyond the end: there are ${text.length}.`)
  }
  const start = isInsidePair(text, offset) ? offset - 1 : offset
  const bound = Math.min(text.length, start + PAGE_LENGTH)
  const end = isInsidePair(text, bound) ? bound - 1 : bound
  const page = text.slice(start, end)
  return end < text.length
    ? `${page}\n[characters ${start}-${end} of ${text.length}; continue with offset ${end}]`
    : page
}

/** Half of a surrogate pair is not a character, and providers refuse it. */
function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  const after = text.charCodeAt(at)
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000
}
