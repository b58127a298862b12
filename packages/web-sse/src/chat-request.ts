import type { JsonObject, JsonValue } from '@heddle/core'
import { BadRequest } from './bad-request.ts'
import { isJsonArray } from './is-json-array.ts'
import type { RunRequest } from './run-request.ts'
import { messagesFromUi } from './ui-messages.ts'

/** What a page asks of a chat. */
export interface ChatRequest extends RunRequest {
  /** Of the assistant message that is continued; `null` when the answer is a new one. */
  readonly continuedId: string | null
}

/**
 * Reads a body as `useChat` posts it: the whole history in `messages`, or only the last message in
 * `message`. `id`, `trigger` and `messageId` may be there; nothing depends on them.
 *
 * @throws BadRequest when the body is not such a one.
 */
export function chatRequestOf(body: JsonObject): ChatRequest {
  const posted = postedMessages(body)
  const messages = messagesFromUi(posted)
  const last = messages.at(-1)
  const continuedId = idOfContinued(posted.at(-1))
  if (last?.role === 'user') return { messages: messages.slice(0, -1), input: last, continuedId }
  return { messages, input: null, continuedId }
}

function postedMessages(body: JsonObject): readonly JsonValue[] {
  if (isJsonArray(body.messages)) return body.messages
  if (body.message !== undefined) return [body.message]
  throw new BadRequest('The body needs "messages", an array, or "message", one object.')
}

/** Parts that are streamed into an assistant message must carry its id, or the page begins a new one. */
function idOfContinued(last: JsonValue | undefined): string | null {
  const message = last as JsonObject | undefined
  return message?.role === 'assistant' && typeof message.id === 'string' && message.id !== ''
    ? message.id
    : null
}
