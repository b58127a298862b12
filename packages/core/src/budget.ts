/** Money that was set aside for one call. */
export interface Reservation {
  readonly microUsd: number
  /** Replaces what was set aside by what it really cost; once, further calls do nothing. */
  settle(actualMicroUsd: number): void
}

/**
 * A sum of money that many runs may share. Amounts are whole micro-dollars (1 USD = 1,000,000). Reserving
 * is one synchronous step, so that calls at the same time can never overshoot together.
 */
export interface Budget {
  readonly limitMicroUsd: number
  readonly spentMicroUsd: number
  /** Set aside for calls under way. */
  readonly reservedMicroUsd: number
  /** What could still be reserved, here and in every budget above. */
  readonly freeMicroUsd: number
  /** @returns `null` when it does not fit, here or in a budget above; nothing is set aside then. */
  reserve(microUsd: number): Reservation | null
  /** Books what was spent before, without asking whether it fits. */
  charge(microUsd: number): void
}

/**
 * Makes a budget, perhaps as a part of a larger one: what is reserved and spent here counts there too.
 *
 * @param usd - Dollars.
 */
export function budget(usd: number, parent: Budget | null = null): Budget {
  const limitMicroUsd = Math.floor(usd * 1_000_000)
  let spent = 0
  let reserved = 0
  const self: Budget = {
    limitMicroUsd,
    get spentMicroUsd() {
      return spent
    },
    get reservedMicroUsd() {
      return reserved
    },
    get freeMicroUsd() {
      return Math.max(0, Math.min(limitMicroUsd - spent - reserved, parent?.freeMicroUsd ?? Infinity))
    },
    reserve(microUsd) {
      if (microUsd > limitMicroUsd - spent - reserved) return null
      const above = parent?.reserve(microUsd)
      if (above === null) return null
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
        },
      }
    },
    charge(microUsd) {
      spent += microUsd
      parent?.charge(microUsd)
    },
  }
  return self
}
