import type { ToolContext } from '@heddle/core'

/**
 * What a tool knows of its call, for calling `execute` without a run. Everything may be replaced; by
 * default the signal never aborts, the transcript is empty, and starting child runs throws.
 */
export function toolContext(more: Partial<ToolContext> = {}): ToolContext {
  const callId = more.callId ?? 'call_1'
  return {
    signal: new AbortController().signal,
    runId: 'run_1',
    callId,
    turn: 1,
    idempotencyKey: callId,
    transcript: () => [],
    runChild: () =>
      Promise.reject(new Error('This tool context has no runs; give it a runChild of your own.')),
    ...more,
  }
}
