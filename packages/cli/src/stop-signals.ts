import { signalExitCode } from './exit-codes.ts'

/**
 * A signal this soon after the first is the same one: Ctrl-C reaches a whole process group, and a parent such
 * as npm passes it on once more. Nobody presses the key twice that fast.
 */
const ECHO_MS = 150

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
  let receivedMs = 0
  const hear = (signal: NodeJS.Signals): void => {
    if (received !== null) {
      if (performance.now() - receivedMs < ECHO_MS) return
      process.exit(signalExitCode(received))
    }
    received = signal
    receivedMs = performance.now()
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
