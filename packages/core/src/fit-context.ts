import { planCompaction, totalOf } from './compact-context.ts'
import type { ContextParts } from './compact-context.ts'
import type { Compaction } from './context-view.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { estimateTextTokens, estimateToolTokens } from './token-estimate.ts'

const DEFAULT_COMPACT_AT = 0.8
const DEFAULT_TARGET = 0.5
/** Kept free for an answer whose bound nobody knows. */
const DEFAULT_OUTPUT_TOKENS = 8_192
/** However long the answer may be, it does not get more of the window than this. */
const LARGEST_OUTPUT_SHARE = 0.25

/** Tokens an answer may have as far as anybody said; the adapter's own default otherwise. */
export function outputBound(context: LoopContext): number {
  const { maxOutputTokens } = context.plan.agent.definition
  return (
    maxOutputTokens ??
    Math.min(context.model.info.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, DEFAULT_OUTPUT_TOKENS)
  )
}

/** What the next request would come to. */
export function measureContext(context: LoopContext): ContextParts {
  const { meter, state } = context
  const windowTokens = windowOf(context)
  const largest = windowTokens === null ? Infinity : Math.floor(windowTokens * LARGEST_OUTPUT_SHARE)
  return {
    instructions: meter.scaled(estimateTextTokens(state.instructions)),
    tools: meter.scaled(estimateToolTokens(context.plan.agent.toolSpecs)),
    history: meter.historyTokens(state.messages, state.compaction),
    reservedOutput: Math.min(outputBound(context), largest),
  }
}

function windowOf(context: LoopContext): number | null {
  return context.plan.agent.definition.context?.windowTokens ?? context.model.info.contextWindow
}

/** The compaction that is due before the next call; `null` when the context fits, or nothing can leave. */
export async function compactWhenFull(context: LoopContext, turn: number): Promise<EventDraft | null> {
  const windowTokens = windowOf(context)
  if (windowTokens === null) return null
  const parts = measureContext(context)
  const { compactAt = DEFAULT_COMPACT_AT } = context.plan.agent.definition.context ?? {}
  return totalOf(parts) <= windowTokens * compactAt ? null : compact(context, turn, parts, windowTokens)
}

/** After the provider said that the request was too long: our measure was wrong, so aim lower. */
export async function compactAfterOverflow(context: LoopContext, turn: number): Promise<EventDraft | null> {
  const parts = measureContext(context)
  return compact(context, turn, parts, Math.min(windowOf(context) ?? Infinity, totalOf(parts)))
}

async function compact(
  context: LoopContext,
  turn: number,
  parts: ContextParts,
  windowTokens: number,
): Promise<EventDraft | null> {
  const policy = context.plan.agent.definition.context ?? {}
  const { messages, compaction } = context.state
  const others = totalOf(parts) - parts.history
  const room = Math.max(0, windowTokens * (policy.target ?? DEFAULT_TARGET) - others)
  // The plan counts unscaled tokens.
  const historyTokens = room / (context.meter.scaled(1_000) / 1_000)
  const plan = planCompaction({ messages, current: compaction, historyTokens }, policy)
  if (!plan) return null
  const summarized = { ...plan, summary: await summaryOf(context, plan) }
  const tokensAfter = others + context.meter.historyTokens(messages, summarized)
  return {
    type: 'context.compacted',
    turn,
    compaction: summarized,
    parts,
    tokensBefore: totalOf(parts),
    tokensAfter,
  }
}

/** A summary is a help, not a copy: without one nothing is lost. */
async function summaryOf(context: LoopContext, plan: Compaction): Promise<string | null> {
  const { summarize } = context.plan.agent.definition.context ?? {}
  const leaving = context.state.messages
    .slice(0, plan.dropBefore)
    .filter((message) => message.role !== 'user')
  if (!summarize || leaving.length === 0) return plan.summary
  try {
    const summary = await summarize(leaving, context.signal)
    return summary.trim() === '' ? plan.summary : summary
  } catch {
    return plan.summary
  }
}
