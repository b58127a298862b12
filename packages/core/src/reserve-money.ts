import { budget } from './budget.ts'
import type { Budget, Reservation } from './budget.ts'
import { ConfigError } from './errors.ts'
import { EndRun } from './end-run.ts'
import { measureContext, outputBound } from './fit-context.ts'
import type { LoopContext, RunPlan } from './run-plan.ts'
import type { RunState } from './run-state.ts'
import { estimateMessageTokens } from './token-estimate.ts'
import { priceAt } from './usage.ts'

/** An answer that could not have this many tokens is not worth its input. */
const LEAST_OUTPUT_TOKENS = 256

/** Money set aside for one attempt, and the bound on the answer that makes it enough. */
export interface Hold {
  readonly reservation: Reservation
  readonly maxOutputTokens: number
}

/**
 * The parts that runs have of a budget, by run id. A run that pauses and is resumed finds its part again, so
 * that nothing it spent is booked twice.
 */
const parts = new WeakMap<Budget, Map<string, Budget>>()

/**
 * The budget of a run: its own part of the one it was given, in which everything that its log says was
 * spent is booked; `null` when nothing limits its cost.
 */
export function runBudget(plan: RunPlan, state: RunState): Budget | null {
  const { usd } = state.limits
  if (usd === undefined && !plan.budget) return null
  const own = plan.budget ? partOf(plan.budget, plan.runId, usd) : budget(usd ?? Infinity)
  // Who closed the part of an ended run has counted it; the call that started a child has not yet.
  const isCounted = state.stop !== null && state.parent === null
  const unbooked = state.spentMicroUsd - own.spentMicroUsd
  if (unbooked > 0 && !isCounted) own.charge(unbooked)
  return own
}

function partOf(whole: Budget, runId: string, usd: number | undefined): Budget {
  const known = parts.get(whole) ?? new Map<string, Budget>()
  parts.set(whole, known)
  const part = known.get(runId) ?? budget(usd ?? Infinity, whole)
  known.set(runId, part)
  return part
}

/** Forgets the part of a run that has ended. @returns The micro-dollars that were spent there. */
export function closePart(whole: Budget, runId: string): number {
  const known = parts.get(whole)
  const spent = known?.get(runId)?.spentMicroUsd ?? 0
  known?.delete(runId)
  return spent
}

/**
 * Sets aside what the next call can cost at most: its input as estimated, and the longest answer. Where
 * calls of other runs hold what is missing, it waits until they are settled.
 *
 * @returns `null` when the run has no budget.
 * @throws EndRun `usd` when even a short answer does not fit. ConfigError `config.unknown_price` when the
 *   model's price is unknown, because then no limit in dollars can be kept.
 */
export async function reserveMoney(context: LoopContext): Promise<Hold | null> {
  if (!context.budget) return null
  const { price: prices } = context.model.info
  if (!prices) {
    throw new ConfigError(
      'config.unknown_price',
      `The price of ${context.model.id} is unknown, so a limit in USD cannot be kept; set info.price of the model, or leave limits.usd and budget out.`,
    )
  }
  const tokens = inputTokens(context)
  // Estimates are high, and so is the tier they lead to.
  const price = priceAt(prices, tokens)
  const dearestInput = Math.max(price.input, price.cacheWrite ?? 0)
  const input = Math.ceil(tokens * dearestInput)
  const bound = outputBound(context)
  const most = input + Math.ceil(bound * price.output)
  const least = input + Math.ceil(Math.min(LEAST_OUTPUT_TOKENS, bound) * price.output)
  const reservation = await context.budget.reserveUpTo({ least, most }, context.signal)
  if (!reservation) throw new EndRun({ reason: 'usd', limitMicroUsd: context.budget.limitMicroUsd })
  const affordable = price.output > 0 ? Math.floor((reservation.microUsd - input) / price.output) : bound
  return { reservation, maxOutputTokens: Math.min(bound, affordable) }
}

/** What is queued joins the transcript with the turn that this money is for. */
function inputTokens(context: LoopContext): number {
  const { instructions, tools, history } = measureContext(context)
  const queued = context.state.queued.reduce((sum, message) => sum + estimateMessageTokens(message), 0)
  return instructions + tools + history + context.meter.scaled(queued)
}
