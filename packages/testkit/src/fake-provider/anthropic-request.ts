import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isBase64, isImageType, isWebUrl } from './media.ts'
import { numberIn, objectsIn, wordOf } from './wire.ts'
import type { NeutralRequest, TranscriptItem } from './wire.ts'

/** Stands for the signature that comes with thinking; the vendor takes thinking back with its own signature only. */
export const SIGNATURE = 'RmFrZSBzaWduYXR1cmU='

/** What the vendor says of ids: `String should match pattern '^[a-zA-Z0-9_-]+$'`. */
const CALL_ID = /^[a-zA-Z0-9_-]+$/

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/

/** A user message with something to say: tool results alone are not a prompt. */
export function isPrompt(message: JsonObject): boolean {
  if (message['role'] !== 'user') return false
  return (
    typeof message['content'] === 'string' ||
    objectsIn(message['content']).some(({ type }) => type !== 'tool_result')
  )
}

/** The rules of Messages that clients break most: every call is answered at once, and nothing else is. */
export function refusedMessages(body: JsonObject, headers: Readonly<Record<string, string>>): string | null {
  if (headers['anthropic-version'] === undefined) return 'anthropic-version: header is required'
  if (typeof body['max_tokens'] !== 'number') return 'max_tokens: Field required'
  for (const [index, { name, type }] of objectsIn(body['tools']).entries()) {
    if (type === undefined && !TOOL_NAME.test(wordOf(name)))
      return `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`
  }
  return refusedTranscript(objectsIn(body['messages']))
}

function refusedTranscript(messages: readonly JsonObject[]): string | null {
  if (messages.length === 0) return 'messages: at least one message is required'
  if (messages[0]?.['role'] !== 'user') return 'messages: first message must use the "user" role'
  const seen = new Set<string>()
  let open = new Set<string>()
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant')
      return `messages: Unexpected role "${wordOf(role)}". The Messages API accepts a top-level \`system\` parameter, not "system" as an input message role.`
    const blocks = objectsIn(content)
    if (content === '' || (blocks.length === 0 && typeof content !== 'string')) {
      return `messages.${index}: all messages must have non-empty content`
    }
    const answered = blocks
      .filter(({ type }) => type === 'tool_result')
      .map((block) => wordOf(block['tool_use_id']))
    for (const id of answered) {
      if (role !== 'user' || !open.delete(id)) {
        return `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`
      }
    }
    if (open.size > 0) return unanswered(index - 1, open)
    const asked = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => wordOf(id))
    for (const id of asked) {
      if (seen.has(id)) return `messages.${index}.content: \`tool_use\` ids must be unique`
      seen.add(id)
    }
    open = new Set(asked)
    const problem = refusedBlocks(`messages.${index}.content`, wordOf(role), blocks)
    if (problem !== null) return problem
  }
  return open.size > 0 ? unanswered(messages.length - 1, open) : null
}

function unanswered(index: number, ids: ReadonlySet<string>): string {
  return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
}

function refusedBlocks(at: string, role: string, blocks: readonly JsonObject[]): string | null {
  const searches = new Set(
    blocks.filter(({ type }) => type === 'server_tool_use').map(({ id }) => wordOf(id)),
  )
  for (const [place, block] of blocks.entries()) {
    const problem = refusedBlock(role, block, searches)
    if (problem !== null) return `${at}.${place}.${problem}`
  }
  return null
}

function refusedBlock(role: string, block: JsonObject, searches: ReadonlySet<string>): string | null {
  switch (block['type']) {
    case 'text':
      return wordOf(block['text']).trim() === '' ? 'text: text content blocks must be non-empty' : null
    case 'tool_use':
      if (!isJsonObject(block['input'])) return 'tool_use.input: Input should be a valid dictionary'
      if (!TOOL_NAME.test(wordOf(block['name']))) return 'tool_use.name: Input should be a valid name'
      return CALL_ID.test(wordOf(block['id']))
        ? null
        : "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
    case 'thinking':
      return role === 'assistant' && block['signature'] === SIGNATURE
        ? null
        : 'thinking.signature: Invalid `signature` in `thinking` block'
    case 'web_search_tool_result':
      return searches.has(wordOf(block['tool_use_id']))
        ? null
        : 'web_search_tool_result.tool_use_id: unexpected, there is no `server_tool_use` block with this id'
    case 'image':
      return refusedSource('image', block['source'], isImageType)
    case 'document':
      return refusedSource('document', block['source'], (type) => type === 'application/pdf')
    case 'tool_result':
    case 'server_tool_use':
    case 'redacted_thinking':
      return null
    default:
      return `type: Input tag '${wordOf(block['type'])}' does not match any of the expected tags`
  }
}

function refusedSource(
  kind: 'image' | 'document',
  source: JsonValue | undefined,
  isTaken: (mediaType: unknown) => boolean,
): string | null {
  const { type, media_type, data, url } = isJsonObject(source) ? source : {}
  if (type === 'url') return isWebUrl(url) ? null : `${kind}.source.url: Only HTTP URLs are supported.`
  if (type === 'text' && kind === 'document') {
    const isText = media_type === 'text/plain' && typeof data === 'string'
    return isText ? null : `${kind}.source.text.media_type: Input should be 'text/plain'`
  }
  if (type !== 'base64')
    return `${kind}.source: Input tag '${wordOf(type)}' does not match any of the expected tags`
  if (!isTaken(media_type)) return `${kind}.source.base64.media_type: Input should be a known media type`
  return isBase64(data) ? null : `${kind}.source.base64.data: The data is not valid base64`
}

/** A request for Messages in no vendor's words. */
export function neutralMessages(body: JsonObject): NeutralRequest {
  const { system } = body
  const config = isJsonObject(body['output_config']) ? body['output_config'] : {}
  const format = isJsonObject(config['format']) ? config['format'] : {}
  return {
    system: typeof system === 'string' ? system : textsOf(system),
    transcript: objectsIn(body['messages']).flatMap(({ role, content }) => {
      const speaker = role === 'assistant' ? 'assistant' : 'user'
      if (typeof content === 'string') return [{ type: 'text', role: speaker, text: content } as const]
      return objectsIn(content).map((block) => itemOf(speaker, block))
    }),
    tools: objectsIn(body['tools'])
      .filter((tool) => tool['input_schema'] !== undefined)
      .map((tool) => ({
        name: wordOf(tool['name']),
        description: wordOf(tool['description']),
        inputSchema: tool['input_schema'] ?? null,
      })),
    outputSchema: format['schema'] ?? null,
    maxOutputTokens: numberIn(body['max_tokens']),
    temperature: numberIn(body['temperature']),
  }
}

function itemOf(role: 'user' | 'assistant', block: JsonObject): TranscriptItem {
  switch (block['type']) {
    case 'text':
      return { type: 'text', role, text: wordOf(block['text']) }
    case 'thinking':
      return { type: 'reasoning', text: wordOf(block['thinking']), signature: wordOf(block['signature']) }
    case 'tool_use':
      return {
        type: 'call',
        id: wordOf(block['id']),
        name: wordOf(block['name']),
        arguments: block['input'] ?? null,
      }
    case 'tool_result': {
      const { content } = block
      const text = typeof content === 'string' ? content : textsOf(content)
      return { type: 'result', id: wordOf(block['tool_use_id']), text }
    }
    case 'image':
    case 'document':
      return fileItem(isJsonObject(block['source']) ? block['source'] : {})
    default:
      return { type: 'server-item', item: block }
  }
}

function fileItem({ type, media_type, data, url }: JsonObject): TranscriptItem {
  if (type === 'url') return { type: 'file', mediaType: null, url: wordOf(url) }
  const text = wordOf(data)
  // Texts travel as they are; a neutral file is base64.
  const base64 = type === 'text' ? Buffer.from(text, 'utf8').toString('base64') : text
  return { type: 'file', mediaType: wordOf(media_type), data: base64 }
}

function textsOf(content: JsonValue | undefined): string {
  return objectsIn(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}
