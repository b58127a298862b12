import { isJsonObject, ModelError } from '@heddle/core'
import type { FinishReason, JsonObject, ModelEvent, Usage } from '@heddle/core'
import type { CliDecoder, LineKind } from './bridge-cli.ts'
import type { BridgeName } from './bridge-names.ts'
import { codexFailure } from './codex-failure.ts'

/** Items in which it would have done something on this machine or elsewhere, which it was told not to. */
const DEEDS: ReadonlySet<string> = new Set([
  'command_execution',
  'file_change',
  'mcp_tool_call',
  'web_search',
  'collab_tool_call',
])

/** How it says that its server stopped the answer. */
const INCOMPLETE = /incomplete response returned, reason: (\w+)/i

const INCOMPLETE_REASONS: ReadonlyMap<string | undefined, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
])

/**
 * Decodes what `codex exec --json` prints: items, each when it is whole, and how the turn ended.
 *
 * @param isJson - Whether the answer is to be JSON: then it is the last message alone.
 * @see https://developers.openai.com/codex/noninteractive
 */
export function codexDecoder(name: BridgeName, isJson: boolean): CliDecoder {
  let nextPart = 0
  let lastMessage = ''

  const tell = (type: 'text.delta' | 'reasoning.delta', text: string, batch: ModelEvent[]): void => {
    if (text !== '') batch.push({ type, part: nextPart++, text: text.toWellFormed() })
  }
  const finish = (reason: FinishReason, usage: Usage | null, batch: ModelEvent[]): LineKind => {
    if (isJson) tell('text.delta', lastMessage, batch)
    batch.push({ type: 'finish', reason, usage })
    return 'complete'
  }

  const takeItem = (item: JsonObject, batch: ModelEvent[]): LineKind => {
    refuseDeed(name, item)
    const text = typeof item['text'] === 'string' ? item['text'] : ''
    if (item['type'] === 'reasoning') tell('reasoning.delta', text, batch)
    else if (item['type'] !== 'agent_message') return 'noise'
    else if (isJson) lastMessage = text
    else tell('text.delta', text, batch)
    return 'progress'
  }

  const takeFailure = (line: JsonObject, batch: ModelEvent[]): LineKind => {
    const error = line['error']
    const message = isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : ''
    const reason = INCOMPLETE_REASONS.get(INCOMPLETE.exec(message)?.[1])
    if (reason !== undefined) return finish(reason, null, batch)
    throw codexFailure(name, message, nextPart > 0)
  }

  return {
    take(line, batch) {
      switch (line['type']) {
        case 'item.started':
          if (isJsonObject(line['item'])) refuseDeed(name, line['item'])
          return 'noise'
        case 'item.completed':
          return isJsonObject(line['item']) ? takeItem(line['item'], batch) : 'noise'
        case 'turn.completed':
          return finish('stop', isJsonObject(line['usage']) ? usageOf(line['usage']) : null, batch)
        case 'turn.failed':
          return takeFailure(line, batch)
        // `error` tells of its own new tries; the last of them is followed by `turn.failed`.
        default:
          return 'noise'
      }
    },
  }
}

function refuseDeed(name: BridgeName, { type }: JsonObject): void {
  if (typeof type !== 'string' || !DEEDS.has(type)) return
  throw new ModelError(
    'model.bad_response',
    `${name} was ended because it began to use a tool of its own (${type}) although it was told not to; use a model behind an API, or another version of the program`,
  )
}

function usageOf(usage: JsonObject): Usage | null {
  const count = (member: string): number => (typeof usage[member] === 'number' ? usage[member] : 0)
  if (typeof usage['output_tokens'] !== 'number') return null
  return {
    inputTokens: count('input_tokens'),
    outputTokens: count('output_tokens'),
    cacheReadTokens: count('cached_input_tokens'),
    cacheWriteTokens: count('cache_write_input_tokens'),
    reasoningTokens: count('reasoning_output_tokens'),
  }
}
