import { countingConsumer } from './candidate.ts'
import type { Candidate, Tally } from './candidate.ts'
import { heldHeap } from './held-heap.ts'
import type { Job, Measurement } from './run-job.ts'

/** The task many times, one after the other. */
export interface LeakWork {
  readonly kind: 'leak'
  readonly runsPerBatch: number
}

/** The first three fill caches and optimise code, which is not given back; what a later one holds is lost. */
const BATCHES = 4

/** What a finished run leaves behind that cannot be collected, in the last batch. */
export async function measureLeak(
  candidate: Candidate,
  { warmUp, task, work }: Job<LeakWork>,
): Promise<Measurement> {
  await candidate(warmUp, countingConsumer().consumer)

  // Equal ones are kept once: a list that grows would itself be held.
  const tallies = new Map<string, Tally>()
  let heldBefore = 0
  let heldAfter = await heldHeap()
  for (let batch = 0; batch < BATCHES; batch++) {
    heldBefore = heldAfter
    for (let run = 0; run < work.runsPerBatch; run++) {
      const { tally, consumer } = countingConsumer()
      await candidate(task, consumer)
      tallies.set(JSON.stringify(tally), tally)
    }
    heldAfter = await heldHeap()
  }
  const heldKbPerRun = (heldAfter - heldBefore) / 1024 / work.runsPerBatch
  return { figures: { heldKbPerRun }, tallies: [...tallies.values()] }
}
