import { setImmediate as nextMacrotask } from 'node:timers/promises'
import type { Runtime } from '@heddle/core'

/** What {@link scriptedRuntime} may be told. */
export interface ScriptedRuntimeOptions {
  /** What the wall clock shows at first, in epoch milliseconds. Default 1,767,225,600,000 (2026-01-01T00:00:00Z). */
  readonly startMs?: number
  /** Equal seeds give equal random numbers. Default 1. */
  readonly seed?: number
}

/** A {@link Runtime} that a test rules: time stands still until {@link ScriptedRuntime.advance}. */
export interface ScriptedRuntime extends Runtime {
  /** Timers that are set and have neither fired nor been forgotten; 0 shows that nothing leaked. */
  readonly pendingTimers: number
  /**
   * Moves both clocks on, fires every timer that falls due on the way, in order of time and then of
   * setting, and lets everything that waits for it run in between: a timer set by a woken task fires in the
   * same call when it falls due in it.
   *
   * @param ms - Milliseconds, 0 or more; 0 fires what is due now.
   */
  advance(ms: number): Promise<void>
}

interface Timer {
  readonly dueMs: number
  readonly order: number
  readonly wake: () => void
}

/**
 * A virtual clock, ids that count (`call_0001`, `call_0002`, `run_0001` …; each prefix from 1) and seeded
 * chance, so that two runs of a test tell the same story.
 */
export function scriptedRuntime(options: ScriptedRuntimeOptions = {}): ScriptedRuntime {
  const { startMs = Date.UTC(2026, 0, 1), seed = 1 } = options
  const timers = new Set<Timer>()
  const counters = new Map<string, number>()
  const random = mulberry32(seed)
  let elapsedMs = 0
  let timersSet = 0

  const nextDue = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || comesBefore(timer, next))) next = timer
    }
    return next
  }

  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    setTimer(wake, delayMs) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: timersSet++, wake }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    newId(prefix) {
      const count = (counters.get(prefix) ?? 0) + 1
      counters.set(prefix, count)
      return `${prefix}_${String(count).padStart(4, '0')}`
    },
    random,
    get pendingTimers() {
      return timers.size
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms
      // A macrotask lets every chain of promises run to its end, however long it is.
      await nextMacrotask()
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        elapsedMs = Math.max(elapsedMs, timer.dueMs)
        timer.wake()
        await nextMacrotask()
      }
      elapsedMs = Math.max(elapsedMs, untilMs)
    },
  }
}

function comesBefore(a: Timer, b: Timer): boolean {
  return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs
}

/** Tommy Ettinger's mulberry32: 32 bits of state are plenty for jitter, and its four lines are the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
