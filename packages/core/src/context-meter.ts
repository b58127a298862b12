import type { ContextParts } from './compact-context.ts'
import { viewOf } from './context-view.ts'
import type { Compaction, IsPinned } from './context-view.ts'
import type { Message } from './messages.ts'
import type { ToolSpec } from './model.ts'
import type { RunState } from './run-state.ts'
import { estimateMessagesTokens, estimateTextTokens, estimateToolTokens } from './token-estimate.ts'

/** Real counts that are further off than this say more about a tokeniser we do not know than about ours. */
const SCALE_BOUNDS = { min: 0.25, max: 2 } as const

/** What the measure depends on: the log alone, so that a resumed run measures as the first one did. */
export type MeteredState = Pick<
  RunState,
  'model' | 'instructions' | 'messages' | 'compaction' | 'counted' | 'queued'
>

/**
 * Keeps count of what a model sees, message by message, so that a long history is not counted anew each
 * turn. What a provider has counted is scaled by what it said; what is new is counted in full at least.
 */
export interface ContextMeter {
  /** Estimated tokens of a request, but for its answer. */
  measure(state: MeteredState): Omit<ContextParts, 'reservedOutput'>
  /** Estimated tokens of the history if another part of it were out of view. */
  historyUnder(state: MeteredState, compaction: Compaction): number
  /** Estimated tokens of something that no provider has counted yet. */
  scaled(tokens: number): number
}

/** @param toolsUnder - What the model is told of the tools. */
export function contextMeter(
  toolsUnder: (compaction: Compaction | null) => readonly ToolSpec[],
  isPinned?: IsPinned,
): ContextMeter {
  return new Meter(toolsUnder, isPinned)
}

class Meter implements ContextMeter {
  private readonly toolsUnder: (compaction: Compaction | null) => readonly ToolSpec[]
  private readonly isPinned: IsPinned | undefined
  /** Real tokens for each one that we estimate. */
  private scale = 1
  private learned: RunState['counted'] = null
  /** Unscaled tokens of the history that the provider has counted. */
  private learnedTokens = 0
  private sum: RunningSum | null = null
  private instructionTokens: ((text: string) => number) | null = null

  constructor(
    toolsUnder: (compaction: Compaction | null) => readonly ToolSpec[],
    isPinned: IsPinned | undefined,
  ) {
    this.toolsUnder = toolsUnder
    this.isPinned = isPinned
  }

  measure(state: MeteredState): Omit<ContextParts, 'reservedOutput'> {
    this.learn(state)
    return {
      instructions: Math.ceil(this.tokensOf(state.instructions) * this.scale),
      tools: Math.ceil(estimateToolTokens(this.toolsUnder(state.compaction)) * this.scale),
      history: this.history(state.messages, state.compaction),
    }
  }

  historyUnder(state: MeteredState, compaction: Compaction): number {
    this.learn(state)
    return this.history(state.messages, compaction)
  }

  scaled(tokens: number): number {
    return Math.ceil(tokens * Math.max(1, this.scale))
  }

  private learn({ counted, messages, instructions, model }: MeteredState): void {
    const usable = counted?.model === model ? counted : null
    if (usable === this.learned) return
    this.learned = usable
    this.scale = 1
    this.learnedTokens = 0
    if (!usable) return
    this.learnedTokens = this.sumOf(messages, usable.messages, usable.compaction)
    const fixed = this.tokensOf(instructions) + estimateToolTokens(this.toolsUnder(usable.compaction))
    const seen = usable.inputTokens / Math.max(1, fixed + this.learnedTokens)
    this.scale = Math.min(SCALE_BOUNDS.max, Math.max(SCALE_BOUNDS.min, seen))
  }

  private history(messages: readonly Message[], compaction: Compaction | null): number {
    const { learned, isPinned } = this
    const all = this.sumOf(messages, messages.length, compaction)
    if (!learned) return all
    const old =
      learned.compaction === compaction
        ? this.learnedTokens
        : estimateMessagesTokens(viewOf(messages.slice(0, learned.messages), compaction, isPinned))
    return Math.ceil(Math.min(all, old) * this.scale) + this.scaled(Math.max(0, all - old))
  }

  private sumOf(messages: readonly Message[], end: number, compaction: Compaction | null): number {
    this.sum ??= runningSum(this.isPinned)
    return this.sum(messages, end, compaction)
  }

  private tokensOf(instructions: string): number {
    this.instructionTokens ??= memoOfOne(estimateTextTokens)
    return this.instructionTokens(instructions)
  }
}

type RunningSum = (messages: readonly Message[], end: number, compaction: Compaction | null) => number

/** Sums up the first messages of a transcript as they are seen; goes on from where it was last asked. */
function runningSum(isPinned: IsPinned | undefined): RunningSum {
  let under: Compaction | null = null
  let counted = 0
  let tokens = 0
  return (messages, end, compaction) => {
    if (compaction === under && counted <= end) tokens += estimateMessagesTokens(messages.slice(counted, end))
    else tokens = estimateMessagesTokens(viewOf(messages.slice(0, end), compaction, isPinned))
    under = compaction
    counted = end
    return tokens
  }
}

function memoOfOne<In, Out>(make: (input: In) => Out): (input: In) => Out {
  let last: { readonly input: In; readonly output: Out } | null = null
  return (input) => {
    if (last?.input !== input) last = { input, output: make(input) }
    return last.output
  }
}
