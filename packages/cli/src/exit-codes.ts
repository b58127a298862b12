import type { ErrorJson, RunStop } from '@heddle/core'

/** What the command tells the shell; listed in `--help` and docs/reference/cli.md. */
export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 3 } as const

/** 128 + the signal's number, as shells count. */
const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** @param signal - What ended the run when it was aborted; any other abort counts as Ctrl-C. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return SIGNAL_CODES[signal] ?? EXIT.failed
}

/** The code for a run that ended by itself or was aborted by `signal`. */
export function runExitCode(stop: RunStop, signal: NodeJS.Signals = 'SIGINT'): number {
  switch (stop.reason) {
    case 'done':
      return EXIT.done
    case 'failed':
      return errorExitCode(stop.error)
    case 'aborted':
      return signalExitCode(signal)
    case 'length':
    case 'refused':
    case 'steps':
    case 'stopped':
    case 'usd':
    case 'tokens':
    case 'ms':
    case 'tool-calls':
    case 'repeats':
    case 'approval':
      return EXIT.stopped
    default:
      return stop satisfies never
  }
}

/** What was asked of the graph cannot be: the user's to mend, as a setting is. */
const MISTAKES: ReadonlySet<string> = new Set(['graph.cycle', 'graph.invalid', 'graph.unknown_node'])

/** `config.*` is the user's to mend before anything can run; everything else happened while running. */
export function errorExitCode(error: ErrorJson): number {
  return error.code.startsWith('config.') || MISTAKES.has(error.code) ? EXIT.usage : EXIT.failed
}
