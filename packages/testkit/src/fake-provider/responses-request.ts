import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isImageType, isWebUrl, readDataUrl } from './media.ts'
import { numberIn, objectsIn, parsedJson, wordOf } from './wire.ts'
import type { NeutralRequest, TranscriptItem } from './wire.ts'

/** What OpenAI says: `string too long. Expected a string with maximum length 64`. */
const MAX_ID_LENGTH = 64

const MIN_OUTPUT_TOKENS = 16

const FUNCTION_NAME = /^[a-zA-Z0-9_-]{1,64}$/

/** Members of Chat Completions, and what they are here. */
const MOVED: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
}

/** What an item may have; the vendor refuses whatever it does not know. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'id', 'role', 'content', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace', 'caller'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status'],
  reasoning: ['type', 'id', 'encrypted_content', 'summary', 'content', 'status'],
}

/** How the ids of items begin. */
const ID_LETTERS: Readonly<Record<string, string>> = { message: 'msg', function_call: 'fc', reasoning: 'rs' }

/** Encrypted reasoning is bound to the id of its item. */
export function encryptedFor(id: string): string {
  return `gAAAAA${Buffer.from(id, 'utf8').toString('base64url')}`
}

/** What a model made, and not its caller. */
export function isModelItem(item: JsonObject): boolean {
  if (item['role'] !== undefined) return item['role'] === 'assistant'
  return typeof item['type'] === 'string' && !item['type'].endsWith('_output')
}

/** The rules of Responses that clients break most. Their words are the vendor's. */
export function refusedResponses(body: JsonObject): string | null {
  for (const [name, moved] of Object.entries(MOVED)) {
    if (body[name] !== undefined)
      return `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${moved}'.`
  }
  const { input, store } = body
  const items = objectsIn(input)
  if (typeof input !== 'string' && items.length === 0) return "Missing required parameter: 'input'."
  const limit = numberIn(body['max_output_tokens'])
  if (limit !== null && limit < MIN_OUTPUT_TOKENS)
    return `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${MIN_OUTPUT_TOKENS}, but got ${limit} instead.`
  for (const [index, item] of items.entries()) {
    const problem = refusedItem(`input[${index}]`, item) ?? refusedReasoning(items, index, store === false)
    if (problem !== null) return problem
  }
  return refusedIds(items) ?? refusedCalls(items) ?? refusedTools(body) ?? refusedFormat(body['text'])
}

function typeOf(item: JsonObject): string {
  return item['type'] === undefined && item['role'] !== undefined ? 'message' : wordOf(item['type'])
}

function refusedItem(at: string, item: JsonObject): string | null {
  const type = typeOf(item)
  const unknown = Object.keys(item).find((name) => MEMBERS[type]?.includes(name) === false)
  if (unknown !== undefined) return `Unknown parameter: '${at}.${unknown}'.`
  const letters = ID_LETTERS[type]
  const id = item['id']
  if (letters !== undefined && id !== undefined && !wordOf(id).startsWith(letters))
    return `Invalid '${at}.id': '${wordOf(id)}'. Expected an ID that begins with '${letters}'.`
  switch (type) {
    case 'message':
      return refusedMessage(at, item)
    case 'function_call':
      if (typeof item['arguments'] !== 'string') return `Missing required parameter: '${at}.arguments'.`
      if (!FUNCTION_NAME.test(wordOf(item['name']))) return `Invalid '${at}.name'.`
      return refusedCallId(at, item)
    case 'function_call_output':
      if (typeof item['output'] !== 'string' && !Array.isArray(item['output']))
        return `Missing required parameter: '${at}.output'.`
      return refusedCallId(at, item)
    default:
      return null
  }
}

function refusedCallId(at: string, { call_id: id }: JsonObject): string | null {
  if (typeof id !== 'string' || id === '') return `Missing required parameter: '${at}.call_id'.`
  if (id.length <= MAX_ID_LENGTH) return null
  return `Invalid '${at}.call_id': string too long. Expected a string with maximum length ${MAX_ID_LENGTH}, but got a string with length ${id.length} instead.`
}

function refusedMessage(at: string, { role, content }: JsonObject): string | null {
  if (!['user', 'assistant', 'system', 'developer'].includes(wordOf(role)))
    return `Invalid value: '${wordOf(role)}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`
  if (typeof content === 'string') return null
  if (!Array.isArray(content)) return `Missing required parameter: '${at}.content'.`
  const known =
    role === 'assistant' ? ['output_text', 'refusal'] : ['input_text', 'input_image', 'input_file']
  for (const [place, part] of objectsIn(content).entries()) {
    const inPart = `${at}.content[${place}]`
    const type = wordOf(part['type'])
    if (!known.includes(type))
      return `Invalid value: '${type}' for '${inPart}.type'. Supported values are: ${known.join(', ')}.`
    const problem = refusedContent(inPart, part)
    if (problem !== null) return problem
  }
  return null
}

function refusedContent(at: string, part: JsonObject): string | null {
  switch (part['type']) {
    case 'input_image': {
      const url = part['image_url']
      if (isWebUrl(url) || isImageType(readDataUrl(url)?.mediaType)) return null
      return `Invalid '${at}.image_url'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got unsupported MIME type.`
    }
    case 'input_file': {
      if (isWebUrl(part['file_url'])) return null
      const isGood = typeof part['filename'] === 'string' && readDataUrl(part['file_data']) !== null
      return isGood ? null : `Invalid '${at}.file_data'. Expected a base64-encoded data URL and a filename.`
    }
    case 'refusal':
      return typeof part['refusal'] === 'string' ? null : `Missing required parameter: '${at}.refusal'.`
    default:
      return typeof part['text'] === 'string' ? null : `Missing required parameter: '${at}.text'.`
  }
}

/** Reasoning goes back whole, with its own id, and together with what came of it. */
function refusedReasoning(items: readonly JsonObject[], index: number, isStateless: boolean): string | null {
  const item = items[index] ?? {}
  const id = wordOf(item['id'])
  const needed = /_fake_(\d+)_\d+r$/.exec(id)?.[1]
  const before = items.slice(0, index).map((other) => wordOf(other['id']))
  if (needed !== undefined && !before.some((other) => other.startsWith(`rs_fake_${needed}_`)))
    return `Item '${id}' of type '${typeOf(item)}' was provided without its required 'reasoning' item: 'rs_fake_${needed}_0'.`
  if (item['type'] !== 'reasoning') return null
  if (!Array.isArray(item['summary'])) return `Missing required parameter: 'input[${index}].summary'.`
  const encrypted = item['encrypted_content']
  if (encrypted === undefined && isStateless)
    return `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`
  if (encrypted !== undefined && encrypted !== encryptedFor(id))
    return `The encrypted content for item ${id} could not be verified. Reason: Encrypted content item_id did not match the target item id.`
  const next = items.slice(index + 1).find((other) => other['type'] !== 'reasoning')
  return next !== undefined && isModelItem(next) && next['id'] !== undefined
    ? null
    : `Item '${id}' of type 'reasoning' was provided without its required following item.`
}

function refusedIds(items: readonly JsonObject[]): string | null {
  const seen = new Set<string>()
  for (const { id } of items) {
    if (typeof id !== 'string') continue
    if (seen.has(id))
      return `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`
    seen.add(id)
  }
  return null
}

/** Every call has one output, behind it. */
function refusedCalls(items: readonly JsonObject[]): string | null {
  const open = new Set<string>()
  for (const item of items) {
    const id = wordOf(item['call_id'])
    if (item['type'] === 'function_call') {
      if (open.has(id)) return `Duplicate function call with call_id ${id}.`
      open.add(id)
    }
    if (item['type'] === 'custom_tool_call') return `No tool output found for custom tool call ${id}.`
    if (item['type'] === 'function_call_output' && !open.delete(id))
      return `No tool call found for function call output with call_id ${id}.`
    const [unanswered] = open
    if (item['role'] === 'user' && unanswered !== undefined) return noOutput(unanswered)
  }
  const [unanswered] = open
  return unanswered === undefined ? null : noOutput(unanswered)
}

function noOutput(id: string): string {
  return `No tool output found for function call ${id}.`
}

function refusedTools(body: JsonObject): string | null {
  for (const [index, tool] of objectsIn(body['tools']).entries()) {
    if (tool['type'] !== 'function') continue
    if (tool['name'] === undefined) return `Missing required parameter: 'tools[${index}].name'.`
    if (!FUNCTION_NAME.test(wordOf(tool['name']))) return `Invalid 'tools[${index}].name'.`
    if (!isJsonObject(tool['parameters'])) return `Invalid type for 'tools[${index}].parameters'.`
  }
  return null
}

function refusedFormat(text: JsonValue | undefined): string | null {
  const format = isJsonObject(text) ? text['format'] : undefined
  if (!isJsonObject(format) || format['type'] !== 'json_schema') return null
  if (format['name'] === undefined) return "Missing required parameter: 'text.format.name'."
  return isJsonObject(format['schema']) ? null : "Missing required parameter: 'text.format.schema'."
}

/** A request for Responses in no vendor's words. */
export function neutralResponses(body: JsonObject): NeutralRequest {
  const { input, instructions } = body
  const text = isJsonObject(body['text']) ? body['text'] : {}
  const format = isJsonObject(text['format']) ? text['format'] : {}
  return {
    system: typeof instructions === 'string' ? instructions : '',
    transcript:
      typeof input === 'string'
        ? [{ type: 'text', role: 'user', text: input }]
        : objectsIn(input).flatMap(transcriptItems),
    tools: objectsIn(body['tools'])
      .filter(({ type }) => type === 'function')
      .map(({ name, description, parameters }) => ({
        name: wordOf(name),
        description: wordOf(description),
        inputSchema: parameters ?? null,
      })),
    outputSchema: format['schema'] ?? null,
    maxOutputTokens: numberIn(body['max_output_tokens']),
    temperature: numberIn(body['temperature']),
  }
}

function transcriptItems(item: JsonObject): TranscriptItem[] {
  switch (typeOf(item)) {
    case 'message': {
      const role = item['role'] === 'assistant' ? 'assistant' : 'user'
      if (typeof item['content'] === 'string') return [{ type: 'text', role, text: item['content'] }]
      return objectsIn(item['content']).map((part) => contentItem(role, part))
    }
    case 'reasoning': {
      const thoughts = objectsIn(item['summary']).map(({ text }) => wordOf(text))
      const encrypted = item['encrypted_content']
      const signature = typeof encrypted === 'string' ? encrypted : null
      return [{ type: 'reasoning', text: thoughts.join('\n\n'), signature }]
    }
    case 'function_call':
      return [
        {
          type: 'call',
          id: wordOf(item['call_id']),
          name: wordOf(item['name']),
          arguments: parsedJson(wordOf(item['arguments'])),
        },
      ]
    case 'function_call_output':
      return [{ type: 'result', id: wordOf(item['call_id']), text: wordOf(item['output']) }]
    default:
      return [{ type: 'server-item', item }]
  }
}

function contentItem(role: 'user' | 'assistant', part: JsonObject): TranscriptItem {
  const url = part['image_url'] ?? part['file_data'] ?? part['file_url']
  if (url === undefined) return { type: 'text', role, text: wordOf(part['text'] ?? part['refusal']) }
  const inline = readDataUrl(url)
  return inline ? { type: 'file', ...inline } : { type: 'file', mediaType: null, url: wordOf(url) }
}
