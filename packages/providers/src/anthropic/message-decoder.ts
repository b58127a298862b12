import { isJsonObject } from '@heddle/core'
import type { FinishReason, JsonObject, ModelEvent, Usage } from '@heddle/core'
import { MALFORMED, parseObject } from '../wire/parse-object.ts'
import { repeatedShape } from '../wire/repeated-shape.ts'
import { isCount, tokenCount } from '../wire/token-count.ts'
import { badResponse, vendorError } from '../wire/vendor-error.ts'
import type { Vendor } from '../wire/vendor-error.ts'
import type { WireDecoder } from '../wire/read-batches.ts'
import type { ContentBlock, MessageEvent, MessageUsage } from './message-events.ts'
import { openBlocks } from './open-blocks.ts'

/** Unknown reasons, and `pause_turn`, are `other`. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool-calls'],
  ['refusal', 'content-filter'],
])

/**
 * Decodes one answer of the Messages API.
 *
 * @see https://docs.claude.com/en/docs/build-with-claude/streaming
 */
export function messageDecoder(vendor: Vendor): WireDecoder {
  let parts = 0
  const blocks = openBlocks(() => parts++)
  let reason: FinishReason | null = null
  let usage: MessageUsage | null = null
  let isDone = false
  const shape = repeatedShape(textAlone)

  const takeEvent = (event: MessageEvent, batch: ModelEvent[]): void => {
    const index = event.index ?? 0
    switch (event.type) {
      case 'content_block_delta':
        if (event.delta) blocks.take(index, event.delta, batch)
        break
      case 'content_block_start':
        blocks.begin(index, event.content_block, batch)
        break
      case 'content_block_stop':
        blocks.end(index, batch)
        break
      case 'message_start':
        usage = laterUsage(usage, event.message?.usage)
        break
      case 'message_delta':
        usage = laterUsage(usage, event.usage)
        reason = reasonOf(event.delta?.stop_reason) ?? reason
        break
      case 'message_stop':
        isDone = true
        break
      // `ping`, and whatever will be added.
      default:
    }
  }

  return {
    decode({ event: name, data }, batch) {
      const repeated = name === 'error' ? null : shape.textIn(data)
      if (repeated !== null) return blocks.take(shape.event?.index ?? 0, { text: repeated }, batch)
      const event: MessageEvent | null = parseObject(data)
      if (isError(name, event)) throw vendorError(vendor, { status: null, body: event ?? data })
      if (event !== null) {
        takeEvent(event, batch)
        shape.learn(data, event)
      } else if (data.trim() !== '') throw badResponse(vendor, MALFORMED)
    },
    decodeWhole(body, batch) {
      if (!isJsonObject(body)) return
      if (body['type'] === 'error') throw vendorError(vendor, { status: null, body })
      for (const [index, block] of blocksOf(body).entries()) blocks.begin(index, block, batch)
      blocks.endAll(batch)
      usage = laterUsage(usage, body['usage'] as MessageUsage | undefined)
      reason = reasonOf(body['stop_reason'])
    },
    isComplete: () => isDone,
    hasAnswer: () => isDone || reason !== null,
    finish(batch) {
      blocks.endAll(batch)
      batch.push({ type: 'finish', reason: reason ?? 'other', usage: usage && usageOf(usage) })
    },
  }
}

/** The text of an event that tells nothing else; `null` of any other. */
function textAlone({ type, delta }: MessageEvent): string | null {
  if (type !== 'content_block_delta' || delta?.type !== 'text_delta') return null
  return typeof delta.text === 'string' && delta.citation === undefined ? delta.text : null
}

/** Some proxies leave out the name of the event, and some its type. */
function isError(name: string | undefined, event: MessageEvent | null): boolean {
  return name === 'error' || Boolean(event?.error)
}

function reasonOf(stopReason: unknown): FinishReason | null {
  return typeof stopReason === 'string' ? (REASONS.get(stopReason) ?? 'other') : null
}

function blocksOf(body: JsonObject): readonly ContentBlock[] {
  return Array.isArray(body['content']) ? (body['content'] as readonly ContentBlock[]) : []
}

/** Later counts replace earlier ones; but where a proxy has none, it leaves them out, or says 0. */
function laterUsage(known: MessageUsage | null, more: MessageUsage | null | undefined): MessageUsage | null {
  const counted = Object.entries(more ?? {}).filter(([, count]) => Boolean(count))
  return counted.length === 0 ? known : { ...known, ...(Object.fromEntries(counted) as MessageUsage) }
}

/** `null` when nothing was counted, because 0 would be a price. */
function usageOf(usage: MessageUsage): Usage | null {
  if (![usage.input_tokens, usage.output_tokens].some(isCount)) return null
  const cacheReadTokens = tokenCount(usage.cache_read_input_tokens)
  const cacheWriteTokens = tokenCount(usage.cache_creation_input_tokens)
  return {
    inputTokens: tokenCount(usage.input_tokens) + cacheReadTokens + cacheWriteTokens,
    outputTokens: tokenCount(usage.output_tokens),
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: tokenCount(usage.output_tokens_details?.thinking_tokens),
  }
}
