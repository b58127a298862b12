import { isJsonObject } from '@heddle/core'
import type { JsonValue, Message, ModelRequest, ToolSpec } from '@heddle/core'
import type {
  FunctionTool,
  ResponseCreateParamsStreaming,
  ResponseFormatTextConfig,
} from 'openai/resources/responses/responses'
import { responseOutputFormat } from '../output-schema/chat-output.ts'
import { oncePerSchema } from '../output-schema/once-per-schema.ts'
import { bodyMember } from '../wire/body-member.ts'
import { encodedTools } from '../wire/encoded-tools.ts'
import { encodedBody } from '../wire/encoded-bodies.ts'
import type { BodyAround, BodyFrame, EncodedBody } from '../wire/encoded-bodies.ts'
import { joinedList } from '../wire/joined-list.ts'
import { bodyAround } from '../wire/json-body.ts'
import { messageItems } from './message-items.ts'

/** Who is asked. */
export interface ResponseTarget {
  /** The vendor's name of the model. */
  readonly model: string
  /** `provider/model`: opaque items go back only to the model that made them. */
  readonly id: string
  /** Asks for the reasoning in its encrypted form. */
  readonly keepsReasoning: boolean
}

type Params = ResponseCreateParamsStreaming

const member = bodyMember<Params>()

const ENCRYPTED_REASONING = 'reasoning.encrypted_content'

/**
 * @returns A function from a request to its JSON body. Equal requests give equal bytes, and a turn's
 *   body begins with that of the turn before it, up to the end of the transcript.
 */
export function responseEncoder(target: ResponseTarget): (request: ModelRequest) => EncodedBody {
  return (request) => encodedBody(target, encodeNext, request.messages, aroundInput(target, request))
}

const toolsJson = encodedTools(encodeTool)
const formatOf = oncePerSchema(responseOutputFormat)

const LIST: BodyFrame = { opening: '[', closing: ']' }

function aroundInput({ model, keepsReasoning }: ResponseTarget, request: ModelRequest): BodyAround {
  const { instructions, tools, maxOutputTokens, temperature, outputSchema, extraBody } = request
  const format = outputSchema === undefined ? undefined : formatOf(outputSchema)
  const { tools: extraTools, include: extraInclude, text, ...extra } = extraBody ?? {}
  const include = keepsReasoning ? JSON.stringify([ENCRYPTED_REASONING]) : ''
  return bodyAround({
    members: [
      member('model', model),
      member('stream', true),
      member('store', false),
      ['include', joinedList(include, extraInclude)],
      ['tools', joinedList(tools.length === 0 ? '' : toolsJson(tools), extraTools)],
      member('max_output_tokens', maxOutputTokens),
      member('temperature', temperature),
      ['text', textJson(format, text)],
      member('instructions', instructions === '' ? undefined : instructions.toWellFormed()),
    ],
    transcript: 'input' satisfies keyof Params,
    empty: LIST,
    full: LIST,
    extra,
  })
}

function encodeNext({ id }: ResponseTarget, message: Message, before: Message | null): string {
  const json = messageItems(id, message)
    .map((item) => JSON.stringify(item))
    .join(',')
  return json === '' || before === null ? json : `,${json}`
}

/** Without `strict: false` the vendor makes schemas strict, and turns away those that cannot be. */
function encodeTool({ name, description, inputSchema }: ToolSpec): FunctionTool {
  return { type: 'function', name, description, parameters: inputSchema, strict: false }
}

/** Settings of the caller for the same member, such as the verbosity, stay beside the format. */
function textJson(format: ResponseFormatTextConfig | undefined, theirs: JsonValue | undefined): string {
  if (!format) return theirs === undefined ? '' : JSON.stringify(theirs)
  const ours: Params['text'] = { format }
  if (theirs === undefined) return JSON.stringify(ours)
  return JSON.stringify(isJsonObject(theirs) ? { ...ours, ...theirs } : theirs)
}
