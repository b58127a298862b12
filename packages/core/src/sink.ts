import type { RunEvent, RunRef } from './events.ts'

/**
 * PORT. Somebody who hears a run: a terminal, a browser, a file, a tracer.
 *
 * The run waits for `write`, so a slow sink slows the run; one that must not do so keeps a bounded
 * queue and drops. A sink that throws is told nothing more; the run goes on, and the result names it
 * in `sinkErrors`.
 */
export interface Sink {
  /**
   * @param events - 1..n, in order: what happened since the last call. Not yours to change.
   * @param run - Which run they belong to; the same object for all calls of one run.
   */
  write(events: readonly RunEvent[], run: RunRef): void | PromiseLike<void>
}
