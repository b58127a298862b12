import { isJsonObject } from '@heddle/core'
import type {
  AssistantPart,
  ErrorJson,
  FilePart,
  JsonObject,
  JsonValue,
  Message,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  ToolStatus,
  UserPart,
} from '@heddle/core'
import { BadRequest } from './bad-request.ts'
import { isJsonArray } from './is-json-array.ts'

/** What providers accept as the name of a tool; another one would make them refuse the whole conversation. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/

/**
 * What a page remembers of a conversation, as a transcript.
 *
 * The page is not trusted: instructions come from the agent alone, so `system` messages are left out;
 * reasoning and provider items are left out too, because only a server can vouch for them; tool calls are
 * history and never run. A call without a final result (stopped, or waiting for an answer) is left out, so
 * that a conversation which broke off can go on. Parts of unknown types are left out.
 *
 * @param messages - `UIMessage` objects of the AI SDK, versions 4 to 7, oldest first.
 * @throws BadRequest when a message is not one, or a file cannot be sent to a model.
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/convert-to-model-messages
 */
export function messagesFromUi(messages: readonly JsonValue[]): Message[] {
  return messages.flatMap((message, index) => {
    if (!isJsonObject(message)) throw new BadRequest(`Message ${index + 1} is not an object.`)
    const parts = partsOf(message, index)
    switch (message.role) {
      case 'system':
        return []
      case 'user':
        return userMessageOf(parts)
      case 'assistant':
        return assistantBlocks(parts)
      default:
        throw new BadRequest(`Message ${index + 1} must have the role "user", "assistant" or "system".`)
    }
  })
}

function partsOf(message: JsonObject, index: number): JsonObject[] {
  // Version 4 of the SDK had one text instead of parts.
  if (!isJsonArray(message.parts) && typeof message.content === 'string') {
    return [{ type: 'text', text: message.content }]
  }
  if (!isJsonArray(message.parts)) throw new BadRequest(`Message ${index + 1} has no "parts".`)
  return message.parts.filter(isJsonObject)
}

function userMessageOf(parts: readonly JsonObject[]): Message[] {
  const content = parts.flatMap((part): UserPart[] =>
    part.type === 'file' ? [filePart(part)] : textParts(part),
  )
  return content.length > 0 ? [{ role: 'user', content }] : []
}

/** A provider may refuse an empty text, so there is none. */
function textParts(part: JsonObject): TextPart[] {
  return part.type === 'text' && typeof part.text === 'string' && part.text !== ''
    ? [{ type: 'text', text: part.text }]
    : []
}

/** One assistant message holds all turns of a run; `step-start` tells where the next begins. */
function assistantBlocks(parts: readonly JsonObject[]): Message[] {
  const messages: Message[] = []
  let block: JsonObject[] = []
  for (const part of parts) {
    if (part.type === 'step-start' || part.type === 'steering-message') {
      messages.push(...blockMessages(block))
      block = []
      if (part.type === 'steering-message' && isJsonArray(part.parts)) {
        messages.push(...userMessageOf(part.parts.filter(isJsonObject)))
      }
    } else if (part.type === 'data-heddle-reset') {
      block = []
    } else {
      block.push(part)
    }
  }
  return [...messages, ...blockMessages(block)]
}

function blockMessages(parts: readonly JsonObject[]): Message[] {
  const content: AssistantPart[] = []
  const results: ToolResultPart[] = []
  for (const part of parts) {
    content.push(...textParts(part))
    const called = calledTool(part)
    if (!called) continue
    content.push(called.call)
    results.push(called.result)
  }
  if (content.length === 0) return []
  const isIncomplete = parts.some((part) => part.type === 'text' && part.state === 'streaming')
  const message: Message = { role: 'assistant', content, ...(isIncomplete ? { incomplete: true } : {}) }
  return results.length > 0 ? [message, { role: 'tool', content: results }] : [message]
}

/** The call and its final result; nothing for a part that is no tool's, or not finished. */
function calledTool(part: JsonObject): { call: ToolCallPart; result: ToolResultPart } | null {
  const { toolCallId: callId } = part
  const name = toolNameOf(part)
  const outcome = outcomeOf(part)
  if (name === null || outcome === null || typeof callId !== 'string') return null
  const input = part.input ?? part.rawInput ?? {}
  return {
    call: { type: 'tool-call', callId, name, input },
    result: { type: 'tool-result', callId, name, ...outcome },
  }
}

function toolNameOf(part: JsonObject): string | null {
  const { type } = part
  if (typeof type !== 'string') return null
  const name =
    type === 'dynamic-tool' ? part.toolName : type.startsWith('tool-') ? type.slice('tool-'.length) : null
  return typeof name === 'string' && TOOL_NAME.test(name) ? name : null
}

interface Outcome {
  readonly status: ToolStatus
  readonly output: JsonValue
  readonly error?: ErrorJson
}

function outcomeOf(part: JsonObject): Outcome | null {
  switch (part.state ?? guessedState(part)) {
    case 'output-available':
      return part.preliminary === true ? null : { status: 'ok', output: part.output ?? null }
    case 'output-error':
      return failure('error', textOr(part.errorText, 'The tool failed.'))
    case 'output-denied':
      return denial(part)
    case 'approval-responded':
      // A yes from the page runs nothing: only the server knows what it asked.
      return isJsonObject(part.approval) && part.approval.approved === false ? denial(part) : null
    default:
      return null
  }
}

/** Some stores keep a part without its state. */
function guessedState(part: JsonObject): string | null {
  if (part.output !== undefined) return 'output-available'
  return typeof part.errorText === 'string' ? 'output-error' : null
}

function denial(part: JsonObject): Outcome {
  const reason = isJsonObject(part.approval) ? part.approval.reason : undefined
  return failure('denied', textOr(reason, 'The person did not allow this call.'))
}

function failure(status: ToolStatus, message: string): Outcome {
  return { status, output: null, error: { code: 'tool.failed', message, retryable: false } }
}

function textOr(value: JsonValue | undefined, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback
}

const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i

function filePart(part: JsonObject): FilePart {
  const { url, mediaType, filename } = part
  const name = typeof filename === 'string' ? { name: filename } : {}
  if (typeof url === 'string' && typeof mediaType === 'string' && /^https:\/\//i.test(url)) {
    return { type: 'file', mediaType, url, ...name }
  }
  const data = typeof url === 'string' ? DATA_URL.exec(url) : null
  const type = textOr(mediaType, data?.[1] ?? '')
  if (typeof url !== 'string' || !data || type === '') {
    throw new BadRequest('A file needs a "mediaType" and a "url" that begins with "data:" or "https:".')
  }
  const content = url.slice(data[0].length)
  const isBase64 = /;base64$/i.test(data[2] ?? '')
  return { type: 'file', mediaType: type, data: isBase64 ? content : percentToBase64(content), ...name }
}

function percentToBase64(content: string): string {
  try {
    return Buffer.from(decodeURIComponent(content), 'utf8').toString('base64')
  } catch {
    throw new BadRequest('A file has a "data:" URL that cannot be read; send it in base64.')
  }
}
