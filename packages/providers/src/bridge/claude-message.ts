import type { ModelEvent } from '@heddle/core'
import type { MessageEvent, MessageUsage } from '../anthropic/message-events.ts'
import { wholePairs } from '../wire/whole-pairs.ts'
import type { WholePairs } from '../wire/whole-pairs.ts'

/** The messages of an answer, as far as they are told: their text and thinking. */
export interface ClaudeMessages {
  take(event: MessageEvent, batch: ModelEvent[]): void
  /** Tells a text that did not come in pieces. */
  tellWhole(text: string, batch: ModelEvent[]): void
  /** Tells what was held back. */
  end(batch: ModelEvent[]): void
  /** Whether anything was told. */
  hasBegun(): boolean
  /** Why the latest message stopped; `null` as long as it has not said. */
  reason(): string | null
  /** Of the latest message. */
  usage(): MessageUsage
}

/** A block that is being told. */
interface OpenBlock {
  readonly type: 'text.delta' | 'reasoning.delta'
  /** -1 before its first piece. */
  part: number
  readonly pairs: WholePairs
}

const BLOCK_TYPES: ReadonlyMap<string | undefined, OpenBlock['type']> = new Map([
  ['text', 'text.delta' as const],
  ['thinking', 'reasoning.delta' as const],
])

/** @param isTextTold - False: only the thinking is. */
export function claudeMessages(isTextTold: boolean): ClaudeMessages {
  let nextPart = 0
  const open = new Map<number, OpenBlock>()
  let usage: MessageUsage = {}
  let reason: string | null = null

  const tell = (block: OpenBlock, text: string, batch: ModelEvent[]): void => {
    if (text === '' || (block.type === 'text.delta' && !isTextTold)) return
    if (block.part < 0) block.part = nextPart++
    batch.push({ type: block.type, part: block.part, text })
  }
  return {
    take(event, batch) {
      const index = event.index ?? 0
      if (event.type === 'message_start') {
        reason = null
        usage = { ...event.message?.usage }
      } else if (event.type === 'content_block_start') {
        const type = BLOCK_TYPES.get(event.content_block?.type)
        if (type) open.set(index, { type, part: -1, pairs: wholePairs() })
      } else if (event.type === 'content_block_delta') {
        const block = open.get(index)
        const text = block?.type === 'text.delta' ? event.delta?.text : event.delta?.thinking
        if (block && text) tell(block, block.pairs.take(text), batch)
      } else if (event.type === 'message_delta') {
        usage = { ...usage, ...counted(event.usage) }
        reason = event.delta?.stop_reason ?? reason
      }
    },
    tellWhole(text, batch) {
      if (text !== '') batch.push({ type: 'text.delta', part: nextPart++, text: text.toWellFormed() })
    },
    end(batch) {
      for (const block of open.values()) tell(block, block.pairs.end(), batch)
      open.clear()
    },
    hasBegun: () => nextPart > 0,
    reason: () => reason,
    usage: () => usage,
  }
}

/** A missing count does not replace an earlier one. */
function counted(usage: MessageUsage | null | undefined): MessageUsage {
  const known = Object.entries(usage ?? {}).filter(([, count]) => count !== null && count !== undefined)
  return Object.fromEntries(known)
}
