import { isJsonObject } from '@heddle/core'
import type { FinishReason, JsonObject, ModelEvent, Usage } from '@heddle/core'
import type { MessageEvent, MessageUsage } from '../anthropic/message-events.ts'
import type { CliDecoder, LineKind } from './bridge-cli.ts'
import { brokenOff, wrongAccount } from './bridge-failure.ts'
import type { BridgeName } from './bridge-names.ts'
import { claudeFailure } from './claude-failure.ts'
import { claudeMessages } from './claude-message.ts'
import type { ClaudeMessages } from './claude-message.ts'

/** Why an answer stopped, but for calls of tools. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content-filter'],
])

/**
 * Decodes what Claude Code prints as `stream-json`: the events of the Messages API in an envelope, and lines of
 * its own around them.
 *
 * @param isHeld - Whether the answer is held to a schema: then it is what stands in the last line.
 * @see https://code.claude.com/docs/en/headless
 */
export function claudeDecoder(name: BridgeName, isHeld: boolean): CliDecoder {
  const messages = claudeMessages(!isHeld)

  const takeResult = (line: JsonObject, batch: ModelEvent[]): LineKind => {
    if (line['is_error'] === true) throw claudeFailure(name, line, messages.hasBegun())
    messages.end(batch)
    // Without a schema it has been told already, unless it came whole.
    if (isHeld || !messages.hasBegun()) messages.tellWhole(answerOf(line, isHeld), batch)
    const stopped = typeof line['stop_reason'] === 'string' ? line['stop_reason'] : (messages.reason() ?? '')
    // Under a schema the answer is the call of a tool.
    const reason = stopped === 'tool_use' ? 'stop' : (REASONS.get(stopped) ?? 'other')
    const total = isJsonObject(line['usage']) ? line['usage'] : messages.usage()
    batch.push({ type: 'finish', reason, usage: usageOf(total) })
    return 'complete'
  }

  return {
    take(line, batch) {
      switch (line['type']) {
        case 'stream_event':
          return isJsonObject(line['event']) ? takeEvent(name, messages, line['event'], batch) : 'noise'
        case 'assistant':
          // It puts its own failures into the model's mouth.
          if (line['is_api_error_message'] === true) throw claudeFailure(name, line, messages.hasBegun())
          return 'progress'
        case 'result':
          return takeResult(line, batch)
        case 'system':
          if (line['subtype'] === 'init') refuseKey(name, line['apiKeySource'])
          return 'noise'
        default:
          return 'noise'
      }
    },
  }
}

function takeEvent(
  name: BridgeName,
  messages: ClaudeMessages,
  event: MessageEvent,
  batch: ModelEvent[],
): LineKind {
  messages.take(event, batch)
  if (event.type !== 'message_stop') return 'progress'
  messages.end(batch)
  const stopped = messages.reason()
  if (stopped === null) throw brokenOff(name, 'the stream from its server ended before the answer did')
  const reason = REASONS.get(stopped)
  if (reason === undefined || reason === 'stop') return 'progress'
  // It would go on by itself now, with another question in words of its own.
  batch.push({ type: 'finish', reason, usage: usageOf(messages.usage()) })
  return 'stop'
}

/** Before it asks anything it says what it is logged in with: `none` is no key. */
function refuseKey(name: BridgeName, source: unknown): void {
  if (typeof source === 'string' && source !== 'none') throw wrongAccount(name)
}

function answerOf(line: JsonObject, isHeld: boolean): string {
  const value = line['structured_output']
  if (isHeld && value !== undefined && value !== null) return JSON.stringify(value)
  return typeof line['result'] === 'string' ? line['result'] : ''
}

function usageOf(usage: MessageUsage): Usage | null {
  if (typeof usage.output_tokens !== 'number') return null
  const cacheReadTokens = usage.cache_read_input_tokens ?? 0
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0
  return {
    inputTokens: (usage.input_tokens ?? 0) + cacheReadTokens + cacheWriteTokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  }
}
