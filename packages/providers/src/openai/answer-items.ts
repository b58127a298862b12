import { isJsonObject } from '@heddle/core'
import type { AssistantMessage, AssistantPart, JsonObject, JsonValue, ToolCallPart } from '@heddle/core'
import type {
  EasyInputMessage,
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseOutputMessage,
  ResponseOutputText,
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

/** What the vendor sent with a part. */
interface KeptItem extends JsonObject {
  readonly id: string
}

/** @returns `null` for what does not say which item it was. */
function keptItem(part: AssistantPart): KeptItem | null {
  const opaque = 'opaque' in part ? part.opaque : undefined
  return isJsonObject(opaque) && typeof opaque['id'] === 'string' ? { ...opaque, id: opaque['id'] } : null
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
  kept: KeptItem | null,
): ResponseInputItem | null {
  switch (part.type) {
    case 'text':
      return textItem(part.text.toWellFormed(), kept)
    case 'tool-call':
      return callItem(part, kept)
    case 'opaque':
      return kept === null || UNANSWERED.has(kept['type']) ? null : asItem(kept)
    default:
      return part satisfies never
  }
}

function callItem(part: ToolCallPart, kept: KeptItem | null): ResponseFunctionToolCall {
  return {
    ...kept,
    type: 'function_call',
    call_id: wireCallId(part.callId),
    name: part.name,
    arguments: JSON.stringify(callInput(part)),
  }
}

function textItem(text: string, kept: KeptItem | null): EasyInputMessage | ResponseOutputMessage | null {
  if (kept === null) return text === '' ? null : { role: 'assistant', content: text }
  const { id, annotations, refused, ...message } = kept
  const content: ResponseOutputMessage['content'][number] =
    refused === true
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: listOf(annotations) }
  return {
    id,
    status: 'completed',
    ...message,
    type: 'message',
    role: 'assistant',
    content: [content],
  }
}

function listOf(annotations: JsonValue | undefined): ResponseOutputText['annotations'] {
  return Array.isArray(annotations) ? (annotations as ResponseOutputText['annotations']) : []
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
