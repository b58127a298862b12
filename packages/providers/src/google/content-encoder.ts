import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue, Message, ModelRequest, ToolSpec } from '@heddle/core'
import { geminiOutput } from '../output-schema/gemini-output.ts'
import type { GeminiOutput } from '../output-schema/gemini-output.ts'
import { oncePerSchema } from '../output-schema/once-per-schema.ts'
import { encodedTools } from '../wire/encoded-tools.ts'
import { encodedBody } from '../wire/encoded-bodies.ts'
import type { BodyAround, EncodedBody } from '../wire/encoded-bodies.ts'
import { joinedList } from '../wire/joined-list.ts'
import { bodyAround } from '../wire/json-body.ts'
import { contentParts } from './content-parts.ts'
import type { ContentTarget } from './content-parts.ts'
import type { AnswerConfig, FunctionSpec } from './content-types.ts'
import { wireToolName } from './tool-names.ts'

/**
 * @returns A function from a request to its JSON body. Equal requests give equal bytes, and a turn's
 *   body begins with that of the turn before it, up to the end of the transcript.
 */
export function contentEncoder(target: ContentTarget): (request: ModelRequest) => EncodedBody {
  return (request) => encodedBody(target, encodeNext, request.messages, aroundContents(request))
}

const toolsJson = encodedTools(encodeTool)
const outputOf = oncePerSchema(geminiOutput)

function aroundContents(request: ModelRequest): BodyAround {
  const { instructions, tools, outputSchema, extraBody = {} } = request
  const output = outputSchema === undefined ? null : outputOf(outputSchema)
  const system = [instructions, output?.words ?? ''].filter((text) => text !== '').join('\n\n')
  const { generationConfig, tools: extraTools, ...extra } = extraBody
  const declared = tools.length === 0 ? '' : `[{"functionDeclarations":${toolsJson(tools)}}]`
  return bodyAround({
    members: [
      ['systemInstruction', system === '' ? '' : JSON.stringify(systemContent(system))],
      ['generationConfig', configJson(answerConfig(request, output), generationConfig)],
      // The vendor's own tools, such as `{ googleSearch: {} }`.
      ['tools', joinedList(declared, extraTools)],
    ],
    transcript: 'contents',
    empty: { opening: '[', closing: ']' },
    full: { opening: '[', closing: ']}]' },
    extra,
  })
}

function systemContent(text: string): JsonObject {
  return { parts: [{ text: text.toWellFormed() }] }
}

function answerConfig(
  { temperature, maxOutputTokens }: ModelRequest,
  output: GeminiOutput | null,
): AnswerConfig {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(output === null ? {} : { responseMimeType: 'application/json' }),
    ...(output?.schema ? { responseJsonSchema: output.schema } : {}),
  }
}

/** Settings of the caller, such as `thinkingConfig`, stand beside ours and win over them. */
function configJson(own: AnswerConfig, extra: JsonValue | undefined): string {
  if (extra !== undefined && !isJsonObject(extra)) return JSON.stringify(extra)
  const config = { ...own, ...extra }
  return Object.keys(config).length === 0 ? '' : JSON.stringify(config)
}

function encodeTool({ name, description, inputSchema }: ToolSpec): FunctionSpec {
  return { name: wireToolName(name), description, parametersJsonSchema: inputSchema }
}

/**
 * A call must follow directly on a prompt or on results, and all results of one turn must stand in one
 * content; so neighbours of one kind become one. The latest content is always open, and what comes next,
 * or the end of the transcript, closes it.
 */
function encodeNext(target: ContentTarget, message: Message, before: Message | null): string {
  const parts = contentParts(target, message)
    .map((part) => JSON.stringify(part))
    .join(',')
  if (parts === '') return ''
  if (before?.role === message.role) return `,${parts}`
  const role = message.role === 'assistant' ? 'model' : 'user'
  return `${before === null ? '' : ']},'}{"role":"${role}","parts":[${parts}`
}
