import { viewOf } from './context-view.ts'
import type { Compaction } from './context-view.ts'
import type { Message } from './messages.ts'
import { estimateMessageTokens } from './token-estimate.ts'

/** How an agent keeps its context within the window. */
export interface ContextPolicy {
  /** Tokens of the window; default: the model's, as the catalogue knows it. Without either nothing is compacted. */
  readonly windowTokens?: number
  /** Part of the window that, when it is full, makes older turns leave the view. Default 0.8. */
  readonly compactAt?: number
  /** Part of the window that is aimed at then; low enough that it does not happen every turn. Default 0.5. */
  readonly target?: number
  /** Turns that always stay as they are. Default 2. */
  readonly keepTurns?: number
  /** Messages that never leave the view. */
  readonly isPinned?: (message: Message) => boolean
  /**
   * Writes a summary of what leaves. It is shown in addition to what stays; a throw or an empty text means
   * there is none. Default: none.
   */
  readonly summarize?: (messages: readonly Message[], signal: AbortSignal) => Promise<string>
}

/** Where the tokens of a request go; scaled estimates. */
export interface ContextParts {
  readonly instructions: number
  readonly tools: number
  readonly history: number
  /** Kept free for the answer. */
  readonly reservedOutput: number
}

export function totalOf(parts: ContextParts): number {
  return parts.instructions + parts.tools + parts.history + parts.reservedOutput
}

/** What leaves the view is decided from these alone. */
export interface CompactionInput {
  readonly messages: readonly Message[]
  readonly current: Compaction | null
  /** Estimated tokens the history may come to. */
  readonly historyTokens: number
}

/**
 * Decides what leaves the view: first the tool outputs of older turns become stubs; where that does not
 * do, older answers and results leave from the oldest on, whole turns at a time, so that no call is parted
 * from its result. What users said stays.
 *
 * @returns `null` when nothing more can leave.
 */
export function planCompaction(input: CompactionInput, policy: ContextPolicy): Compaction | null {
  const { messages, current, historyTokens } = input
  const starts = messages.flatMap((message, at) => (message.role === 'assistant' ? [at] : []))
  const stubBefore = starts[Math.max(0, starts.length - (policy.keepTurns ?? 2))] ?? 0
  const before = current ?? { stubBefore: 0, dropBefore: 0, summary: null }
  const fits = (plan: Compaction): boolean => {
    const view = viewOf(messages, plan, policy.isPinned)
    return view.reduce((sum, message) => sum + estimateMessageTokens(message), 0) <= historyTokens
  }
  let plan: Compaction = { ...before, stubBefore: Math.max(before.stubBefore, stubBefore) }
  for (const start of starts) {
    if (start > stubBefore || fits(plan)) break
    if (start > plan.dropBefore) plan = { ...plan, dropBefore: start }
  }
  const isSame = plan.stubBefore === before.stubBefore && plan.dropBefore === before.dropBefore
  return isSame ? null : plan
}
