import type { JsonObject, JsonValue } from '@heddle/core'
import { neutralChat, refusedChat } from './openai-request.ts'
import type { FaultReason } from './script.ts'
import type { SplitCall, SplitPart, SplitTurn } from './split-turn.ts'
import { CREATED_S, frame, objectsIn, proxyPage, wordOf } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

const FINISH = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
  length: 'length',
  'content-filter': 'content_filter',
  // Nobody sends this; reasons that are new to a client look like it.
  other: 'paused',
} as const

/** OpenAI Chat Completions, with the `reasoning_content` that DeepSeek, xAI and vLLM add. */
export const openaiWire: WireFormat = {
  capabilities: {
    hasArgumentText: true,
    hasCallIds: true,
    hasSignedReasoning: false,
    hasServerTools: false,
    countsCacheWrites: true,
  },
  contentType: 'text/event-stream; charset=utf-8',

  takes: (path) => path.endsWith('/chat/completions'),
  modelOf: ({ body }) => wordOf(body['model']),
  wantsStream: ({ body }) => body['stream'] === true,

  countAssistantTurns(body, all) {
    const messages = objectsIn(body['messages'])
    const start = all ? 0 : messages.findLastIndex(({ role }) => role === 'user') + 1
    return messages.slice(start).filter(({ role }) => role === 'assistant').length
  },

  refusal: ({ body }) => refusedChat(body),
  neutral: ({ body }) => neutralChat(body),
  serverItems: [],

  stream(turn, context) {
    const frames: WireFrame[] = []
    const add = (delta: JsonObject, finish: string | null = null): void => {
      frames.push(frame(chunk(context, [{ index: 0, delta, logprobs: null, finish_reason: finish }])))
    }
    const startsWithText = turn.parts[0]?.type === 'text'
    add({ role: 'assistant', content: startsWithText ? '' : null })
    const frameAfter = [1]
    for (const step of turn.steps) {
      const part = turn.parts[step.part]
      if (part === undefined || step.type === 'end') continue
      if (step.type === 'delta') {
        add(deltaOf(part, step.text))
        frameAfter.push(frames.length)
      } else if (part.type === 'call') {
        const opening = { index: part.index, ...callId(context, part), type: 'function' }
        add({ tool_calls: [{ ...opening, function: { name: part.name, arguments: '' } }] })
      }
    }
    const endFrame = frames.length
    add({}, finishOf(turn))
    if (context.withUsage) frames.push(frame({ ...chunk(context, []), usage: usageOf(turn) }))
    frames.push({ data: '[DONE]' })
    return { frames, frameAfter, endFrame }
  },

  whole(turn, context) {
    const calls = turn.parts.flatMap((part) =>
      part.type === 'call'
        ? [
            {
              ...callId(context, part),
              type: 'function',
              function: { name: part.name, arguments: part.deltas.join('') },
            },
          ]
        : [],
    )
    const text = textOf(turn, 'text')
    const reasoning = textOf(turn, 'reasoning')
    const refusal = textOf(turn, 'refusal')
    const message: JsonObject = {
      role: 'assistant',
      content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
      ...(refusal === '' ? {} : { refusal }),
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    }
    return {
      ...envelope(context, 'chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(turn) }],
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

/** The vendor's filter is one thing, and a refusal of the model another: it stops like any answer. */
function finishOf({ finish, parts }: SplitTurn): string {
  const isRefused = finish === 'content-filter' && parts.some(({ type }) => type === 'refusal')
  return FINISH[isRefused ? 'stop' : finish]
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

function deltaOf(part: SplitPart, text: string): JsonObject {
  switch (part.type) {
    case 'call':
      return { tool_calls: [{ index: part.index, function: { arguments: text } }] }
    case 'reasoning':
      return { reasoning_content: text }
    case 'refusal':
      return { refusal: text }
    default:
      return { content: text }
  }
}

/** The member that holds the id; none for a call without. */
function callId(context: AnswerContext, { id, index }: SplitCall): { readonly id?: JsonValue } {
  return id === null ? {} : { id: id ?? `call_fake_${context.serial}_${index}` }
}

function usageOf({ usage }: SplitTurn): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cached,
      audio_tokens: 0,
      ...(usage.cacheWrite === 0 ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
  }
}

function textOf(turn: SplitTurn, type: 'reasoning' | 'text' | 'refusal'): string {
  return turn.parts.flatMap((part): readonly string[] => (part.type === type ? part.deltas : [])).join('')
}

/** The error object of an error body; the vendor's other API has the same. */
export function errorOf(status: number, reason: FaultReason | undefined, message?: string): JsonObject {
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
