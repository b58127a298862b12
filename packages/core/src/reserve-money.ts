import { budget } from './budget.ts'
import type { Budget, Reservation } from './budget.ts'
import { ConfigError } from './errors.ts'
import { EndRun } from './end-run.ts'
import { measureContext, outputBound } from './fit-context.ts'
import type { LoopContext, RunPlan } from './run-plan.ts'
import type { RunState } from './run-state.ts'

/** An answer that could not have this many tokens is not worth its input. */
const LEAST_OUTPUT_TOKENS = 256

/** Money set aside for one attempt, and the bound on the answer that makes it enough. */
export interface Hold {
  readonly reservation: Reservation
  readonly maxOutputTokens: number
}

/** The budget of a run: its own part of the one it was given, with what earlier drivers spent already booked. */
export function runBudget(plan: RunPlan, state: RunState): Budget | null {
  if (state.limits.usd === undefined) return plan.budget
  const own = budget(state.limits.usd, plan.budget)
  if (state.spentMicroUsd > 0) own.charge(state.spentMicroUsd)
  return own
}

/**
 * Sets aside what the next call can cost at most: its input as estimated, and the longest answer.
 *
 * @returns `null` when the run has no budget.
 * @throws EndRun `usd` when even a short answer does not fit. ConfigError `config.unknown_price` when the
 *   model's price is unknown, because then no limit in dollars can be kept.
 */
export function reserveMoney(context: LoopContext): Hold | null {
  if (!context.budget) return null
  const { price } = context.model.info
  if (!price) {
    throw new ConfigError(
      'config.unknown_price',
      `The price of ${context.model.id} is unknown, so a limit in USD cannot be kept; set info.price of the model, or leave limits.usd out.`,
    )
  }
  const parts = measureContext(context)
  const dearestInput = Math.max(price.input, price.cacheWrite ?? 0)
  const inputMicroUsd = (parts.instructions + parts.tools + parts.history) * dearestInput
  const affordable =
    price.output > 0 ? Math.floor((context.budget.freeMicroUsd - inputMicroUsd) / price.output) : Infinity
  const maxOutputTokens = Math.min(outputBound(context), affordable)
  const isTooLittle = maxOutputTokens < Math.min(LEAST_OUTPUT_TOKENS, outputBound(context))
  const reservation = isTooLittle
    ? null
    : context.budget.reserve(Math.ceil(inputMicroUsd + maxOutputTokens * price.output))
  if (!reservation) throw new EndRun({ reason: 'usd', limitMicroUsd: context.budget.limitMicroUsd })
  return { reservation, maxOutputTokens }
}
