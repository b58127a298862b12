import { ToolError } from './errors.ts'
import type { LoopContext } from './run-plan.ts'

/** What ends a call from outside: its time, and the run's signal. Costs nothing until somebody asks for it. */
export interface CallLimits {
  /** Aborts with the run, and when the time is over. */
  readonly signal: AbortSignal
  /** Starts the clock: the tool did not finish at once. */
  arm(): void
  /** Forgets the timer and the listener. */
  disarm(): void
}

export function callLimits(context: LoopContext, timeoutMs: number | null): CallLimits {
  return new Limits(context, timeoutMs)
}

class Limits implements CallLimits {
  private readonly context: LoopContext
  private readonly timeoutMs: number | null
  private own: AbortController | null = null
  private forgetTimer: (() => void) | null = null

  constructor(context: LoopContext, timeoutMs: number | null) {
    this.context = context
    this.timeoutMs = timeoutMs
  }

  get signal(): AbortSignal {
    return this.controller().signal
  }

  arm(): void {
    const timed = this.controller()
    if (this.timeoutMs === null) return
    this.forgetTimer = this.context.plan.agent.runtime.setTimer(
      () => timed.abort(new ToolError('tool.timeout', 'the time of the call was over')),
      this.timeoutMs,
    )
  }

  disarm(): void {
    this.forgetTimer?.()
    if (this.own) this.context.signal.removeEventListener('abort', this)
  }

  /** The run's signal aborted. */
  handleEvent(): void {
    this.own?.abort(this.context.signal.reason)
  }

  private controller(): AbortController {
    if (this.own) return this.own
    const { signal } = this.context
    this.own = new AbortController()
    if (signal.aborted) this.handleEvent()
    else signal.addEventListener('abort', this, { once: true })
    return this.own
  }
}
