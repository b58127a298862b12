import type { DurableEvent } from './events.ts'
import type { Letter, PostedLetter } from './letters.ts'

/**
 * PORT. An append-only record of runs, the right to write one, and the letters that wait for it.
 * `memoryRunLog` is the reference adapter; every adapter, ours or yours, runs the contract suite of
 * `@heddle/testkit`.
 */
export interface RunLog {
  /**
   * Stores events of one run, all or none, and returns when they are as durable as the adapter gets.
   *
   * @param events - 1..n; their `seq` goes on exactly where the log of this run ends (1 for a new run).
   *   Plain JSON that is never changed afterwards.
   * @param fence - What {@link acquire} gave this writer.
   * @throws LogError `log.conflict` when `seq` does not go on; `log.fenced` when another owner acquired the
   *   run since; `log.failed` when storing failed. Nothing of this call is stored then.
   */
  append(runId: string, events: readonly DurableEvent[], fence: number): Promise<void>

  /**
   * Events with `seq` greater than `afterSeq` (default 0), oldest first, as stored when reading began.
   * An unknown run yields nothing. Reading needs no right.
   */
  read(runId: string, afterSeq?: number): AsyncIterable<DurableEvent>

  /**
   * Takes, or prolongs, the sole right to write a run; the run need not exist yet.
   *
   * @param owner - Unique per driver; the same owner may call again to prolong.
   * @param ttlMs - Milliseconds until the right lapses unless it is prolonged.
   * @returns A fencing token: the same for the same holding, larger for every later owner. `null` while
   *   somebody else holds the right.
   */
  acquire(runId: string, owner: string, ttlMs: number): Promise<number | null>

  /** Gives the right back; does nothing when `owner` does not hold it. */
  release(runId: string, owner: string): Promise<void>

  /**
   * Leaves a letter for a run, at any time: before it asks, while nobody drives it, after its end.
   *
   * @returns `false` when a letter of this id is already there; the first one stays.
   */
  post(runId: string, letterId: string, letter: Letter): Promise<boolean>

  /** Letters with a `position` greater than `afterPosition` (default 0), in the order they were stored. */
  letters(runId: string, afterPosition?: number): Promise<readonly PostedLetter[]>

  /**
   * Calls `wake` soon after each letter that is posted for the run from now on; perhaps also without
   * one. From the same process at once, from another within a second.
   *
   * @returns A function that ends it; nothing is called, and nothing kept alive, afterwards.
   */
  watch(runId: string, wake: () => void): () => void
}
