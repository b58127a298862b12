import type { JsonObject } from '@heddle/core'
import type { FaultReason } from './script.ts'
import type { SplitCall, SplitTurn } from './split-turn.ts'
import { CREATED_S, frame, objectsIn, proxyPage, wordOf } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

const FINISH = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
  length: 'length',
  'content-filter': 'content_filter',
} as const

/** OpenAI Chat Completions, with the `reasoning_content` that DeepSeek, xAI and vLLM add. */
export const openaiWire: WireFormat = {
  contentType: 'text/event-stream; charset=utf-8',

  countAssistantTurns(messages, all) {
    const start = all ? 0 : messages.findLastIndex(({ role }) => role === 'user') + 1
    return messages.slice(start).filter(({ role }) => role === 'assistant').length
  },

  refusal: (body) => refusedMessages(objectsIn(body['messages'])),

  stream(turn, context) {
    const frames: WireFrame[] = []
    const add = (delta: JsonObject, finish: string | null = null): void => {
      frames.push(frame(chunk(context, [{ index: 0, delta, logprobs: null, finish_reason: finish }])))
    }
    const startsWithText = turn.parts[0]?.type === 'text'
    add({ role: 'assistant', content: startsWithText ? '' : null })
    const frameAfter = [1]
    for (const part of turn.parts) {
      if (part.type === 'call') {
        const opening = { index: part.index, id: callId(context, part), type: 'function' }
        add({ tool_calls: [{ ...opening, function: { name: part.name, arguments: '' } }] })
      }
      for (const text of part.deltas) {
        if (part.type === 'call') add({ tool_calls: [{ index: part.index, function: { arguments: text } }] })
        else add(part.type === 'text' ? { content: text } : { reasoning_content: text })
        frameAfter.push(frames.length)
      }
    }
    const endFrame = frames.length
    add({}, FINISH[turn.finish])
    if (context.withUsage) frames.push(frame({ ...chunk(context, []), usage: usageOf(turn) }))
    frames.push({ data: '[DONE]' })
    return { frames, frameAfter, endFrame }
  },

  whole(turn, context) {
    const calls = turn.parts.flatMap((part) =>
      part.type === 'call'
        ? [
            {
              id: callId(context, part),
              type: 'function',
              function: { name: part.name, arguments: part.deltas.join('') },
            },
          ]
        : [],
    )
    const text = textOf(turn, 'text')
    const reasoning = textOf(turn, 'reasoning')
    const message: JsonObject = {
      role: 'assistant',
      content: text === '' && calls.length > 0 ? null : text,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    }
    return {
      ...envelope(context, 'chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[turn.finish] }],
      usage: usageOf(turn),
    }
  },

  errorBody(status, reason, message) {
    if (message === undefined && (status === 502 || status === 504)) return proxyPage(status)
    return { error: errorOf(status, reason, message) }
  },

  errorFrame: (status, reason) => frame({ error: errorOf(status, reason) }),

  // Azure opens its streams with a chunk of this kind: no choices, and a field of its own.
  unknownFrame: (model) =>
    frame({
      id: '',
      object: '',
      created: 0,
      model,
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    }),

  models: (names) => ({
    object: 'list',
    data: names.map((id) => ({ id, object: 'model', created: CREATED_S, owned_by: 'fake-provider' })),
  }),

  headers: (serial) => ({ 'x-request-id': `req_fake_${serial}` }),
}

function envelope(context: AnswerContext, object: string): JsonObject {
  return {
    id: `chatcmpl-fake-${context.serial}`,
    object,
    created: CREATED_S,
    model: context.model,
    system_fingerprint: 'fp_fake',
  }
}

function chunk(context: AnswerContext, choices: readonly JsonObject[]): JsonObject {
  const base = { ...envelope(context, 'chat.completion.chunk'), choices }
  return context.withUsage ? { ...base, usage: null } : base
}

function callId(context: AnswerContext, { id, index }: SplitCall): string {
  return id ?? `call_fake_${context.serial}_${index}`
}

function usageOf({ usage }: SplitTurn): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

function textOf(turn: SplitTurn, type: 'reasoning' | 'text'): string {
  return turn.parts.flatMap((part) => (part.type === type ? part.deltas : [])).join('')
}

/** The rules of the API that clients break most: every call is answered at once, and nothing else is. */
function refusedMessages(messages: readonly JsonObject[]): string | null {
  if (messages.length === 0)
    return "Invalid 'messages': empty array. Expected an array with minimum length 1."
  let open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool') {
      const id = wordOf(message['tool_call_id'])
      if (!open.delete(id)) {
        return `Invalid parameter: messages[${index}] with role 'tool' must be a response to a preceding message with 'tool_calls' (${id}).`
      }
      continue
    }
    if (open.size > 0) return unanswered(open)
    const calls = message['role'] === 'assistant' ? objectsIn(message['tool_calls']) : []
    open = new Set(calls.map(({ id }) => wordOf(id)))
    if (open.size < calls.length) return `Invalid 'messages[${index}].tool_calls': duplicate tool call id.`
    for (const { function: called } of calls) {
      const args = (called as JsonObject | undefined)?.['arguments']
      if (typeof args !== 'string')
        return `Invalid type for 'messages[${index}].tool_calls': arguments must be a string.`
    }
  }
  return open.size > 0 ? unanswered(open) : null
}

function unanswered(ids: ReadonlySet<string>): string {
  return (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
    `The following tool_call_ids did not have response messages: ${[...ids].join(', ')}`
  )
}

function errorOf(status: number, reason: FaultReason | undefined, message?: string): JsonObject {
  const known = knownError(status, reason)
  return { message: message ?? known[0], type: known[1], param: null, code: known[2] }
}

/** Message, type and code as the vendor sends them; https://platform.openai.com/docs/guides/error-codes. */
function knownError(status: number, reason: FaultReason | undefined): [string, string, string | null] {
  if (reason === 'overflow') {
    return [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 131072 tokens. Please reduce the length of the messages.",
      'invalid_request_error',
      'context_length_exceeded',
    ]
  }
  if (reason === 'quota') {
    return [
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ]
  }
  switch (status) {
    case 401:
      return ['Incorrect API key provided: sk-fake****0000.', 'invalid_request_error', 'invalid_api_key']
    case 402:
      return ['Insufficient Balance', 'unknown_error', 'invalid_request_error']
    case 403:
      return ['You are not allowed to use this model.', 'request_forbidden', 'permission_denied']
    case 404:
      return [
        'The model does not exist or you do not have access to it.',
        'invalid_request_error',
        'model_not_found',
      ]
    case 429:
      return ['Rate limit reached for requests. Please try again later.', 'requests', 'rate_limit_exceeded']
    case 503:
    case 529:
      return ['The engine is currently overloaded, please try again later.', 'server_error', 'overloaded']
    default:
      return status >= 500
        ? ['The server had an error while processing your request. Sorry about that!', 'server_error', null]
        : ['Your request could not be understood.', 'invalid_request_error', null]
  }
}
