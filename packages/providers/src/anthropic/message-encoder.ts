import type {
  Base64ImageSource,
  CacheControlEphemeral,
  ContentBlockParam,
  DocumentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
  Tool,
} from '@anthropic-ai/sdk/resources/messages'
import { isJsonObject, ModelError, toolResultText } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  JsonObject,
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
import { bodyMember } from '../wire/body-member.ts'
import { callInput } from '../wire/call-input.ts'
import { wireCallId } from '../wire/call-ids.ts'
import { encodedTools } from '../wire/encoded-tools.ts'
import { encodedBody } from '../wire/encoded-bodies.ts'
import type { BodyAround, EncodedBody } from '../wire/encoded-bodies.ts'
import { joinedList } from '../wire/joined-list.ts'
import { bodyAround } from '../wire/json-body.ts'
import { isTextFile, textOfFile } from '../wire/text-file.ts'

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
 * What the vendor's own client sends; the compiler holds the encoder to its names and types. The client has dropped
 * the temperature, which newer models refuse; to the older ones it goes when a request names it.
 */
interface Params extends MessageCreateParamsStreaming {
  readonly temperature?: number
}

const member = bodyMember<Params>()

/**
 * @returns A function from a request to its JSON body. Equal requests give equal bytes, and a turn's
 *   body begins with that of the turn before it, up to the end of the transcript.
 */
export function messageEncoder(target: MessageTarget): (request: ModelRequest) => EncodedBody {
  return (request) => encodedBody(target, encodeNext, request.messages, aroundMessages(target, request))
}

const toolsJson = encodedTools(encodeTool)
const outputOf = oncePerSchema(messageOutput)

function aroundMessages(target: MessageTarget, request: ModelRequest): BodyAround {
  const { instructions, tools, maxOutputTokens, temperature, outputSchema, extraBody } = request
  const output = outputSchema === undefined ? NO_OUTPUT : outputOf(outputSchema)
  const system = [instructions, output.words]
    .filter((text) => text !== '')
    .join('\n\n')
    .toWellFormed()
  const { tools: vendorTools, ...extra } = extraBody ?? {}
  const mark = target.isCached ? markOf(extraBody) : null
  const ourTools = tools.length === 0 ? '' : withMark(toolsJson(tools), mark)
  return bodyAround({
    members: [
      member('model', target.model),
      member('stream', true),
      member('max_tokens', maxOutputTokens ?? target.maxOutputTokens()),
      member('temperature', temperature),
      // Set for the whole request, the vendor moves the mark to the last block: here it does not wander with the transcript.
      member('cache_control', target.isCached ? EPHEMERAL : undefined),
      ['tools' satisfies keyof Params, joinedList(ourTools, vendorTools)],
      member('system', system === '' ? undefined : systemOf(system, mark)),
    ],
    empty: { opening: '[', closing: ']' },
    full: { opening: '[', closing: ']}]' },
    extra: withOutputFormat(extra, output.format),
  })
}

/** For five minutes from its last use. @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
const EPHEMERAL: CacheControlEphemeral = { type: 'ephemeral' }

/**
 * The mark that tools and system text end with, so that other conversations find them in the cache: each with a first
 * message of its own, they share no later block. It is the one that the whole request has, since the API refuses a long
 * time to live behind a short one. With the whole request's they are three; four are allowed.
 *
 * @returns `null` for none.
 */
function markOf(extraBody: JsonObject | undefined): CacheControlEphemeral | null {
  const own = extraBody?.['cache_control']
  return own === undefined ? EPHEMERAL : (own as unknown as CacheControlEphemeral | null)
}

/** @param toolsJson - At least one tool. */
function withMark(toolsJson: string, mark: CacheControlEphemeral | null): string {
  return mark === null ? toolsJson : `${toolsJson.slice(0, -2)},"cache_control":${JSON.stringify(mark)}}]`
}

function systemOf(text: string, mark: CacheControlEphemeral | null): NonNullable<Params['system']> {
  return mark === null ? text : [{ type: 'text', text, cache_control: mark }]
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

function roleOf(message: Message): MessageParam['role'] {
  return message.role === 'assistant' ? 'assistant' : 'user'
}

function encodeTool({ name, description, inputSchema }: ToolSpec): Tool {
  return { name, description, input_schema: inputSchema as Tool.InputSchema }
}

/** @returns The message's blocks as JSON, joined by commas. */
function encodeBlocks(target: MessageTarget, message: Message): string {
  const blocks = blocksOf(target, message)
  return blocks.map((block) => JSON.stringify(block)).join(',')
}

function blocksOf(target: MessageTarget, message: Message): ContentBlockParam[] {
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

function userBlocks(target: MessageTarget, message: UserMessage): ContentBlockParam[] {
  return message.content.flatMap((part) =>
    part.type === 'file' ? [fileBlock(target, part)] : textBlocks(part.text),
  )
}

/** The API refuses blocks with nothing but blanks. */
function textBlocks(text: string): TextBlockParam[] {
  return text.trim() === '' ? [] : [{ type: 'text', text: text.toWellFormed() }]
}

function assistantBlocks(target: MessageTarget, message: AssistantMessage): ContentBlockParam[] {
  const isOwn = message.model === target.id
  return message.content.flatMap((part) => assistantBlock(part, isOwn))
}

function assistantBlock(part: AssistantPart, isOwn: boolean): ContentBlockParam[] {
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
      return isBlock(opaque) ? [opaque] : []
    default:
      return part satisfies never
  }
}

function withOpaque(block: ContentBlockParam, opaque: JsonValue | undefined): ContentBlockParam {
  return isJsonObject(opaque) ? { ...block, ...opaque } : block
}

/** What came as a block goes back as one; the vendor knows its form. */
function isBlock(opaque: unknown): opaque is ContentBlockParam {
  return isJsonObject(opaque) && typeof opaque['type'] === 'string'
}

const FAILED: Pick<ToolResultBlockParam, 'is_error'> = { is_error: true }

function resultBlocks(message: ToolMessage): ContentBlockParam[] {
  return message.content.map((result) => ({
    type: 'tool_result',
    tool_use_id: wireCallId(result.callId),
    content: toolResultText(result).toWellFormed(),
    ...(result.status === 'ok' ? {} : FAILED),
  }))
}

function fileBlock(target: MessageTarget, file: FilePart): ContentBlockParam {
  const { mediaType, data, url, name } = file
  const title: Pick<DocumentBlockParam, 'title'> = name === undefined ? {} : { title: name.toWellFormed() }
  const at = url === undefined ? null : ({ type: 'url', url } as const)
  if (isImage(mediaType)) {
    return { type: 'image', source: at ?? { type: 'base64', media_type: mediaType, data: data ?? '' } }
  }
  if (mediaType === 'application/pdf') {
    const source = at ?? ({ type: 'base64', media_type: mediaType, data: data ?? '' } as const)
    return { type: 'document', source, ...title }
  }
  if (isTextFile(file)) {
    // The only text that the API has a name for.
    const source = { type: 'text', media_type: 'text/plain', data: textOfFile(file) } as const
    return { type: 'document', source, ...title }
  }
  const by = data === undefined ? ' by URL' : ''
  throw new ModelError(
    'model.invalid_request',
    `${target.id} takes no file of type ${mediaType}${by}; send its text, or a PNG, JPEG, GIF, WebP or PDF of it`,
  )
}

/** @see https://platform.claude.com/docs/en/build-with-claude/vision */
const IMAGES: ReadonlySet<string> = new Set<Base64ImageSource['media_type']>([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
])

function isImage(mediaType: string): mediaType is Base64ImageSource['media_type'] {
  return IMAGES.has(mediaType)
}
