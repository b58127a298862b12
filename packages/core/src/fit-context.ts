import { ABORTED, abortable } from './abortable.ts'
import { callLimits } from './call-limits.ts'
import { planCompaction, totalOf } from './compact-context.ts'
import type { ContextParts } from './compact-context.ts'
import type { Compaction } from './context-view.ts'
import type { EventDraft } from './event-draft.ts'
import { assistantMessage } from './messages.ts'
import type { LoopContext } from './run-plan.ts'
import { estimateMessagesTokens } from './token-estimate.ts'

/** Kept free for an answer whose bound nobody knows. */
const DEFAULT_OUTPUT_TOKENS = 8_192
/** However long the answer may be, it does not get more of the window than this. */
const LARGEST_OUTPUT_SHARE = 0.25
/** As long as a tool may take. A summary is not worth more waiting. */
const SUMMARY_TIMEOUT_MS = 60_000

/** Tokens an answer may have as far as anybody said; the adapter's own default otherwise. */
export function outputBound(context: LoopContext): number {
  const { maxOutputTokens } = context.plan.agent.definition
  return (
    maxOutputTokens ??
    Math.min(context.model.info.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS, DEFAULT_OUTPUT_TOKENS)
  )
}

/** What a request would come to now. */
export function measureContext(context: LoopContext): ContextParts {
  const windowTokens = windowOf(context)
  const largest = Math.floor((windowTokens ?? 0) * LARGEST_OUTPUT_SHARE)
  return {
    ...context.meter.measure(context.state),
    reservedOutput: Math.min(outputBound(context), largest),
  }
}

function windowOf(context: LoopContext): number | null {
  return context.plan.agent.definition.context?.windowTokens ?? context.model.info.contextWindow
}

/** True when it is known how much fits, so that there is anything to measure. */
export function hasWindow(context: LoopContext): boolean {
  return windowOf(context) !== null
}

/** Of what joins the transcript with the next turn; while one is under way, it waits for the one after it. */
function dueTokens({ state, meter }: LoopContext): number {
  const isUnderWay = state.turn > 0 && state.finish === null
  return isUnderWay ? 0 : meter.scaled(estimateMessagesTokens(state.queued))
}

/** The compaction that is due before the next call; `null` when the context fits, or nothing can leave. */
export async function compactWhenFull(context: LoopContext, turn: number): Promise<EventDraft | null> {
  const windowTokens = windowOf(context)
  if (windowTokens === null) return null
  const parts = measureContext(context)
  const isFull = totalOf(parts) + dueTokens(context) > windowTokens * context.plan.agent.context.compactAt
  return isFull ? compact(context, { turn, parts, windowTokens }) : null
}

/** After the provider said that the request was too long: our measure was wrong, so take the window for smaller. */
export async function compactAfterOverflow(context: LoopContext, turn: number): Promise<EventDraft | null> {
  const parts = measureContext(context)
  const seen = Math.min(windowOf(context) ?? Infinity, totalOf(parts))
  return compact(context, { turn, parts, windowTokens: seen * context.plan.agent.context.compactAt })
}

interface Fullness {
  readonly turn: number
  readonly parts: ContextParts
  readonly windowTokens: number
}

async function compact(
  context: LoopContext,
  { turn, parts, windowTokens }: Fullness,
): Promise<EventDraft | null> {
  const { meter, state, plan } = context
  const rules = plan.agent.context
  const others = totalOf(parts) - parts.history
  const due = dueTokens(context)
  const tokensAfter = (compaction: Compaction): number => others + meter.historyUnder(state, compaction)
  const planned = planCompaction(
    {
      messages: state.messages,
      current: state.compaction,
      tokensUnder: tokensAfter,
      targetTokens: windowTokens * rules.target - due,
      mostTokens: windowTokens - due,
    },
    rules,
  )
  if (!planned) return null
  const summarized = { ...planned, summary: await summaryOf(context, planned) }
  // A summary that fills the view again would do more harm than good.
  const isTooLong = tokensAfter(summarized) > windowTokens * rules.compactAt
  const compaction = isTooLong ? planned : summarized
  return {
    type: 'context.compacted',
    turn,
    compaction,
    parts,
    tokensBefore: totalOf(parts),
    tokensAfter: tokensAfter(compaction),
  }
}

/** A summary is a help, not a copy: without one nothing is lost. @throws ABORTED when the run is aborted. */
async function summaryOf(context: LoopContext, planned: Compaction): Promise<string | null> {
  const { summarize } = context.plan.agent.definition.context ?? {}
  const leaving = context.state.messages
    .slice(context.state.compaction?.dropBefore ?? 0, planned.dropBefore)
    .filter((message) => message.role !== 'user')
  if (!summarize || leaving.length === 0) return planned.summary
  const soFar = planned.summary === null ? [] : [assistantMessage(planned.summary)]
  const limits = callLimits(context, SUMMARY_TIMEOUT_MS)
  limits.arm()
  try {
    const written = summarize([...soFar, ...leaving], limits.signal)
    const summary = (await abortable(written, limits.signal)).trim()
    return summary === '' ? planned.summary : summary
  } catch {
    if (context.signal.aborted) throw ABORTED
    return planned.summary
  } finally {
    limits.disarm()
  }
}
