import { systemRuntime } from '@heddle/core'
import type { Runtime } from '@heddle/core'

/** Time in which the waits between attempts take a thousandth, so that a row need not sleep through them. */
const HASTE = 1_000

/** A runtime, and what it was asked to wait for. */
export interface HastyRuntime extends Runtime {
  /** Delays of all timers so far, as they were asked for, in milliseconds. */
  readonly askedMs: readonly number[]
  /** Timers that neither fired nor were forgotten. */
  readonly pendingTimers: number
}

/** The system's runtime, but its timers fire a thousand times too early. */
export function hastyRuntime(): HastyRuntime {
  const askedMs: number[] = []
  const pending = new Set<symbol>()
  return {
    ...systemRuntime,
    askedMs,
    get pendingTimers() {
      return pending.size
    },
    setTimer(wake, delayMs) {
      const key = Symbol()
      pending.add(key)
      askedMs.push(delayMs)
      const forget = systemRuntime.setTimer(() => {
        pending.delete(key)
        wake()
      }, delayMs / HASTE)
      return () => {
        pending.delete(key)
        forget()
      }
    },
  }
}
