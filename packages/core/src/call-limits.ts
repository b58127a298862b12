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
  let own: AbortController | null = null
  let forgetTimer: (() => void) | null = null
  const passAbort = (): void => own?.abort(context.signal.reason)

  const controller = (): AbortController => {
    if (own) return own
    own = new AbortController()
    if (context.signal.aborted) passAbort()
    else context.signal.addEventListener('abort', passAbort, { once: true })
    return own
  }
  return {
    get signal() {
      return controller().signal
    },
    arm() {
      const timed = controller()
      if (timeoutMs === null) return
      forgetTimer = context.plan.agent.runtime.setTimer(
        () => timed.abort(new ToolError('tool.timeout', 'the time of the call was over')),
        timeoutMs,
      )
    },
    disarm() {
      forgetTimer?.()
      context.signal.removeEventListener('abort', passAbort)
    },
  }
}
