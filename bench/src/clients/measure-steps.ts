import { median } from '../statistics.ts'
import { countingConsumer } from './candidate.ts'
import type { Candidate, Consumer } from './candidate.ts'
import type { Job, Measurement } from './run-job.ts'
import { settle } from './settle.ts'

/** The task once, with a look at the clock after every step. */
export interface StepsWork {
  readonly kind: 'steps'
}

/** How long a step takes from the end of one turn to the end of the next, with nothing else going on: the median. */
export async function measureSteps(
  candidate: Candidate,
  { warmUp, task }: Job<StepsWork>,
): Promise<Measurement> {
  await candidate(warmUp, countingConsumer().consumer)
  await settle()

  const { tally, consumer } = countingConsumer()
  const endsMs: number[] = []
  const timing: Consumer = {
    ...consumer,
    onTurn() {
      consumer.onTurn()
      endsMs.push(performance.now())
    },
  }
  await candidate(task, timing)

  const stepMs = median(endsMs.slice(1).map((endMs, step) => endMs - (endsMs[step] ?? NaN)))
  return { figures: { stepMs }, tallies: [tally] }
}
