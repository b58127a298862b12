import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isImageType, isWebUrl, readDataUrl } from './media.ts'
import { numberIn, objectsIn, parsedJson, wordOf } from './wire.ts'
import type { NeutralRequest, TranscriptItem } from './wire.ts'

/** What OpenAI says: `string too long. Expected a string with maximum length 40`. */
const MAX_CALL_ID_LENGTH = 40

const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** The rules of Chat Completions that clients break most: every call is answered at once, and nothing else is. */
export function refusedChat(body: JsonObject): string | null {
  const messages = objectsIn(body['messages'])
  if (messages.length === 0)
    return "Invalid 'messages': empty array. Expected an array with minimum length 1."
  let open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`
    const problem = refusedContent(at, message)
    if (problem !== null) return problem
    if (message['role'] === 'tool') {
      const id = wordOf(message['tool_call_id'])
      if (!open.delete(id)) {
        return `Invalid parameter: ${at} with role 'tool' must be a response to a preceding message with 'tool_calls' (${id}).`
      }
      continue
    }
    if (open.size > 0) return unanswered(open)
    const calls = message['role'] === 'assistant' ? objectsIn(message['tool_calls']) : []
    open = new Set(calls.map(({ id }) => wordOf(id)))
    if (open.size < calls.length) return `Invalid '${at}.tool_calls': duplicate tool call id.`
    for (const call of calls) {
      const refused = refusedCall(at, call)
      if (refused !== null) return refused
    }
  }
  if (open.size > 0) return unanswered(open)
  return refusedTools(body) ?? refusedFormat(body['response_format'])
}

function unanswered(ids: ReadonlySet<string>): string {
  return (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
    `The following tool_call_ids did not have response messages: ${[...ids].join(', ')}`
  )
}

function refusedCall(at: string, call: JsonObject): string | null {
  const called = isJsonObject(call['function']) ? call['function'] : {}
  if (typeof called['arguments'] !== 'string')
    return `Invalid type for '${at}.tool_calls': arguments must be a string.`
  if (call['type'] !== 'function') return `Invalid value for '${at}.tool_calls[0].type'.`
  const { length } = wordOf(call['id'])
  if (length > MAX_CALL_ID_LENGTH)
    return `Invalid '${at}.tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length ${length} instead.`
  return FUNCTION_NAME.test(wordOf(called['name'])) ? null : `Invalid '${at}.tool_calls[0].function.name'.`
}

function refusedContent(at: string, message: JsonObject): string | null {
  const { role, content } = message
  switch (role) {
    case 'assistant': {
      const hasCalls = objectsIn(message['tool_calls']).length > 0
      const isText = typeof content === 'string' || objectsIn(content).length > 0
      return hasCalls || isText ? null : `Invalid value for '${at}.content': expected a string, got null.`
    }
    case 'system':
    case 'developer':
    case 'tool':
      return typeof content === 'string' || Array.isArray(content)
        ? null
        : `Invalid type for '${at}.content'.`
    case 'user':
      if (typeof content === 'string') return null
      if (objectsIn(content).length === 0) return `Invalid type for '${at}.content'.`
      return (
        objectsIn(content)
          .map((part, place) => refusedPart(`${at}.content[${place}]`, part))
          .find((refused) => refused !== null) ?? null
      )
    default:
      return `Invalid value: '${wordOf(role)}'. Supported values are: 'system', 'assistant', 'user', 'tool' and 'developer'.`
  }
}

function refusedPart(at: string, part: JsonObject): string | null {
  switch (part['type']) {
    case 'text':
      return typeof part['text'] === 'string' ? null : `Missing required parameter: '${at}.text'.`
    case 'image_url': {
      const url = isJsonObject(part['image_url']) ? part['image_url']['url'] : undefined
      if (isWebUrl(url) || isImageType(readDataUrl(url)?.mediaType)) return null
      return `Invalid '${at}.image_url.url'. Expected a valid URL or a base64-encoded image of type png, jpeg, gif or webp.`
    }
    case 'file': {
      const file = isJsonObject(part['file']) ? part['file'] : {}
      const isPdf = readDataUrl(file['file_data'])?.mediaType === 'application/pdf'
      return isPdf && typeof file['filename'] === 'string'
        ? null
        : `Invalid '${at}.file.file_data'. Expected a base64-encoded PDF with its filename.`
    }
    default:
      return `Invalid value: '${wordOf(part['type'])}' for '${at}.type'.`
  }
}

function refusedTools(body: JsonObject): string | null {
  for (const [index, tool] of objectsIn(body['tools']).entries()) {
    const { name, parameters } = isJsonObject(tool['function']) ? tool['function'] : {}
    const isGood = tool['type'] === 'function' && FUNCTION_NAME.test(wordOf(name)) && isJsonObject(parameters)
    if (!isGood) return `Invalid 'tools[${index}].function'.`
  }
  return null
}

function refusedFormat(format: JsonValue | undefined): string | null {
  if (!isJsonObject(format) || format['type'] !== 'json_schema') return null
  const { name, schema } = isJsonObject(format['json_schema']) ? format['json_schema'] : {}
  if (!FUNCTION_NAME.test(wordOf(name))) return "Invalid 'response_format.json_schema.name'."
  return isJsonObject(schema) ? null : "Missing required parameter: 'response_format.json_schema.schema'."
}

/** A request for Chat Completions in no vendor's words. */
export function neutralChat(body: JsonObject): NeutralRequest {
  const messages = objectsIn(body['messages'])
  const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer'
  const format = isJsonObject(body['response_format']) ? body['response_format'] : {}
  const schema = isJsonObject(format['json_schema']) ? format['json_schema']['schema'] : undefined
  return {
    system: messages
      .filter(isSystem)
      .map(({ content }) => textOf(content))
      .join('\n'),
    transcript: messages.filter((message) => !isSystem(message)).flatMap(itemsOf),
    tools: objectsIn(body['tools']).flatMap(({ function: tool }) =>
      isJsonObject(tool)
        ? [
            {
              name: wordOf(tool['name']),
              description: wordOf(tool['description']),
              inputSchema: tool['parameters'] ?? null,
            },
          ]
        : [],
    ),
    outputSchema: schema ?? null,
    maxOutputTokens: numberIn(body['max_completion_tokens'] ?? body['max_tokens']),
    temperature: numberIn(body['temperature']),
  }
}

function itemsOf(message: JsonObject): TranscriptItem[] {
  const { role, content } = message
  if (role === 'tool') return [{ type: 'result', id: wordOf(message['tool_call_id']), text: textOf(content) }]
  if (role === 'user')
    return typeof content === 'string' ? [said('user', content)] : objectsIn(content).map(userItem)
  const thought = wordOf(message['reasoning_content'] ?? message['reasoning'] ?? '')
  const text = textOf(content)
  return [
    ...(thought === '' ? [] : [{ type: 'reasoning', text: thought, signature: null } as const]),
    ...(text === '' ? [] : [said('assistant', text)]),
    ...objectsIn(message['tool_calls']).map(callItem),
  ]
}

function said(role: 'user' | 'assistant', text: string): TranscriptItem {
  return { type: 'text', role, text }
}

function userItem(part: JsonObject): TranscriptItem {
  if (part['type'] === 'text') return said('user', wordOf(part['text']))
  const image = isJsonObject(part['image_url']) ? part['image_url']['url'] : undefined
  const file = isJsonObject(part['file']) ? part['file']['file_data'] : undefined
  const inline = readDataUrl(image ?? file)
  return inline ? { type: 'file', ...inline } : { type: 'file', mediaType: null, url: wordOf(image) }
}

function callItem(call: JsonObject): TranscriptItem {
  const called = isJsonObject(call['function']) ? call['function'] : {}
  return {
    type: 'call',
    id: wordOf(call['id']),
    name: wordOf(called['name']),
    arguments: parsedJson(wordOf(called['arguments'])),
  }
}

/** A text, or the texts of a list. */
function textOf(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}
