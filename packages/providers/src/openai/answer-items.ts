import { isJsonObject } from '@heddle/core'
import type { AssistantMessage, AssistantPart, JsonObject } from '@heddle/core'
import type {
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseOutputMessage,
} from 'openai/resources/responses/responses'
import { callInput } from '../wire/call-input.ts'
import { wireCallId } from '../wire/call-ids.ts'

/**
 * Calls of tools that are not functions, which the caller alone could have switched on and nobody has
 * answered: with them, the vendor would refuse the transcript.
 */
const UNANSWERED: ReadonlySet<unknown> = new Set([
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_approval_request',
])

/**
 * An assistant message as input items.
 *
 * The vendor holds reasoning and what came of it together by their ids: reasoning must be followed by the very
 * item that followed it, and an item with an id must follow its reasoning. So from the first part on that
 * cannot go back as it came, texts and calls go without ids, and everything else stays behind.
 *
 * @param isOwn - Whether the model that is asked wrote it; only then its opaque items are sent.
 */
export function answerItems(message: AssistantMessage, isOwn: boolean): ResponseInputItem[] {
  const items: ResponseInputItem[] = []
  let thoughts: ResponseInputItem[] = []
  let keepsItems = isOwn
  for (const part of message.content) {
    const kept = keepsItems ? keptItem(part) : null
    if (part.type === 'reasoning') {
      if (kept !== null && canGoBack(kept)) thoughts.push(asItem(kept))
      else keepsItems = false
      continue
    }
    const item = itemOf(part, kept)
    if (kept === null || item === null) keepsItems = false
    else items.push(...thoughts)
    thoughts = []
    if (item !== null) addItem(items, item)
  }
  return items
}

/** What the vendor sent with a part, if it says what it is. */
function keptItem(part: AssistantPart): JsonObject | null {
  const opaque = 'opaque' in part ? part.opaque : undefined
  return isJsonObject(opaque) && typeof opaque['id'] === 'string' ? opaque : null
}

/** Encrypted, or, from servers that keep nothing secret, as text. */
function canGoBack(item: JsonObject): boolean {
  const { type, encrypted_content: encrypted, content } = item
  return (
    type === 'reasoning' && (typeof encrypted === 'string' || (Array.isArray(content) && content.length > 0))
  )
}

function itemOf(
  part: Exclude<AssistantPart, { type: 'reasoning' }>,
  kept: JsonObject | null,
): ResponseInputItem | null {
  switch (part.type) {
    case 'text':
      return textItem(part.text.toWellFormed(), kept)
    case 'tool-call':
      return {
        ...(kept as Partial<ResponseFunctionToolCall> | null),
        type: 'function_call',
        call_id: wireCallId(part.callId),
        name: part.name,
        arguments: JSON.stringify(callInput(part)),
      }
    case 'opaque':
      return kept === null || UNANSWERED.has(kept['type']) ? null : asItem(kept)
    default:
      return part satisfies never
  }
}

function textItem(text: string, kept: JsonObject | null): ResponseInputItem | null {
  if (kept === null) return text === '' ? null : { role: 'assistant', content: text }
  const { annotations, refused, ...message } = kept
  const content: ResponseOutputMessage['content'][number] =
    refused === true
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: (annotations ?? []) as unknown as [] }
  return {
    status: 'completed',
    ...message,
    type: 'message',
    role: 'assistant',
    content: [content],
  } as ResponseOutputMessage
}

/** Several texts of one message of the vendor's become one again. */
function addItem(items: ResponseInputItem[], item: ResponseInputItem): void {
  const last = items.at(-1)
  if (isOutputMessage(item) && last && isOutputMessage(last) && last.id === item.id) {
    last.content.push(...item.content)
  } else items.push(item)
}

function isOutputMessage(item: ResponseInputItem): item is ResponseOutputMessage {
  return item.type === 'message' && item.role === 'assistant' && 'id' in item
}

/** What came from the vendor goes back as it came; what it is, only the vendor knows. */
function asItem(kept: JsonObject): ResponseInputItem {
  return kept as unknown as ResponseInputItem
}
