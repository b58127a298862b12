import { signalExitCode } from './exit-codes.ts'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Signals that ask us to stop, while a run is under way. */
export interface StopSignals {
  /** Aborts at the first signal; its reason is a sentence. */
  readonly signal: AbortSignal
  /** The first signal that came; null when none did. */
  readonly received: NodeJS.Signals | null
  /** Gives the signals back to whoever had them. */
  release(): void
}

/**
 * Catches Ctrl-C, SIGTERM and SIGHUP. The first aborts the run, which winds itself up; a second one ends
 * the process at once (processes that tools started die with it).
 */
export function catchStopSignals(): StopSignals {
  const abort = new AbortController()
  let received: NodeJS.Signals | null = null
  const hear = (signal: NodeJS.Signals): void => {
    if (received !== null) process.exit(signalExitCode(received))
    received = signal
    abort.abort(new Error(signal === 'SIGINT' ? 'interrupted with Ctrl-C' : `ended by ${signal}`))
  }
  for (const name of STOP_SIGNALS) process.on(name, hear)
  return {
    signal: abort.signal,
    get received() {
      return received
    },
    release() {
      for (const name of STOP_SIGNALS) process.off(name, hear)
    },
  }
}
