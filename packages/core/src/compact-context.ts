import type { Compaction, IsPinned } from './context-view.ts'
import { ConfigError } from './errors.ts'
import type { Message } from './messages.ts'

/** How an agent keeps its context within the window. */
export interface ContextPolicy {
  /**
   * Tokens of the window; default: the model's, as the catalogue knows it. Without either nothing is compacted
   * until the provider says that a request was too long.
   */
  readonly windowTokens?: number
  /** Part of the window that, when it is full, makes older turns leave the view. Default 0.8. */
  readonly compactAt?: number
  /** Part of the window that is aimed at then; low enough that it does not happen every turn. Default 0.5. */
  readonly target?: number
  /**
   * Turns that stay as they are, at least 1. Default 2. Only where the window could not hold them do their
   * tool outputs become stubs, too.
   */
  readonly keepTurns?: number
  /** Messages that never leave the view. Must be pure. */
  readonly isPinned?: IsPinned
  /**
   * Writes a summary of what leaves the view: answers and tool results, after an assistant message with the
   * summary so far if there is one. It is shown in addition to what stays. After a throw, an empty text, one
   * that does not fit, or a minute of waiting, the summary so far stays. What it costs is not counted.
   * Default: none.
   */
  readonly summarize?: (messages: readonly Message[], signal: AbortSignal) => Promise<string>
}

const DEFAULT_COMPACT_AT = 0.8
const DEFAULT_TARGET = 0.5
const DEFAULT_KEEP_TURNS = 2

/** The policy with its defaults filled in. */
export interface CompactionRules {
  readonly compactAt: number
  readonly target: number
  readonly keepTurns: number
  readonly isPinned: IsPinned | undefined
}

/** @throws ConfigError `config.invalid` for numbers that make no sense. */
export function compactionRules(policy: ContextPolicy = {}): CompactionRules {
  const { windowTokens, isPinned } = policy
  const { compactAt = DEFAULT_COMPACT_AT, keepTurns = DEFAULT_KEEP_TURNS } = policy
  const target = policy.target ?? Math.min(DEFAULT_TARGET, compactAt)
  const wrong = (says: string): ConfigError => new ConfigError('config.invalid', `context.${says}.`)
  if (windowTokens !== undefined && !(windowTokens > 0))
    throw wrong(`windowTokens must be a number of tokens above 0, not ${windowTokens}`)
  if (!(compactAt > 0 && compactAt <= 1))
    throw wrong(`compactAt must be a part of the window, above 0 and at most 1, not ${compactAt}`)
  if (!(target >= 0 && target <= compactAt))
    throw wrong(`target must be a part of the window, from 0 to compactAt (${compactAt}), not ${target}`)
  if (!(Number.isInteger(keepTurns) && keepTurns >= 1))
    throw wrong(`keepTurns must be a whole number of at least 1, not ${keepTurns}`)
  return { compactAt, target, keepTurns, isPinned }
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

/** What leaves the view is decided from these and the rules alone. */
export interface CompactionInput {
  readonly messages: readonly Message[]
  readonly current: Compaction | null
  /** What a request would come to. */
  readonly tokensUnder: (compaction: Compaction) => number
  /** Tokens that it is to come to. */
  readonly targetTokens: number
  /** Tokens that the window can hold of it at all. */
  readonly mostTokens: number
}

/**
 * Decides what leaves the view: first the tool outputs of older turns become stubs; where that does not
 * do, older answers and results leave from the oldest on, whole turns at a time, so that no call is parted
 * from its result. Only when what then remains can not be sent at all, the outputs of the kept turns become
 * stubs as well. What users said stays.
 *
 * @returns `null` when nothing could leave that would make it shorter.
 */
export function planCompaction(input: CompactionInput, rules: CompactionRules): Compaction | null {
  const { messages, current, tokensUnder, targetTokens, mostTokens } = input
  const before = current ?? { stubBefore: 0, dropBefore: 0, summary: null }
  const starts = messages.flatMap((message, at) => (message.role === 'assistant' ? [at] : []))
  const kept = starts[starts.length - rules.keepTurns] ?? 0
  const stubs: Compaction = { ...before, stubBefore: Math.max(before.stubBefore, kept) }
  const cuts = starts.filter((start) => start > before.dropBefore && start <= kept)
  const plans = [stubs, ...cuts.map((dropBefore) => ({ ...stubs, dropBefore }))]
  const least = firstThat(plans, (plan) => tokensUnder(plan) <= targetTokens) ?? stubs
  const plan = tokensUnder(least) <= mostTokens ? least : { ...least, stubBefore: messages.length }
  return tokensUnder(plan) < tokensUnder(before) ? plan : null
}

/** By halves, because each plan leaves less in view than the one before. @returns The last when none does. */
function firstThat<Item>(items: readonly Item[], isGood: (item: Item) => boolean): Item | undefined {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const item = items[middle]
    if (item !== undefined && isGood(item)) high = middle
    else low = middle + 1
  }
  return items[low]
}
