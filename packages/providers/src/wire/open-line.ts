import { ModelError } from '@heddle/core'
import type { ErrorCode } from '@heddle/core'
import { failureOf } from './line-failure.ts'
import type { BrokenLine } from './line-failure.ts'
import type { StopListener, StopSignal } from './stop-signal.ts'
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

/**
 * One connection's end: it breaks when the caller aborts, or when the other side is silent for too long. As a signal it
 * tells one listener, the latest.
 */
export interface Line extends StopSignal {
  /** For who needs a whole one, which costs more than all the rest of a line. */
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
  return new OpenLine({ provider, where }, patience, caller)
}

type Timer = ReturnType<typeof timeLimit>

/** A class, and itself the listener of the caller's signal: a line is open for as long as a model thinks. */
class OpenLine implements Line {
  aborted = false
  private readonly end: Omit<BrokenLine, 'hasBegun'>
  private readonly patience: Patience
  private readonly caller: AbortSignal
  private readonly totalTimer: Timer
  private controller: AbortController | null = null
  private listener: StopListener | null = null
  private hasBegun = false
  private waitingSince: number | null = null
  private timeout: ModelError | null = null
  private timer: Timer

  constructor(end: Omit<BrokenLine, 'hasBegun'>, patience: Patience, caller: AbortSignal) {
    this.end = end
    this.patience = patience
    this.caller = caller
    caller.addEventListener('abort', this)
    if (caller.aborted) this.cut()
    this.watch(patience.firstByteTimeoutMs)
    const { totalTimeoutMs } = patience
    this.totalTimer = timeLimit(totalTimeoutMs, () =>
      this.giveUp(
        'model.total_timeout',
        `did not finish its answer within ${totalTimeoutMs} ms (total time-out)`,
      ),
    )
  }

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController()
      if (this.aborted) this.controller.abort()
    }
    return this.controller.signal
  }

  get reason(): unknown {
    return this.signal.reason as unknown
  }

  addEventListener(_: 'abort', listener: StopListener): void {
    this.listener = listener
  }

  removeEventListener(_: 'abort', listener: StopListener): void {
    if (this.listener === listener) this.listener = null
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    this.cut()
  }

  waiting(): void {
    this.waitingSince ??= performance.now()
  }

  heard(): void {
    this.waitingSince = null
    this.hasBegun = true
  }

  cut(): void {
    if (this.aborted) return
    this.aborted = true
    this.controller?.abort()
    this.listener?.handleEvent()
  }

  explain(thrown: unknown): unknown {
    const { end, caller, timeout, hasBegun } = this
    if (caller.aborted) return new ModelError('model.aborted', `The request to ${end.provider} was aborted`)
    return timeout ?? failureOf({ ...end, hasBegun }, thrown)
  }

  close(): void {
    clearTimeout(this.timer)
    clearTimeout(this.totalTimer)
    this.listener = null
    this.caller.removeEventListener('abort', this)
  }

  private giveUp(code: ErrorCode, what: string): void {
    this.timeout = new ModelError(code, `${this.end.provider} ${what}`, { retryable: true })
    this.cut()
  }

  private watch(delayMs: number): void {
    const { firstByteTimeoutMs, idleTimeoutMs } = this.patience
    // Often enough for either limit, so that the first byte need not set the timer anew.
    const lookMs = Math.min(delayMs, firstByteTimeoutMs, idleTimeoutMs, MAX_TIMER_MS)
    this.timer = setTimeout(() => this.look(), lookMs)
  }

  private look(): void {
    const { hasBegun, waitingSince, patience } = this
    const limitMs = hasBegun ? patience.idleTimeoutMs : patience.firstByteTimeoutMs
    const leftMs = waitingSince === null ? limitMs : limitMs - (performance.now() - waitingSince)
    if (leftMs > 0) return this.watch(leftMs)
    if (hasBegun) {
      this.giveUp(
        'model.idle_timeout',
        `fell silent in the middle of its answer for ${limitMs} ms (idle time-out)`,
      )
    } else this.giveUp('model.first_byte_timeout', `sent nothing for ${limitMs} ms (first-byte time-out)`)
  }
}
