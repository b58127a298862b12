import { isJsonObject, userMessage } from '@heddle/core'
import type { JsonObject, JsonValue, Message, UserMessage } from '@heddle/core'
import { BadRequest } from './bad-request.ts'
import { isJsonArray } from './is-json-array.ts'

/** What an agent is asked. */
export interface RunRequest {
  /** `null` when `messages` ends with what is to be answered. */
  readonly input: UserMessage | null
  /** What was said before, oldest first. */
  readonly messages: readonly Message[]
}

/**
 * Reads `{ input, messages? }`: `input` is a text or a user message, `messages` a transcript as a run's
 * result holds it.
 *
 * @throws BadRequest when a message has not the shape of one.
 */
export function runRequestOf(body: JsonObject): RunRequest {
  const messages = body.messages === undefined ? [] : messagesOf(body.messages)
  return { input: inputOf(body.input), messages }
}

function inputOf(value: JsonValue | undefined): UserMessage | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return userMessage(value)
  if (isMessage(value) && value.role === 'user') return value
  throw new BadRequest('"input" must be a text or a user message.')
}

function messagesOf(value: JsonValue): readonly Message[] {
  if (!isJsonArray(value)) throw new BadRequest('"messages" must be an array.')
  return value.map((message, index) => {
    if (isMessage(message)) return message
    throw new BadRequest(`Message ${index + 1} has not the shape of a message of @heddle/core.`)
  })
}

/** What each part must have, by role and type; everything else in it is optional. */
const PARTS: Readonly<Record<string, Readonly<Record<string, (part: JsonObject) => boolean>>>> = {
  user: { text: hasTexts('text'), file: isFile },
  assistant: {
    text: hasTexts('text'),
    reasoning: hasTexts('text'),
    'tool-call': (part) => hasTexts('callId', 'name')(part) && part.input !== undefined,
    opaque: (part) => part.opaque !== undefined,
  },
  tool: { 'tool-result': isResult },
}

function isMessage(value: JsonValue): value is JsonObject & Message {
  if (!isJsonObject(value) || typeof value.role !== 'string' || !isJsonArray(value.content)) return false
  const parts = Object.hasOwn(PARTS, value.role) ? PARTS[value.role] : undefined
  return parts !== undefined && value.content.every((part) => isPart(part, parts))
}

function isPart(part: JsonValue, parts: Readonly<Record<string, (part: JsonObject) => boolean>>): boolean {
  if (!isJsonObject(part) || typeof part.type !== 'string' || !Object.hasOwn(parts, part.type)) return false
  return parts[part.type]?.(part) ?? false
}

function hasTexts(...names: readonly string[]): (part: JsonObject) => boolean {
  return (part) => names.every((name) => typeof part[name] === 'string')
}

function isFile(part: JsonObject): boolean {
  return (
    typeof part.mediaType === 'string' && (typeof part.data === 'string') !== (typeof part.url === 'string')
  )
}

function isResult(part: JsonObject): boolean {
  if (!hasTexts('callId', 'name', 'status')(part) || part.output === undefined) return false
  return part.status === 'ok' || (isJsonObject(part.error) && hasTexts('code', 'message')(part.error))
}
