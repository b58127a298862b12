import type { DurableEvent } from './events.ts'

/**
 * PORT. An append-only record of runs. `memoryRunLog` is the reference adapter; every adapter, ours or
 * yours, runs the contract suite of `@heddle/testkit`.
 */
export interface RunLog {
  /**
   * Stores events of one run, all or none, and returns when they are as durable as the adapter gets.
   *
   * @param events - 1..n; their `seq` goes on exactly where the log of this run ends (1 for a new run).
   * @throws LogError `log.conflict` when `seq` does not go on: somebody else wrote this run.
   *   `log.failed` when storing failed; nothing of this call is stored then.
   */
  append(runId: string, events: readonly DurableEvent[]): Promise<void>

  /**
   * Events with `seq` greater than `afterSeq` (default 0), oldest first, as stored when reading began.
   * An unknown run yields nothing.
   */
  read(runId: string, afterSeq?: number): AsyncIterable<DurableEvent>
}
