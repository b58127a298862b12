import type { RunResult, RunStop, Usage } from '@heddle/core'
import { oneLine } from './neutralise.ts'
import { formatCost, formatCount, formatDuration, formatPlural } from './quantities.ts'

/** What the closing line sums up: a run, or all runs of a conversation. */
export type Bill = Pick<RunResult, 'steps' | 'usage' | 'costMicroUsd'>

/** `2 steps · 1,234 in / 56 out tokens · $0.0123 · 3.2 s`. */
export function closingLine(bill: Bill, durationMs: number): string {
  return `${billSummary(bill)} · ${formatDuration(durationMs)}`
}

/** The closing line without the time. */
export function billSummary({ steps, usage, costMicroUsd }: Bill): string {
  return [formatPlural(steps, 'step'), tokens(usage), formatCost(costMicroUsd)].join(' · ')
}

function tokens({ inputTokens, outputTokens, cacheReadTokens }: Usage): string {
  const cached = cacheReadTokens > 0 ? ` (${formatCount(cacheReadTokens)} cached)` : ''
  return `${formatCount(inputTokens)} in${cached} / ${formatCount(outputTokens)} out tokens`
}

/** One sentence on a run that did not get done; `null` when it did, or when whoever aborted it knows. */
export function stopSentence(stop: RunStop): string | null {
  switch (stop.reason) {
    case 'done':
    case 'aborted':
      return null
    case 'failed':
      return oneLine(stop.error.message)
    case 'steps':
      return `Stopped after ${formatPlural(stop.steps, 'step')}, before the task was done; allow more with --max-steps.`
    case 'length':
      return 'The answer is cut: the model reached its output limit.'
    case 'refused':
      return 'The provider withheld the answer.'
    case 'stopped':
      return 'The run was stopped before the task was done.'
    case 'usd':
      return `Stopped before a call that could cost more than the ${formatCost(stop.limitMicroUsd)} allowed.`
    case 'tokens':
      return `Stopped after ${formatCount(stop.tokens)} tokens, as its limit says.`
    case 'ms':
      return `Stopped after ${formatDuration(stop.ms)}, as its limit says.`
    case 'tool-calls':
      return `Stopped after ${formatPlural(stop.toolCalls, 'tool call')}, as its limit says.`
    case 'repeats':
      return `Stopped: the model made the very same tool calls ${stop.repeats} times in a row.`
    case 'approval':
      return `Stopped: ${formatPlural(stop.waiting.length, 'tool call')} must be approved first.`
    default:
      return stop satisfies never
  }
}
