import { isJsonObject, ModelError, toolResultText } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  JsonValue,
  Message,
  ModelRequest,
  ToolMessage,
  ToolSpec,
  UserMessage,
} from '@heddle/core'
import { messageOutput, withOutputFormat } from '../output-schema/message-output.ts'
import type { MessageOutput } from '../output-schema/message-output.ts'
import { oncePerSchema } from '../output-schema/once-per-schema.ts'
import { callInput } from '../wire/call-input.ts'
import { wireCallId } from '../wire/call-ids.ts'
import { encodedTools } from '../wire/encoded-tools.ts'
import type { EncodedBody } from '../wire/encoded-bodies.ts'
import { jsonBodies } from '../wire/json-body.ts'

/** Who is asked. */
export interface MessageTarget {
  /** The vendor's name of the model. */
  readonly model: string
  /** `provider/model`: opaque items go back only to the model that made them. */
  readonly id: string
  /** Used when the request names no limit: the API demands one. */
  readonly maxOutputTokens: () => number
  /** Asks the vendor to cache the prompt up to its last block. */
  readonly isCached: boolean
}

/**
 * @returns A function from a request to its JSON body. Equal requests give equal bytes, and a turn's
 *   body begins with that of the turn before it, up to the end of the transcript.
 */
export function messageEncoder(target: MessageTarget): (request: ModelRequest) => EncodedBody {
  const toolsJson = encodedTools(encodeTool)
  const outputOf = oncePerSchema(messageOutput)
  const encode = jsonBodies((message, before) => encodeNext(target, message, before))
  const model = JSON.stringify(target.model)
  // Set for the whole request instead of on a block, the mark does not wander with the transcript.
  const cacheControl = target.isCached ? '{"type":"ephemeral"}' : ''

  return ({ instructions, messages, tools, maxOutputTokens, temperature, outputSchema, extraBody }) => {
    const output = outputSchema === undefined ? NO_OUTPUT : outputOf(outputSchema)
    const system = [instructions, output.words].filter((text) => text !== '').join('\n\n')
    return encode({
      members: [
        ['model', model],
        ['stream', 'true'],
        ['max_tokens', JSON.stringify(maxOutputTokens ?? target.maxOutputTokens())],
        ['temperature', temperature === undefined ? '' : JSON.stringify(temperature)],
        ['cache_control', cacheControl],
        ['tools', tools.length === 0 ? '' : toolsJson(tools)],
        ['system', system === '' ? '' : JSON.stringify(system.toWellFormed())],
      ],
      messages,
      frame: (isEmpty) => ({ opening: '[', closing: isEmpty ? ']' : ']}]' }),
      extra: withOutputFormat(extraBody, output.format),
    })
  }
}

const NO_OUTPUT: MessageOutput = { format: null, words: '' }

/**
 * Tool results speak as the user, and neighbours of one role become one message: the API wants roles to
 * alternate. So the latest message is always open; the end of the transcript closes it.
 */
function encodeNext(target: MessageTarget, message: Message, before: Message | null): string {
  const blocks = encodeBlocks(target, message)
  if (blocks === '') return ''
  const role = roleOf(message)
  if (before !== null && role === roleOf(before)) return `,${blocks}`
  return `${before === null ? '' : ']},'}{"role":"${role}","content":[${blocks}`
}

function roleOf(message: Message): 'user' | 'assistant' {
  return message.role === 'assistant' ? 'assistant' : 'user'
}

function encodeTool({ name, description, inputSchema }: ToolSpec): JsonValue {
  return { name, description, input_schema: inputSchema }
}

/** @returns The message's blocks as JSON, joined by commas. */
function encodeBlocks(target: MessageTarget, message: Message): string {
  const blocks = blocksOf(target, message)
  return blocks.map((block) => JSON.stringify(block)).join(',')
}

function blocksOf(target: MessageTarget, message: Message): JsonValue[] {
  switch (message.role) {
    case 'user':
      return userBlocks(target, message)
    case 'assistant':
      return assistantBlocks(target, message)
    case 'tool':
      return resultBlocks(message)
    default:
      return message satisfies never
  }
}

function userBlocks(target: MessageTarget, message: UserMessage): JsonValue[] {
  return message.content.flatMap((part) =>
    part.type === 'file' ? [fileBlock(target, part)] : textBlocks(part.text),
  )
}

/** The API refuses blocks with nothing but blanks. */
function textBlocks(text: string): JsonValue[] {
  return text.trim() === '' ? [] : [{ type: 'text', text: text.toWellFormed() }]
}

function assistantBlocks(target: MessageTarget, message: AssistantMessage): JsonValue[] {
  const isOwn = message.model === target.id
  return message.content.flatMap((part) => assistantBlock(part, isOwn))
}

function assistantBlock(part: AssistantPart, isOwn: boolean): JsonValue[] {
  const opaque = isOwn && 'opaque' in part ? part.opaque : undefined
  switch (part.type) {
    case 'text':
      return textBlocks(part.text).map((block) => withOpaque(block, opaque))
    case 'reasoning':
      // Thinking without its signature is refused, and so is another model's.
      return isJsonObject(opaque) && typeof opaque['signature'] === 'string'
        ? [{ type: 'thinking', thinking: part.text, signature: opaque['signature'] }]
        : []
    case 'tool-call':
      return [
        withOpaque(
          { type: 'tool_use', id: wireCallId(part.callId), name: part.name, input: callInput(part) },
          opaque,
        ),
      ]
    case 'opaque':
      return opaque === undefined ? [] : [opaque]
    default:
      return part satisfies never
  }
}

function withOpaque(block: JsonValue, opaque: JsonValue | undefined): JsonValue {
  return isJsonObject(block) && isJsonObject(opaque) ? { ...block, ...opaque } : block
}

function resultBlocks(message: ToolMessage): JsonValue[] {
  return message.content.map((result) => ({
    type: 'tool_result',
    tool_use_id: wireCallId(result.callId),
    content: toolResultText(result).toWellFormed(),
    ...(result.status === 'ok' ? {} : { is_error: true }),
  }))
}

function fileBlock(target: MessageTarget, file: FilePart): JsonValue {
  const { mediaType, data, url, name } = file
  const title = name === undefined ? {} : { title: name }
  const source =
    url === undefined ? { type: 'base64', media_type: mediaType, data: data ?? '' } : { type: 'url', url }
  if (mediaType.startsWith('image/')) return { type: 'image', source }
  if (mediaType === 'application/pdf') return { type: 'document', source, ...title }
  if (mediaType === 'text/plain' && data !== undefined) {
    return {
      type: 'document',
      source: { type: 'text', media_type: mediaType, data: textOfBase64(data) },
      ...title,
    }
  }
  throw new ModelError(
    'model.invalid_request',
    `${target.id} takes no file of type ${mediaType}${data === undefined ? ' by URL' : ''}; send its text, or an image or a PDF of it`,
  )
}

function textOfBase64(data: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)))
}
