import { checkWhole } from './check-whole.ts'
import { ConfigError } from './errors.ts'
import type { RunLimits } from './events.ts'

/** Ten turns answer most questions, and end a runaway loop before it costs much. */
const DEFAULT_LIMITS: RunLimits = { steps: 10, repeats: 3 }

/**
 * Limits with some of them changed.
 *
 * @param given - What wins over `base`.
 * @param base - The agent's, for a run's own; default: what holds where nobody says anything.
 * @throws ConfigError `config.invalid` for a limit that is not a number of its kind.
 */
export function runLimits(
  given: Partial<RunLimits> | undefined,
  base: RunLimits = DEFAULT_LIMITS,
): RunLimits {
  if (given === undefined) return base
  const limits = { ...base, ...withoutUndefined(given) }
  const { steps, usd, tokens, ms, toolCalls, repeats } = limits
  checkWhole('limits.steps', steps)
  if (tokens !== undefined) checkWhole('limits.tokens', tokens)
  if (ms !== undefined) checkWhole('limits.ms', ms)
  if (toolCalls !== undefined) checkWhole('limits.toolCalls', toolCalls, 0)
  if (repeats != null) checkWhole('limits.repeats', repeats, 2)
  if (usd !== undefined && !(usd >= 0 && Number.isFinite(usd))) {
    throw new ConfigError(
      'config.invalid',
      `limits.usd must be a number of dollars of at least 0, not ${usd}.`,
    )
  }
  return limits
}

/** An option that was looked up and not found must not switch a limit off. */
export function withoutUndefined<T extends object>(given: T): Partial<T> {
  const told: Partial<T> = {}
  for (const name of Object.keys(given) as (keyof T)[])
    if (given[name] !== undefined) told[name] = given[name]
  return told
}
