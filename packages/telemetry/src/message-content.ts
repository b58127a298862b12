import type { AssistantPart, FinishReason, Message, ToolResultPart, UserPart } from '@heddle/core'

/** What the conventions call a reason to finish; those not named here have the same name. */
const FINISH: Partial<Record<FinishReason, string>> = {
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
}

export function finishReason(reason: FinishReason): string {
  return FINISH[reason] ?? reason
}

/** JSON of messages as the conventions' schema for `gen_ai.input.messages` has them. */
export function inputMessages(messages: readonly Message[]): string {
  return JSON.stringify(messages.map((message) => conventionalMessage(message)))
}

/** JSON for `gen_ai.output.messages`. */
export function outputMessages(message: Message, finish: string): string {
  return JSON.stringify([{ ...conventionalMessage(message), finish_reason: finish }])
}

/** JSON for `gen_ai.system_instructions`. */
export function systemInstructions(instructions: string): string {
  return JSON.stringify([{ type: 'text', content: instructions }])
}

interface ConventionalMessage {
  readonly role: Message['role']
  readonly parts: readonly object[]
}

function conventionalMessage(message: Message): ConventionalMessage {
  return { role: message.role, parts: message.content.flatMap((part) => conventionalPart(part) ?? []) }
}

function conventionalPart(part: UserPart | AssistantPart | ToolResultPart): object | null {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, content: part.text }
    case 'file': {
      const about = { modality: modalityOf(part.mediaType), mime_type: part.mediaType }
      // The bytes would outgrow any trace store; that there was a file is what a reader wants to know.
      return part.url === undefined
        ? { type: 'blob', ...about, content: '' }
        : { type: 'uri', ...about, uri: part.url }
    }
    case 'tool-call':
      return { type: 'tool_call', id: part.callId, name: part.name, arguments: part.input }
    case 'tool-result':
      return { type: 'tool_call_response', id: part.callId, response: part.error ?? part.output }
    case 'opaque':
      return null
    default:
      part satisfies never
      return null
  }
}

function modalityOf(mediaType: string): string {
  const [kind = ''] = mediaType.split('/')
  return ['image', 'audio', 'video'].includes(kind) ? kind : 'document'
}
