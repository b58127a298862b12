import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import type { FaultReason } from './script.ts'
import type { SplitCall, SplitPart, SplitTurn } from './split-turn.ts'
import { frame, objectsIn, proxyPage, wordOf } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

const FINISH = {
  stop: 'end_turn',
  'tool-calls': 'tool_use',
  length: 'max_tokens',
  'content-filter': 'refusal',
} as const

/** Stands for the signature that comes with thinking and must be sent back with it. */
const SIGNATURE = 'RmFrZSBzaWduYXR1cmU='

/** Anthropic Messages, version 2023-06-01. */
export const anthropicWire: WireFormat = {
  contentType: 'text/event-stream; charset=utf-8',

  countAssistantTurns(messages, all) {
    const start = all ? 0 : messages.findLastIndex(isPrompt) + 1
    return messages.slice(start).filter(({ role }) => role === 'assistant').length
  },

  refusal(body, headers) {
    if (headers['anthropic-version'] === undefined) return 'anthropic-version: header is required'
    if (typeof body['max_tokens'] !== 'number') return 'max_tokens: Field required'
    return refusedMessages(objectsIn(body['messages']))
  },

  stream(turn, context) {
    const frames: WireFrame[] = []
    const add = (type: string, rest: JsonObject = {}): void => {
      frames.push(frame({ type, ...rest }, type))
    }
    add('message_start', {
      message: { ...envelope(context), content: [], stop_reason: null, usage: usageOf(turn, 1) },
    })
    const frameAfter = [1]
    for (const [index, part] of turn.parts.entries()) {
      add('content_block_start', { index, content_block: emptyBlock(part, context) })
      if (index === 0) add('ping')
      // The vendor opens the arguments of every call with an empty piece.
      if (part.type === 'call') add('content_block_delta', { index, delta: delta(part, '') })
      for (const text of part.deltas) {
        add('content_block_delta', { index, delta: delta(part, text) })
        frameAfter.push(frames.length)
      }
      if (part.type === 'reasoning') {
        add('content_block_delta', { index, delta: { type: 'signature_delta', signature: SIGNATURE } })
      }
      add('content_block_stop', { index })
    }
    const endFrame = frames.length
    add('message_delta', {
      delta: { stop_reason: FINISH[turn.finish], stop_sequence: null },
      usage: usageOf(turn, turn.usage.output),
    })
    add('message_stop')
    return { frames, frameAfter, endFrame }
  },

  whole: (turn, context) => ({
    ...envelope(context),
    content: turn.parts.map((part) => wholeBlock(part, context)),
    stop_reason: FINISH[turn.finish],
    usage: usageOf(turn, turn.usage.output),
  }),

  errorBody(status, reason, message) {
    if (message === undefined && (status === 502 || status === 504)) return proxyPage(status)
    return { type: 'error', error: errorOf(status, reason, message), request_id: 'req_fake' }
  },

  errorFrame: (status, reason) => frame({ type: 'error', error: errorOf(status, reason) }, 'error'),

  unknownFrame: () =>
    frame({ type: 'telemetry_delta', index: 999, delta: { type: 'unknown_delta' } }, 'telemetry_delta'),

  models: (names) => ({
    data: names.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' })),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  }),

  headers: (serial) => ({ 'request-id': `req_fake_${serial}` }),
}

function envelope(context: AnswerContext): JsonObject {
  return {
    id: `msg_fake_${context.serial}`,
    type: 'message',
    role: 'assistant',
    model: context.model,
    stop_sequence: null,
  }
}

function emptyBlock(part: SplitPart, context: AnswerContext): JsonObject {
  if (part.type === 'text') return { type: 'text', text: '' }
  if (part.type === 'reasoning') return { type: 'thinking', thinking: '', signature: '' }
  return { type: 'tool_use', id: callId(context, part), name: part.name, input: {} }
}

function wholeBlock(part: SplitPart, context: AnswerContext): JsonObject {
  const text = part.deltas.join('')
  if (part.type === 'text') return { type: 'text', text }
  if (part.type === 'reasoning') return { type: 'thinking', thinking: text, signature: SIGNATURE }
  const input = text === '' ? {} : parsedOr(text)
  return { type: 'tool_use', id: callId(context, part), name: part.name, input }
}

/** Without streaming the vendor sends parsed input only; text that does not parse has no form there. */
function parsedOr(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

function delta(part: SplitPart, text: string): JsonObject {
  if (part.type === 'text') return { type: 'text_delta', text }
  if (part.type === 'reasoning') return { type: 'thinking_delta', thinking: text }
  return { type: 'input_json_delta', partial_json: text }
}

function callId(context: AnswerContext, { id, index }: SplitCall): string {
  return id ?? `toolu_fake_${context.serial}_${index}`
}

/** The vendor counts cached input apart from the rest. */
function usageOf({ usage }: SplitTurn, output: number): JsonObject {
  return {
    input_tokens: usage.input - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    output_tokens: output,
  }
}

/** A user message with something to say: tool results alone are not a prompt. */
function isPrompt(message: JsonObject): boolean {
  if (message['role'] !== 'user') return false
  return (
    typeof message['content'] === 'string' ||
    objectsIn(message['content']).some(({ type }) => type !== 'tool_result')
  )
}

/** The rules of the API that clients break most: every call is answered at once, and nothing else is. */
function refusedMessages(messages: readonly JsonObject[]): string | null {
  if (messages.length === 0) return 'messages: at least one message is required'
  if (messages[0]?.['role'] !== 'user') return 'messages: first message must use the "user" role'
  const seen = new Set<string>()
  let open = new Set<string>()
  for (const [index, { role, content }] of messages.entries()) {
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
    const emptyText = blocks.some((block) => block['type'] === 'text' && block['text'] === '')
    if (emptyText) return `messages.${index}.content: text content blocks must be non-empty`
  }
  return open.size > 0 ? unanswered(messages.length - 1, open) : null
}

function unanswered(index: number, ids: ReadonlySet<string>): string {
  return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`
}

function errorOf(status: number, reason: FaultReason | undefined, message?: string): JsonObject {
  const [type, text] = knownError(status, reason)
  return { type, message: message ?? text }
}

/** Type and message as the vendor sends them; https://docs.anthropic.com/en/api/errors. */
function knownError(status: number, reason: FaultReason | undefined): [type: string, message: string] {
  if (reason === 'overflow')
    return ['invalid_request_error', 'prompt is too long: 213462 tokens > 200000 maximum']
  if (reason === 'quota') {
    return [
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ]
  }
  switch (status) {
    case 401:
      return ['authentication_error', 'invalid x-api-key']
    case 402:
      return ['billing_error', 'There is an issue with your billing or payment information.']
    case 403:
      return ['permission_error', 'Your API key does not have permission to use the specified resource.']
    case 404:
      return ['not_found_error', 'The requested model was not found.']
    case 413:
      return ['request_too_large', 'Request exceeds the maximum allowed number of bytes.']
    case 429:
      return ['rate_limit_error', "This request would exceed your organization's rate limit."]
    case 504:
      return ['timeout_error', 'The request timed out while processing.']
    case 503:
    case 529:
      return ['overloaded_error', 'Overloaded']
    default:
      return status >= 500
        ? ['api_error', 'Internal server error']
        : ['invalid_request_error', 'Invalid request.']
  }
}
