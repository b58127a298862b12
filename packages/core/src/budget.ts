import { abortable } from './abortable.ts'
import { ConfigError } from './errors.ts'

/** Money that was set aside for one call. */
export interface Reservation {
  readonly microUsd: number
  /** Replaces what was set aside by what it really cost; once, further calls do nothing. */
  settle(actualMicroUsd: number): void
}

/** Whole micro-dollars that a call needs: at `least` to be worth making, at `most` to be sure. */
export interface MoneyRange {
  readonly least: number
  readonly most: number
}

/**
 * A sum of money that many runs may share. Amounts are whole micro-dollars (1 USD = 1,000,000). Reserving
 * is one synchronous step, so that calls at the same time can never overshoot together.
 */
export interface Budget {
  /** The smallest limit, here or in a budget above. */
  readonly limitMicroUsd: number
  readonly spentMicroUsd: number
  /** Set aside for calls under way. */
  readonly reservedMicroUsd: number
  /** What could be reserved now, here and in every budget above. */
  readonly freeMicroUsd: number
  /** What would be free if the calls under way cost nothing. */
  readonly unspentMicroUsd: number
  /** @returns `null` when it does not fit, here or in a budget above; nothing is set aside then. */
  reserve(microUsd: number): Reservation | null
  /**
   * Sets aside `most`, or what is left of it. As long as calls under way may still give back what is
   * missing, it waits for them; so do not wait for a call under the same budget while you hold a reservation.
   *
   * @returns `null` when less than `least` is left, or the signal aborts meanwhile; nothing is set aside then.
   */
  reserveUpTo(range: MoneyRange, signal: AbortSignal): Promise<Reservation | null>
  /** Resolves when a call gives back what it did not use, here or in a budget beside or above this one. */
  freed(): Promise<void>
  /** Books what was spent before, without asking whether it fits. */
  charge(microUsd: number): void
}

/**
 * Makes a budget, perhaps as a part of a larger one: what is reserved and spent here counts there too.
 *
 * @param usd - Dollars, at least 0; `Infinity` for a part that has no limit of its own.
 * @throws ConfigError `config.invalid` for anything else.
 */
export function budget(usd: number, parent: Budget | null = null): Budget {
  if (!(usd >= 0)) {
    throw new ConfigError('config.invalid', `A budget must be a number of dollars of at least 0, not ${usd}.`)
  }
  // Rounding first takes away binary dust: 0.57 * 1,000,000 is 569,999.9999999999.
  const own = Math.floor(Number((usd * 1_000_000).toFixed(3)))
  let spent = 0
  let reserved = 0
  let nextFreed = Promise.withResolvers<void>()

  const hold = (microUsd: number, above: Reservation | undefined): Reservation => {
    reserved += microUsd
    let isOpen = true
    return {
      microUsd,
      settle(actualMicroUsd) {
        if (!isOpen) return
        isOpen = false
        reserved -= microUsd
        spent += actualMicroUsd
        above?.settle(actualMicroUsd)
        nextFreed.resolve()
        nextFreed = Promise.withResolvers()
      },
    }
  }
  const self: Budget = {
    limitMicroUsd: Math.min(own, parent?.limitMicroUsd ?? Infinity),
    get spentMicroUsd() {
      return spent
    },
    get reservedMicroUsd() {
      return reserved
    },
    get freeMicroUsd() {
      return Math.max(0, Math.min(own - spent - reserved, parent?.freeMicroUsd ?? Infinity))
    },
    get unspentMicroUsd() {
      return Math.max(0, Math.min(own - spent, parent?.unspentMicroUsd ?? Infinity))
    },
    reserve(microUsd) {
      if (microUsd > own - spent - reserved) return null
      const above = parent?.reserve(microUsd)
      return above === null ? null : hold(microUsd, above)
    },
    async reserveUpTo({ least, most }, signal) {
      while (self.freeMicroUsd < most && self.freeMicroUsd < self.unspentMicroUsd) {
        await abortable(self.freed(), signal).catch(() => null)
        if (signal.aborted) return null
      }
      const free = self.freeMicroUsd
      return free < least ? null : self.reserve(Math.min(most, free))
    },
    freed: () => parent?.freed() ?? nextFreed.promise,
    charge(microUsd) {
      spent += microUsd
      parent?.charge(microUsd)
    },
  }
  return self
}
