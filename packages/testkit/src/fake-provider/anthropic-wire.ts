import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isPrompt, neutralMessages, refusedMessages, SIGNATURE } from './anthropic-request.ts'
import type { FaultReason } from './script.ts'
import type { SplitCall, SplitPart, SplitTurn } from './split-turn.ts'
import { frame, objectsIn, proxyPage, wordOf } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

const FINISH = {
  stop: 'end_turn',
  'tool-calls': 'tool_use',
  length: 'max_tokens',
  'content-filter': 'refusal',
  // Sent when one of the vendor's own tools takes long.
  other: 'pause_turn',
} as const

/** What a search of the vendor's leaves in an answer. */
const SERVER_ITEMS: readonly JsonObject[] = [
  { type: 'server_tool_use', id: 'srvtoolu_fake', name: 'web_search', input: { query: 'heddle' } },
  {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_fake',
    content: [
      {
        type: 'web_search_result',
        url: 'https://example.com/heddle',
        title: 'Heddle',
        encrypted_content: 'RmFrZSBwYWdl',
        page_age: null,
      },
    ],
  },
]

/** Anthropic Messages, version 2023-06-01. */
export const anthropicWire: WireFormat = {
  capabilities: {
    hasArgumentText: true,
    hasCallIds: true,
    hasSignedReasoning: true,
    hasServerTools: true,
    countsCacheWrites: true,
  },
  contentType: 'text/event-stream; charset=utf-8',

  takes: (path) => path.endsWith('/messages'),
  modelOf: ({ body }) => wordOf(body['model']),
  wantsStream: ({ body }) => body['stream'] === true,

  countAssistantTurns(body, all) {
    const messages = objectsIn(body['messages'])
    const start = all ? 0 : messages.findLastIndex(isPrompt) + 1
    return messages.slice(start).filter(({ role }) => role === 'assistant').length
  },

  refusal: ({ body, headers }) => refusedMessages(body, headers),
  neutral: ({ body }) => neutralMessages(body),
  serverItems: SERVER_ITEMS,

  stream(turn, context) {
    const frames: WireFrame[] = []
    const add = (type: string, rest: JsonObject = {}): void => {
      frames.push(frame({ type, ...rest }, type))
    }
    add('message_start', {
      message: { ...envelope(context), content: [], stop_reason: null, usage: usageOf(turn, 1) },
    })
    const frameAfter = [1]
    const indices = blockIndices(turn.parts)
    for (const step of turn.steps) {
      const part = turn.parts[step.part]
      const index = indices[step.part]
      if (part === undefined || index === undefined) continue
      if (step.type === 'delta') {
        add('content_block_delta', { index, delta: delta(part, step.text) })
        frameAfter.push(frames.length)
      } else if (part.type === 'server-tool') {
        if (step.type === 'begin') addServerItems(add, index)
      } else if (step.type === 'begin') {
        add('content_block_start', { index, content_block: emptyBlock(part, context) })
        if (index === 0) add('ping')
        // The vendor opens the arguments of every call with an empty piece.
        if (part.type === 'call') add('content_block_delta', { index, delta: delta(part, '') })
      } else {
        if (part.type === 'reasoning') {
          add('content_block_delta', { index, delta: { type: 'signature_delta', signature: SIGNATURE } })
        }
        add('content_block_stop', { index })
      }
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
    content: turn.parts.flatMap((part) => wholeBlocks(part, context)),
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

/** The block at which each part begins: a server tool has as many as it has items. */
function blockIndices(parts: readonly SplitPart[]): number[] {
  let next = 0
  return parts.map((part) => {
    const index = next
    next += part.type === 'server-tool' ? SERVER_ITEMS.length : 1
    return index
  })
}

/** The input of a tool that the vendor runs is streamed like any other; its result comes whole. */
function addServerItems(add: (type: string, rest: JsonObject) => void, first: number): void {
  for (const [place, item] of SERVER_ITEMS.entries()) {
    const index = first + place
    const isCall = item['type'] === 'server_tool_use'
    add('content_block_start', { index, content_block: isCall ? { ...item, input: {} } : item })
    if (isCall) {
      const json = JSON.stringify(item['input'])
      for (const piece of [json.slice(0, 5), json.slice(5)]) {
        add('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } })
      }
    }
    add('content_block_stop', { index })
  }
}

function emptyBlock(part: SplitPart, context: AnswerContext): JsonObject {
  if (part.type === 'reasoning') return { type: 'thinking', thinking: '', signature: '' }
  if (part.type === 'call') return { type: 'tool_use', ...callId(context, part), name: part.name, input: {} }
  return { type: 'text', text: '' }
}

function wholeBlocks(part: SplitPart, context: AnswerContext): readonly JsonObject[] {
  const text = part.deltas.join('')
  switch (part.type) {
    case 'server-tool':
      return SERVER_ITEMS
    case 'reasoning':
      return [{ type: 'thinking', thinking: text, signature: SIGNATURE }]
    case 'call': {
      const input = text === '' ? {} : parsedOr(text)
      return [{ type: 'tool_use', ...callId(context, part), name: part.name, input }]
    }
    default:
      return [{ type: 'text', text }]
  }
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
  if (part.type === 'call') return { type: 'input_json_delta', partial_json: text }
  if (part.type === 'reasoning') return { type: 'thinking_delta', thinking: text }
  return { type: 'text_delta', text }
}

/** The member that holds the id; none for a call without. */
function callId(context: AnswerContext, { id, index }: SplitCall): { readonly id?: JsonValue } {
  return id === null ? {} : { id: id ?? `toolu_fake_${context.serial}_${index}` }
}

/** The vendor counts cached input apart from the rest. */
function usageOf({ usage }: SplitTurn, output: number): JsonObject {
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    output_tokens: output,
    ...(usage.reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
  }
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
