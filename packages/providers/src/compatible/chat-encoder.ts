import { isJsonObject, ModelError, textOf, toolResultText } from '@heddle/core'
import type {
  AssistantMessage,
  FilePart,
  JsonObject,
  JsonValue,
  Message,
  ModelRequest,
  ToolCallPart,
  ToolMessage,
  ToolSpec,
  UserMessage,
} from '@heddle/core'
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { chatOutputFormat } from '../output-schema/chat-output.ts'
import { oncePerSchema } from '../output-schema/once-per-schema.ts'
import { bodyMember } from '../wire/body-member.ts'
import { callInput } from '../wire/call-input.ts'
import { encodedTools } from '../wire/encoded-tools.ts'
import { encodedBody } from '../wire/encoded-bodies.ts'
import type { BodyAround, EncodedBody } from '../wire/encoded-bodies.ts'
import { joinedList } from '../wire/joined-list.ts'
import { bodyAround } from '../wire/json-body.ts'
import { RememberedSettings } from '../wire/remembered-settings.ts'
import type { RequestSettings } from '../wire/remembered-settings.ts'
import { shortCallId, wireCallId } from '../wire/call-ids.ts'
import { isTextFile, textOfFile } from '../wire/text-file.ts'

/** In what a server differs from OpenAI. */
export interface ChatDialect {
  /** Default `max_tokens`, which only OpenAI's newer models refuse. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
  /** Asks for usage with `stream_options`; false for servers that refuse the field. Default true. */
  readonly asksForUsage?: boolean
  /** Sends the reasoning of this same model back under this name; default: it is not sent back. */
  readonly reasoningField?: 'reasoning_content' | 'reasoning'
  /** Call ids of exactly nine letters and digits, as Mistral wants them. Default false. */
  readonly hasShortCallIds?: boolean
  /** Sends `reasoning_effort: "none"` beside tools, to models that refuse tools otherwise. Default false. */
  readonly mustNotReasonWithTools?: boolean
}

/** Who is asked. */
export interface ChatTarget {
  readonly provider: string
  /** The vendor's name of the model. */
  readonly model: string
  /** `provider/model`: opaque items go back only to the model that made them. */
  readonly id: string
  readonly dialect: ChatDialect
}

/** What OpenAI's own client sends; the compiler holds the encoder to its names and types. */
type Params = ChatCompletionCreateParamsStreaming

const member = bodyMember<Params>()

const toolsJson = encodedTools(encodeTool)
const formatJson = oncePerSchema((schema) => JSON.stringify(chatOutputFormat(schema)))

/** @returns A function from a request to its JSON body. Equal requests give equal bytes. */
export function chatEncoder(target: ChatTarget): (request: ModelRequest) => EncodedBody {
  const around = new RememberedSettings((settings) => aroundMessages(target, settings))
  return (request) => encodedBody(target, encodeNext, request.messages, around.of(request))
}

function aroundMessages({ model, dialect }: ChatTarget, settings: RequestSettings): BodyAround {
  const { instructions, tools, maxOutputTokens, temperature, outputSchema, extraBody } = settings
  const { tools: vendorTools, ...extra } = extraBody ?? {}
  const hasTools = tools.length > 0
  const asksForUsage = dialect.asksForUsage !== false
  const system = instructions === '' ? '' : encodeSystem(instructions)
  return bodyAround({
    members: [
      member('model', model),
      member('stream', true),
      member('stream_options', asksForUsage ? { include_usage: true } : undefined),
      member(dialect.maxTokensField ?? 'max_tokens', maxOutputTokens),
      member('temperature', temperature),
      member('reasoning_effort', hasTools && dialect.mustNotReasonWithTools === true ? 'none' : undefined),
      ['tools' satisfies keyof Params, joinedList(hasTools ? toolsJson(tools) : '', vendorTools)],
      ['response_format' satisfies keyof Params, outputSchema === undefined ? '' : formatJson(outputSchema)],
    ],
    empty: { opening: `[${system}`, closing: ']' },
    full: { opening: system === '' ? '[' : `[${system},`, closing: ']' },
    extra,
  })
}

function encodeNext(target: ChatTarget, message: Message, before: Message | null): string {
  const json = encodeMessage(target, message)
  return json === '' || before === null ? json : `,${json}`
}

function encodeSystem(text: string): string {
  return messageJson({ role: 'system', content: text.toWellFormed() })
}

function messageJson(message: ChatCompletionMessageParam): string {
  return JSON.stringify(message)
}

function encodeTool({ name, description, inputSchema }: ToolSpec): ChatCompletionFunctionTool {
  return { type: 'function', function: { name, description, parameters: inputSchema } }
}

function encodeMessage(target: ChatTarget, message: Message): string {
  switch (message.role) {
    case 'user':
      return messageJson({ role: 'user', content: userContent(target, message) })
    case 'assistant':
      return encodeAssistant(target, message)
    case 'tool':
      return encodeResults(target, message)
    default:
      return message satisfies never
  }
}

/** One plain text stays a string: some local servers know no other form. */
function userContent(target: ChatTarget, message: UserMessage): string | ChatCompletionContentPart[] {
  const parts = message.content.filter((part) => part.type !== 'text' || part.text !== '')
  if (parts.every((part) => part.type === 'text') && parts.length <= 1) return textOf(message).toWellFormed()
  return parts.map((part) =>
    part.type === 'text' ? { type: 'text', text: part.text.toWellFormed() } : encodeFile(target, part),
  )
}

function encodeFile(target: ChatTarget, file: FilePart): ChatCompletionContentPart {
  const { mediaType } = file
  if (mediaType.startsWith('image/')) {
    return { type: 'image_url', image_url: { url: file.url ?? dataUrl(file) } }
  }
  if (mediaType === 'application/pdf' && file.data !== undefined) {
    return {
      type: 'file',
      file: { filename: file.name?.toWellFormed() ?? 'document.pdf', file_data: dataUrl(file) },
    }
  }
  // The API takes no other files, but what is in these can be said.
  if (isTextFile(file))
    return { type: 'text', text: `File ${file.name ?? mediaType}:\n${textOfFile(file)}`.toWellFormed() }
  const remedy =
    mediaType === 'application/pdf' ? 'send its bytes inline' : 'send its text, or an image or a PDF of it'
  throw new ModelError(
    'model.invalid_request',
    `${target.id} takes no file of type ${mediaType}${file.data === undefined ? ' by URL' : ''}; ${remedy}`,
  )
}

function dataUrl(file: FilePart): string {
  return `data:${file.mediaType};base64,${file.data ?? ''}`
}

function encodeAssistant(target: ChatTarget, message: AssistantMessage): string {
  const text = textOf(message).toWellFormed()
  const isOwn = message.model === target.id
  const calls = message.content
    .filter((part) => part.type === 'tool-call')
    .map((part) => encodeCall(target, part, isOwn))
  // Vendors refuse a message with nothing in it.
  if (text === '' && calls.length === 0) return ''
  return messageJson({
    role: 'assistant',
    content: text === '' ? null : text,
    ...(isOwn ? ownReasoning(target, message) : {}),
    ...(calls.length === 0 ? {} : ({ tool_calls: calls } satisfies Partial<ChatCompletionMessageParam>)),
  })
}

/** What the model wants back of its thinking: OpenRouter's details as they came, and the text where the dialect says so. */
function ownReasoning(target: ChatTarget, message: AssistantMessage): JsonObject {
  const field = target.dialect.reasoningField
  const details: JsonValue[] = []
  let text = ''
  for (const part of message.content) {
    if (part.type !== 'reasoning') continue
    text += part.text
    const kept = isJsonObject(part.opaque) ? part.opaque['reasoning_details'] : undefined
    if (Array.isArray(kept)) details.push(...(kept as readonly JsonValue[]))
  }
  return {
    ...(field === undefined || text === '' ? {} : { [field]: text.toWellFormed() }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  }
}

function encodeCall(
  target: ChatTarget,
  call: ToolCallPart,
  isOwn: boolean,
): ChatCompletionMessageFunctionToolCall {
  return {
    id: callIdOf(target, call.callId),
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(callInput(call)) },
    ...(isOwn ? ownExtra(call) : {}),
  }
}

/** Google's thought signatures. What a call kept of another wire to the same model stays behind. */
function ownExtra({ opaque }: ToolCallPart): JsonObject {
  const extra = isJsonObject(opaque) ? opaque['extra_content'] : undefined
  return extra === undefined ? {} : { extra_content: extra }
}

function callIdOf(target: ChatTarget, callId: string): string {
  return target.dialect.hasShortCallIds === true ? shortCallId(callId) : wireCallId(callId)
}

function encodeResults(target: ChatTarget, message: ToolMessage): string {
  return message.content
    .map((result) =>
      messageJson({
        role: 'tool',
        tool_call_id: callIdOf(target, result.callId),
        content: toolResultText(result).toWellFormed(),
      }),
    )
    .join(',')
}
