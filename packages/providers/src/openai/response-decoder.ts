import { isJsonObject } from '@heddle/core'
import type { FinishReason, ModelEvent, Usage } from '@heddle/core'
import { MALFORMED, parseObject } from '../wire/parse-object.ts'
import type { WireDecoder } from '../wire/read-batches.ts'
import { repeatedShape } from '../wire/repeated-shape.ts'
import { isCount, tokenCount } from '../wire/token-count.ts'
import { badResponse, vendorError } from '../wire/vendor-error.ts'
import type { Vendor } from '../wire/vendor-error.ts'
import { textIn } from './open-item.ts'
import { SUMMARY_PLACE } from './open-reasoning.ts'
import { outputItems } from './output-items.ts'
import type { OutputItems } from './output-items.ts'
import type { ResponseBody, ResponseEvent, ResponseUsage } from './response-events.ts'

/** Why an answer is incomplete; unknown reasons are `other`. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
])

/**
 * Decodes one answer of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function responseDecoder(vendor: Vendor): WireDecoder {
  let parts = 0
  const items = outputItems(() => parts++)
  let incompleteReason: FinishReason | null = null
  let usage: Usage | null = null
  let isDone = false
  const shape = repeatedShape(textAlone, UNREAD)

  const takeResponse = (response: ResponseBody, batch: ModelEvent[]): void => {
    if (response.error || response.status === 'failed') {
      throw vendorError(vendor, { status: null, body: { error: response.error ?? FAILED } })
    }
    items.endAll(response.output ?? [], batch)
    usage = response.usage ? usageOf(response.usage) : null
    const reason = response.incomplete_details?.reason
    if (response.status === 'incomplete') incompleteReason = REASONS.get(reason ?? '') ?? 'other'
    isDone = response.status === 'completed' || response.status === 'incomplete'
  }

  const takeEvent = (event: ResponseEvent, name: string | undefined, batch: ModelEvent[]): void => {
    const type = event.type ?? name
    switch (type) {
      case 'response.completed':
        takeResponse({ ...event.response, status: 'completed' }, batch)
        break
      case 'response.incomplete':
        takeResponse({ ...event.response, status: 'incomplete' }, batch)
        break
      case 'response.failed':
        takeResponse({ ...event.response, status: 'failed' }, batch)
        break
      case 'error':
        throw vendorError(vendor, { status: null, body: event })
      default:
        if (type === undefined && event.error) throw vendorError(vendor, { status: null, body: event })
        takeItemEvent(items, type, event, batch)
    }
  }

  return {
    decode({ event: name, data }, batch) {
      const repeated = shape.textIn(data)
      if (repeated !== null && shape.event) return writeText(items, shape.event, repeated, batch)
      const event: ResponseEvent | null = parseObject(data)
      if (event !== null) {
        takeEvent(event, name, batch)
        shape.learn(data, event)
      }
      // Not the vendor's, but of some servers that imitate it.
      else if (data.startsWith('[DONE]')) isDone = true
      else if (data.trim() !== '') throw badResponse(vendor, MALFORMED)
    },
    decodeWhole(body, batch) {
      if (isJsonObject(body)) takeResponse(body, batch)
    },
    isComplete: () => isDone,
    hasAnswer: () => isDone,
    finish(batch) {
      items.close(batch)
      batch.push({ type: 'finish', reason: incompleteReason ?? reasonOf(items), usage })
    },
  }
}

const FAILED = { message: 'the answer failed', type: 'server_error' }

/** Where an event is among the others, and padding against listeners who see how long the pieces are. */
const UNREAD = ['sequence_number', 'obfuscation'] as const

/** The text of an event that tells nothing else; `null` of any other. */
function textAlone({ type, delta }: ResponseEvent): string | null {
  return type === 'response.output_text.delta' && typeof delta === 'string' ? delta : null
}

function writeText(items: OutputItems, event: ResponseEvent, text: string, batch: ModelEvent[]): void {
  items.message(event, batch).write(event.content_index ?? 0, text, batch)
}

/** The hot path: nearly all events are the first two. `response.created` and whatever will be added are skipped. */
function takeItemEvent(
  items: OutputItems,
  type: string | undefined,
  event: ResponseEvent,
  batch: ModelEvent[],
): void {
  switch (type) {
    case 'response.output_text.delta':
      writeText(items, event, textIn(event.delta), batch)
      break
    case 'response.function_call_arguments.delta':
      items.call(event, batch).write(0, textIn(event.delta), batch)
      break
    case 'response.reasoning_summary_text.delta':
      items.reasoning(event, batch).write(summaryPlace(event), textIn(event.delta), batch)
      break
    case 'response.reasoning_text.delta':
      items.reasoning(event, batch).write(event.content_index ?? 0, textIn(event.delta), batch)
      break
    case 'response.refusal.delta':
      items.message(event, batch).writeRefusal(event.content_index ?? 0, textIn(event.delta), batch)
      break
    case 'response.output_item.added':
      items.begin(event, batch)
      break
    case 'response.output_item.done':
      items.end(event, batch)
      break
    default:
      takeWholeText(items, type, event, batch)
  }
}

function takeWholeText(
  items: OutputItems,
  type: string | undefined,
  event: ResponseEvent,
  batch: ModelEvent[],
): void {
  switch (type) {
    case 'response.output_text.annotation.added':
      if (event.annotation) items.message(event, batch).annotate(event.content_index ?? 0, event.annotation)
      break
    case 'response.output_text.done':
      items.message(event, batch).fill(event.content_index ?? 0, textIn(event.text), batch)
      break
    case 'response.refusal.done':
      items.message(event, batch).fillRefusal(event.content_index ?? 0, textIn(event.refusal), batch)
      break
    case 'response.function_call_arguments.done':
      items.call(event, batch).fill(0, textIn(event.arguments), batch)
      break
    case 'response.reasoning_summary_text.done':
      items.reasoning(event, batch).fill(summaryPlace(event), textIn(event.text), batch)
      break
    case 'response.reasoning_text.done':
      items.reasoning(event, batch).fill(event.content_index ?? 0, textIn(event.text), batch)
      break
    default:
  }
}

function summaryPlace(event: ResponseEvent): number {
  return SUMMARY_PLACE + (event.summary_index ?? 0)
}

function reasonOf(items: OutputItems): FinishReason {
  if (items.isRefused()) return 'content-filter'
  return items.hasCalls() ? 'tool-calls' : 'stop'
}

/**
 * `null` when nothing was counted, because 0 would be a price. Some servers leave the reasoning out of
 * `output_tokens` but not out of `total_tokens`.
 */
function usageOf(usage: ResponseUsage): Usage | null {
  const { input_tokens_details: inputDetails, output_tokens_details: outputDetails } = usage
  if (![usage.input_tokens, usage.output_tokens, usage.total_tokens].some(isCount)) return null
  const inputTokens = tokenCount(usage.input_tokens)
  return {
    inputTokens,
    outputTokens: Math.max(tokenCount(usage.output_tokens), tokenCount(usage.total_tokens) - inputTokens),
    cacheReadTokens: tokenCount(inputDetails?.cached_tokens),
    cacheWriteTokens: tokenCount(inputDetails?.cache_write_tokens),
    reasoningTokens: tokenCount(outputDetails?.reasoning_tokens),
  }
}
