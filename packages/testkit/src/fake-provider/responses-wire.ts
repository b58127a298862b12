import type { JsonObject, JsonValue } from '@heddle/core'
import { errorOf } from './openai-wire.ts'
import { encryptedFor, isModelItem, neutralResponses, refusedResponses } from './responses-request.ts'
import type { SplitPart, SplitTurn } from './split-turn.ts'
import { CREATED_S, frame, objectsIn, proxyPage, wordOf } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

/** Why an answer is incomplete; the other reasons are seen from what is in it. */
const INCOMPLETE: Readonly<Partial<Record<SplitTurn['finish'], string>>> = {
  length: 'max_output_tokens',
  'content-filter': 'content_filter',
  // Nobody sends this; reasons that are new to a client look like it.
  other: 'paused',
}

/** What a search of the vendor's leaves in an answer. */
const SERVER_ITEM: JsonObject = {
  id: 'ws_fake_0',
  type: 'web_search_call',
  status: 'completed',
  action: { type: 'search', query: 'heddle' },
}

/** OpenAI Responses, as it streams since 2025: every event is named, numbered, and says where it belongs. */
export const responsesWire: WireFormat = {
  capabilities: {
    hasArgumentText: true,
    hasCallIds: true,
    hasSignedReasoning: true,
    hasServerTools: true,
    countsCacheWrites: true,
  },
  contentType: 'text/event-stream; charset=utf-8',

  takes: (path) => path.endsWith('/responses'),
  modelOf: ({ body }) => wordOf(body['model']),
  wantsStream: ({ body }) => body['stream'] === true,

  countAssistantTurns(body, all) {
    const items = objectsIn(body['input'])
    const start = all ? 0 : items.findLastIndex(({ role }) => role === 'user') + 1
    return items.filter((item, at) => at >= start && isModelItem(item) && !isModelItem(items[at - 1] ?? {}))
      .length
  },

  refusal: ({ body }) => refusedResponses(body),
  neutral: ({ body }) => neutralResponses(body),
  serverItems: [SERVER_ITEM],

  stream: streamOf,

  whole: (turn, context) => responseOf(turn, context, endOf(turn)),

  errorBody(status, reason, message) {
    if (message === undefined && (status === 502 || status === 504)) return proxyPage(status)
    return { error: errorOf(status, reason, message) }
  },

  errorFrame: (status, reason) =>
    frame({ type: 'error', sequence_number: 999, error: errorOf(status, reason) }, 'error'),

  unknownFrame: () =>
    frame(
      { type: 'response.telemetry.delta', sequence_number: 999, output_index: 0, delta: 'unknown' },
      'response.telemetry.delta',
    ),

  models: (names) => ({
    object: 'list',
    data: names.map((id) => ({ id, object: 'model', created: CREATED_S, owned_by: 'fake-provider' })),
  }),

  headers: (serial) => ({ 'x-request-id': `req_fake_${serial}` }),
}

function streamOf(turn: SplitTurn, context: AnswerContext): ReturnType<WireFormat['stream']> {
  const frames: WireFrame[] = []
  const add = (type: string, rest: JsonObject): void => {
    frames.push(frame({ type, sequence_number: frames.length, ...rest }, type))
  }
  const begun: AnswerEnd = { status: 'in_progress', reason: null }
  add('response.created', { response: responseOf({ ...turn, parts: [] }, context, begun) })
  add('response.in_progress', { response: responseOf({ ...turn, parts: [] }, context, begun) })
  const frameAfter = [frames.length]
  const places = turn.parts.map((part, index): Place => ({ part, index, item: itemOf(turn, context, index) }))
  for (const step of turn.steps) {
    const place = places[step.part]
    if (place === undefined) continue
    if (step.type === 'delta') {
      addDelta(add, place, step.text)
      frameAfter.push(frames.length)
    } else if (step.type === 'begin') addBeginning(add, place)
    else addEnd(add, place)
  }
  const end = endOf(turn)
  const endFrame = frames.length
  add(`response.${end.status}`, { response: responseOf(turn, context, end) })
  return { frames, frameAfter, endFrame }
}

interface Place {
  readonly part: SplitPart
  /** Of the item in the answer. */
  readonly index: number
  /** As it is in the end. */
  readonly item: JsonObject
}

type Add = (type: string, rest: JsonObject) => void

function addBeginning(add: Add, { part, index, item }: Place): void {
  const at = { item_id: item['id'] ?? '', output_index: index }
  switch (part.type) {
    case 'call':
      add('response.output_item.added', {
        output_index: index,
        item: { ...item, status: 'in_progress', arguments: '' },
      })
      return
    case 'reasoning':
      add('response.output_item.added', { output_index: index, item: { ...item, summary: [] } })
      add('response.reasoning_summary_part.added', {
        ...at,
        summary_index: 0,
        part: { type: 'summary_text', text: '' },
      })
      return
    case 'server-tool':
      add('response.output_item.added', {
        output_index: index,
        item: { id: item['id'] ?? '', type: 'web_search_call', status: 'in_progress' },
      })
      for (const state of ['in_progress', 'searching', 'completed']) {
        add(`response.web_search_call.${state}`, at)
      }
      return
    default:
      add('response.output_item.added', {
        output_index: index,
        item: { ...item, status: 'in_progress', content: [] },
      })
      add('response.content_part.added', { ...at, content_index: 0, part: contentOf(part, '') })
  }
}

function addDelta(add: Add, { part, index, item }: Place, delta: string): void {
  const at = { item_id: item['id'] ?? '', output_index: index }
  // The vendor hides the length of what it sends behind letters by chance.
  const obfuscation = 'obfuscated text!'.slice(delta.length % 16)
  switch (part.type) {
    case 'call':
      add('response.function_call_arguments.delta', { ...at, delta, obfuscation })
      return
    case 'reasoning':
      add('response.reasoning_summary_text.delta', { ...at, summary_index: 0, delta, obfuscation })
      return
    case 'refusal':
      add('response.refusal.delta', { ...at, content_index: 0, delta, obfuscation })
      return
    default:
      add('response.output_text.delta', { ...at, content_index: 0, delta, logprobs: [], obfuscation })
  }
}

function addEnd(add: Add, { part, index, item }: Place): void {
  const at = { item_id: item['id'] ?? '', output_index: index }
  const text = part.deltas.join('')
  switch (part.type) {
    case 'call':
      add('response.function_call_arguments.done', { ...at, arguments: text })
      break
    case 'reasoning':
      add('response.reasoning_summary_text.done', { ...at, summary_index: 0, text })
      add('response.reasoning_summary_part.done', {
        ...at,
        summary_index: 0,
        part: { type: 'summary_text', text },
      })
      break
    case 'server-tool':
      break
    default: {
      const whole = part.type === 'refusal' ? { refusal: text } : { text, logprobs: [] }
      const kind = part.type === 'refusal' ? 'refusal' : 'output_text'
      add(`response.${kind}.done`, { ...at, content_index: 0, ...whole })
      add('response.content_part.done', { ...at, content_index: 0, part: contentOf(part, text) })
    }
  }
  add('response.output_item.done', { output_index: index, item })
}

/** An item as it is in the end. */
function itemOf(turn: SplitTurn, context: AnswerContext, index: number): JsonObject {
  const part = turn.parts[index]
  const text = (part?.deltas ?? []).join('')
  // Such an id says that the item must not go back without the reasoning before it.
  const isReasoned = turn.parts.slice(0, index).some(({ type }) => type === 'reasoning')
  const id = `fake_${context.serial}_${index}${isReasoned ? 'r' : ''}`
  const isLast = index === turn.parts.length - 1
  const status = isLast && endOf(turn).status === 'incomplete' ? 'incomplete' : 'completed'
  switch (part?.type) {
    case 'call': {
      const callId =
        part.id === null ? {} : { call_id: part.id ?? `call_fake_${context.serial}_${part.index}` }
      return { id: `fc_${id}`, type: 'function_call', status, arguments: text, ...callId, name: part.name }
    }
    case 'reasoning':
      return {
        id: `rs_${id}`,
        type: 'reasoning',
        encrypted_content: encryptedFor(`rs_${id}`),
        summary: [{ type: 'summary_text', text }],
      }
    case 'server-tool':
      return SERVER_ITEM
    default:
      return {
        id: `msg_${id}`,
        type: 'message',
        status,
        content: part ? [contentOf(part, text)] : [],
        role: 'assistant',
      }
  }
}

function contentOf(part: SplitPart, text: string): JsonObject {
  if (part.type === 'refusal') return { type: 'refusal', refusal: text }
  return { type: 'output_text', annotations: [], logprobs: [], text }
}

interface AnswerEnd {
  readonly status: 'in_progress' | 'completed' | 'incomplete'
  readonly reason: string | null
}

/** A model that refuses has completed its answer; a filter has not let it. */
function endOf({ finish, parts }: SplitTurn): AnswerEnd {
  const isRefused = finish === 'content-filter' && parts.some(({ type }) => type === 'refusal')
  const reason = isRefused ? null : (INCOMPLETE[finish] ?? null)
  return { status: reason === null ? 'completed' : 'incomplete', reason }
}

function responseOf(turn: SplitTurn, context: AnswerContext, { status, reason }: AnswerEnd): JsonObject {
  const output: JsonValue[] = turn.parts.map((_, index) => itemOf(turn, context, index))
  return {
    id: `resp_fake_${context.serial}`,
    object: 'response',
    created_at: CREATED_S,
    status,
    background: false,
    error: null,
    incomplete_details: reason === null ? null : { reason },
    model: context.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    usage: status === 'in_progress' ? null : usageOf(turn),
    metadata: {},
  }
}

function usageOf({ usage }: SplitTurn): JsonObject {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.cacheWrite },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  }
}
