import type { Run, RunEvent, RunResult } from '@heddle/core'
import type { ScriptedRuntime } from '@heddle/testkit'

/** Lets time pass, a tenth of a second at a time, until the work is done. */
export async function passTime<Value>(runtime: ScriptedRuntime, work: Promise<Value>): Promise<Value> {
  let isDone = false
  const settled = work.finally(() => (isDone = true))
  // Whoever awaits the result hears of a failure; here it only ends the waiting.
  settled.catch(() => null)
  while (!isDone) {
    // Hashes are computed on another thread, in real time; whatever hash the work waits for is ready by then.
    await crypto.subtle.digest('SHA-256', new Uint8Array(1))
    await runtime.advance(100)
  }
  return settled
}

/** A run that was read to its end. */
export interface ToldRun {
  readonly events: readonly RunEvent[]
  readonly result: RunResult
}

/** Reads a run to its end while time passes. */
export async function readRun(runtime: ScriptedRuntime, run: Run): Promise<ToldRun> {
  const events = await passTime(runtime, Array.fromAsync(run))
  return { events, result: await run.result }
}
