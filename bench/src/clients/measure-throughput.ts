import type { Metric } from '../metrics.ts'
import { countingConsumer } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Job, Measurement } from './run-job.ts'
import { settle } from './settle.ts'

/** The task once, in a process that did a little of it before. */
export interface ThroughputWork {
  readonly kind: 'throughput'
  /** What the CPU time is divided by, and how many there are: deltas or steps. */
  readonly metric: Extract<Metric, 'cpuUsPerDelta' | 'cpuUsPerStep'>
  readonly units: number
}

/**
 * CPU time per unit: user and system time of the whole process during the work, garbage collection and compilation
 * included.
 */
export async function measureThroughput(
  candidate: Candidate,
  { warmUp, task, work }: Job<ThroughputWork>,
): Promise<Measurement> {
  await candidate(warmUp, countingConsumer().consumer)
  await settle()

  const { tally, consumer } = countingConsumer()
  const before = process.cpuUsage()
  await candidate(task, consumer)
  const { user, system } = process.cpuUsage(before)

  const figures = {
    [work.metric]: (user + system) / work.units,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
  return { figures, tallies: [tally] }
}
