import type { ErrorJson } from './errors.ts'
import type { JsonValue } from './json.ts'

/** Text as the model or the user wrote it. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  /** What the provider sent with this part and wants back unread (citations, signatures). */
  readonly opaque?: JsonValue
}

/** The model's thinking, as far as the provider shows it. */
export interface ReasoningPart {
  readonly type: 'reasoning'
  /** May be empty: some providers send only a signature, which must go back all the same. */
  readonly text: string
  readonly opaque?: JsonValue
}

/** An image or another file: inline, or by reference. Exactly one of `data` and `url` is set. */
export interface FilePart {
  readonly type: 'file'
  /** IANA media type, such as `image/png`. */
  readonly mediaType: string
  /** The bytes in base64 (no `data:` prefix). */
  readonly data?: string
  /** An https URL that the provider fetches. */
  readonly url?: string
  readonly name?: string
}

/** The model asks for a tool. */
export interface ToolCallPart {
  readonly type: 'tool-call'
  /** Our own id, unique in all conversations; provider ids never leave the adapter. */
  readonly callId: string
  readonly name: string
  /** The parsed arguments; `{}` when the model sent none; the raw text when it was not JSON. */
  readonly input: JsonValue
  /** Present when the arguments could not be parsed: why. `input` is then the raw text. */
  readonly inputError?: string
  readonly opaque?: JsonValue
}

/** A provider's item with no neutral form (a server-side tool, redacted thinking), replayed as it came. */
export interface OpaquePart {
  readonly type: 'opaque'
  readonly opaque: JsonValue
}

/** How a call ended. Everything but `ok` is told to the model as a failure. */
export type ToolStatus = 'ok' | 'error' | 'timeout' | 'denied' | 'interrupted'

/** The one answer to one {@link ToolCallPart}. */
export interface ToolResultPart {
  readonly type: 'tool-result'
  readonly callId: string
  readonly name: string
  readonly status: ToolStatus
  /** What the tool gave, as JSON; `null` when `status` is not `ok`. */
  readonly output: JsonValue
  /** Set exactly when `status` is not `ok`; its message is written for the model. */
  readonly error?: ErrorJson
}

export type UserPart = TextPart | FilePart
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | OpaquePart

/** What a person (or the program on their behalf) said. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: readonly UserPart[]
}

/** One turn of a model, parts in the order they were begun. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: readonly AssistantPart[]
  /** `provider/model` that wrote it: opaque items go back only to the same one. Absent for messages made by hand. */
  readonly model?: string
  /** True when the stream broke or was aborted, so that the text may stop in mid-sentence. */
  readonly incomplete?: boolean
}

/** The answers to every call of the assistant message before it, in the order of the calls. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly content: readonly ToolResultPart[]
}

/**
 * One entry of a transcript. Plain JSON and never changed once made: adapters may keep what they
 * encoded from it in a `WeakMap`. Instructions are not a message; they travel beside the transcript.
 */
export type Message = UserMessage | AssistantMessage | ToolMessage

/** A user message of one text. */
export function userMessage(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] }
}

/** An assistant message of one text, for histories written by hand. */
export function assistantMessage(text: string): AssistantMessage {
  return { role: 'assistant', content: [{ type: 'text', text }] }
}

/** All text of a message, parts joined without a separator; tool results and reasoning are left out. */
export function textOf(message: Message): string {
  let text = ''
  for (const part of message.content) if (part.type === 'text') text += part.text
  return text
}

/** The calls of an assistant message, in order. */
export function toolCallsOf(message: AssistantMessage): ToolCallPart[] {
  return message.content.filter((part) => part.type === 'tool-call')
}

/**
 * What a model reads as the answer to a call: a string output as it is, other outputs as JSON, a
 * failure as `Error (code): message`. One rule for all adapters, so that providers see the same text.
 */
export function toolResultText(result: ToolResultPart): string {
  if (result.error) return `Error (${result.error.code}): ${result.error.message}`
  return typeof result.output === 'string' ? result.output : JSON.stringify(result.output)
}
