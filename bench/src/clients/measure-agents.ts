import { monitorEventLoopDelay } from 'node:perf_hooks'
import { countingConsumer } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Job, Measurement } from './run-job.ts'
import { settle } from './settle.ts'

/** The task many times at once. */
export interface AgentsWork {
  readonly kind: 'agents'
  readonly agents: number
}

/** As many agents do the unmeasured warm-up at once. */
const WARM_UP_AGENTS = 10

/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION_MS = 5

/** What one of many agents costs, and how long the busiest moment keeps everybody waiting. */
export async function measureAgents(
  candidate: Candidate,
  { warmUp, task, work }: Job<AgentsWork>,
): Promise<Measurement> {
  await Promise.all(
    Array.from({ length: WARM_UP_AGENTS }, () => candidate(warmUp, countingConsumer().consumer)),
  )
  // Before the pause, because it counts from its first look on.
  const loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  loopDelay.enable()
  await settle()

  const counted = Array.from({ length: work.agents }, countingConsumer)
  const rssBefore = process.memoryUsage.rss()
  const cpuBefore = process.cpuUsage()
  await Promise.all(counted.map(({ consumer }) => candidate(task, consumer)))
  const { user, system } = process.cpuUsage(cpuBefore)
  loopDelay.disable()

  const peakRss = process.resourceUsage().maxRSS * 1024
  const figures = {
    cpuMsPerAgent: (user + system) / 1000 / work.agents,
    rssKbPerAgent: (peakRss - rssBefore) / 1024 / work.agents,
    // From one look to the next, so that an idle process has the resolution itself.
    loopStallMs: loopDelay.max / 1e6,
  }
  return { figures, tallies: counted.map(({ tally }) => tally) }
}
