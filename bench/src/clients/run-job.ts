import type { Figures } from '../metrics.ts'
import type { Candidate, Tally, Task } from './candidate.ts'

/** What a client process is asked to do: the warm-up is not measured. */
export interface Job<Work> {
  readonly warmUp: Task
  readonly task: Task
  /** How the task is done and measured. */
  readonly work: Work
}

/** What a client process prints. */
export interface Measurement {
  readonly figures: Figures
  /** One for every time the task was done. */
  readonly tallies: readonly Tally[]
}

/** Does the job of one client process with one candidate, and measures it. */
export type Measure<Work> = (candidate: Candidate, job: Job<Work>) => Promise<Measurement>

/** Reads the job of this process from its arguments and prints the measurement as one line of JSON. */
export async function runJob<Work>(measure: Measure<Work>, candidate: Candidate): Promise<void> {
  const job = JSON.parse(process.argv[1] ?? '') as Job<Work>
  const { figures, tallies } = await measure(candidate, job)
  // A thousand equal tallies are one line, not a megabyte.
  const distinct = [...new Set(tallies.map((tally) => JSON.stringify(tally)))]
  process.stdout.write(`{"figures":${JSON.stringify(figures)},"tallies":[${distinct.join(',')}]}\n`)
}
