import { estimateMessageTokens } from './token-estimate.ts'
import type { Compaction } from './context-view.ts'
import { viewOf } from './context-view.ts'
import type { Message } from './messages.ts'

/** Real counts that are further off than this say more about a tokeniser we do not know than about ours. */
const SCALE_BOUNDS = { min: 0.25, max: 2 } as const

/** Keeps count of what a model sees, message by message, so that a long history is not counted anew each turn. */
export interface ContextMeter {
  /** Tokens of the history as the model sees it: estimated, then scaled by what its provider last counted. */
  historyTokens(messages: readonly Message[], compaction: Compaction | null): number
  /** Scales an estimate of anything else. */
  scaled(tokens: number): number
  /** Learns from a real count. */
  learn(estimatedTokens: number, countedTokens: number): void
}

export function contextMeter(isPinned?: (message: Message) => boolean): ContextMeter {
  let scale = 1
  let counted = 0
  let tokens = 0
  let countedUnder: Compaction | null = null
  return {
    historyTokens(messages, compaction) {
      if (compaction !== countedUnder || counted > messages.length) {
        countedUnder = compaction
        tokens = sum(viewOf(messages, compaction, isPinned))
      } else tokens += sum(messages.slice(counted))
      counted = messages.length
      return Math.ceil(tokens * scale)
    },
    scaled: (estimate) => Math.ceil(estimate * scale),
    learn(estimatedTokens, countedTokens) {
      if (estimatedTokens <= 0 || countedTokens <= 0) return
      const seen = (countedTokens / estimatedTokens) * scale
      scale = Math.min(SCALE_BOUNDS.max, Math.max(SCALE_BOUNDS.min, seen))
    },
  }
}

function sum(messages: readonly Message[]): number {
  return messages.reduce((total, message) => total + estimateMessageTokens(message), 0)
}
