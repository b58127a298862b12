import { ModelError } from '@heddle/core'
import { failureOf } from './line-failure.ts'
import { MAX_TIMER_MS, timeLimit } from './time-limit.ts'

/** How long silence is borne, in milliseconds. `Infinity` waits for ever. */
export interface Patience {
  /** From the request to the first byte of the answer. */
  readonly firstByteTimeoutMs: number
  /** Between two pieces of the answer. Time that the reader takes for itself does not count. */
  readonly idleTimeoutMs: number
  /** From the request to the end of the answer, whoever takes the time. */
  readonly totalTimeoutMs: number
}

/** One connection's end: it breaks when the caller aborts, or when the other side is silent for too long. */
export interface Line {
  readonly signal: AbortSignal
  /** Begins a wait for the other side. */
  waiting(): void
  /** The other side answered; the wait is over. */
  heard(): void
  /** Breaks the connection. */
  cut(): void
  /** Says what a failure on this line was: an abort and a time-out look the same from the socket. */
  explain(thrown: unknown): unknown
  /** Forgets the timer and the caller's signal. Must be called. */
  close(): void
}

/**
 * Watches one connection.
 *
 * One timer serves the whole connection: it is not set again for each piece that arrives, but looks at
 * the clock when it fires, so that a busy stream pays for a clock reading only.
 */
export function openLine(provider: string, where: string, patience: Patience, caller: AbortSignal): Line {
  const controller = new AbortController()
  const { firstByteTimeoutMs, idleTimeoutMs } = patience
  // Often enough for either limit, so that the first byte need not set the timer anew.
  const lookEveryMs = Math.min(firstByteTimeoutMs, idleTimeoutMs, MAX_TIMER_MS)
  let limitMs = firstByteTimeoutMs
  let waitingSince: number | null = null
  let hasBegun = false
  let timeout: ModelError | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const cut = (): void => controller.abort()
  const giveUp = (what: string): void => {
    timeout = new ModelError('model.timeout', `${provider} ${what}`, { retryable: true })
    cut()
  }
  const watch = (delayMs: number): void => {
    timer = setTimeout(look, Math.min(delayMs, lookEveryMs))
  }
  const look = (): void => {
    const leftMs = waitingSince === null ? limitMs : limitMs - (performance.now() - waitingSince)
    if (leftMs > 0) return watch(leftMs)
    giveUp(
      hasBegun
        ? `fell silent in the middle of its answer for ${limitMs} ms (idle time-out)`
        : `sent nothing for ${limitMs} ms (first-byte time-out)`,
    )
  }
  caller.addEventListener('abort', cut)
  if (caller.aborted) cut()
  watch(limitMs)
  const stopTotal = timeLimit(patience.totalTimeoutMs, () =>
    giveUp(`did not finish its answer within ${patience.totalTimeoutMs} ms (total time-out)`),
  )

  return {
    signal: controller.signal,
    waiting() {
      waitingSince ??= performance.now()
    },
    heard() {
      waitingSince = null
      hasBegun = true
      limitMs = idleTimeoutMs
    },
    cut,
    explain(thrown) {
      if (caller.aborted) return new ModelError('model.aborted', `The request to ${provider} was aborted`)
      if (timeout) return timeout
      return failureOf({ provider, where, hasBegun }, thrown)
    },
    close() {
      clearTimeout(timer)
      stopTotal()
      caller.removeEventListener('abort', cut)
    },
  }
}
