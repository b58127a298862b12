import { setTimeout as sleep } from 'node:timers/promises'
import type { Candidate, Tally, Task } from './candidate.ts'

/** What a client process is asked to do: the warm-up is not measured. */
export interface ChatJob {
  readonly warmUp: Task
  readonly task: Task
}

/** What a client process prints. */
export interface ChatMeasurement {
  /** User and system time of the whole process during the work, in microseconds: garbage collection and compilation included. */
  readonly cpuUs: number
  /** Largest resident set of the process so far, in megabytes (2^20 bytes). */
  readonly peakRssMb: number
  readonly tally: Tally
}

/** Long enough for compilation that the warm-up set off to be over, so that it is not counted as work. */
const SETTLE_MS = 50

/** Runs the job of this process and prints the measurement as one line of JSON. */
export async function measureChat(candidate: Candidate): Promise<void> {
  const job = JSON.parse(process.argv[1] ?? '') as ChatJob
  await candidate(job.warmUp, emptyTally())
  await sleep(SETTLE_MS)

  const tally = emptyTally()
  const before = process.cpuUsage()
  await candidate(job.task, tally)
  const { user, system } = process.cpuUsage(before)

  const peakRssMb = process.resourceUsage().maxRSS / 1024
  const measurement: ChatMeasurement = { cpuUs: user + system, peakRssMb, tally }
  process.stdout.write(`${JSON.stringify(measurement)}\n`)
}

function emptyTally(): Tally {
  return { deltas: 0, text: '', turns: 0, toolCalls: 0 }
}
