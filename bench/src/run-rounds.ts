import type { ChatMeasurement } from './clients/measure-chat.ts'
import type { ImportMeasurement } from './clients/measure-import.ts'
import type { ClientCode } from './compile-clients.ts'
import { BenchError } from './bench-error.ts'
import { runClient } from './run-client.ts'
import type { Sample } from './samples.ts'
import { expectedTally, tasksFor } from './scenarios.ts'
import type { CandidateName, ChatScenario, ImportScenario, Scenario } from './scenarios.ts'

/** Everything that stays the same from round to round. */
export interface Rounds {
  readonly scenarios: readonly Scenario[]
  readonly count: number
  readonly code: ClientCode
  /** Of the fake provider, ending in `/v1`. */
  readonly baseUrl: string
  /** Where clients leave CPU profiles; `null`: none. */
  readonly profileFolder: string | null
  /** Told before each round, from 1. */
  readonly onRound: (round: number) => void
}

/**
 * Measures every scenario and candidate once per round, one process at a time. The candidates take turns within a
 * scenario and another one begins each round, so that a slow minute of the machine hits all of them.
 *
 * @throws BenchError When a candidate failed or did not do the work.
 */
export async function runRounds(rounds: Rounds): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= rounds.count; round++) {
    rounds.onRound(round)
    for (const scenario of rounds.scenarios) {
      for (const candidate of rotated(scenario.candidates, round - 1)) {
        samples.push(...(await measure(rounds, { scenario, candidate, round })))
      }
    }
  }
  return samples
}

interface Measurement<S extends Scenario> {
  readonly scenario: S
  readonly candidate: CandidateName
  readonly round: number
}

function measure(rounds: Rounds, { scenario, ...rest }: Measurement<Scenario>): Promise<Sample[]> {
  return scenario.kind === 'chat'
    ? measureChat(rounds, { scenario, ...rest })
    : measureImport(rounds, { scenario, ...rest })
}

async function measureChat(
  { code, baseUrl, profileFolder }: Rounds,
  { scenario, candidate, round }: Measurement<ChatScenario>,
): Promise<Sample[]> {
  const name = `${scenario.name} ${candidate} ${round}`
  const measured = (await runClient({
    code: code.chat[candidate],
    args: [JSON.stringify(tasksFor(scenario, baseUrl))],
    name,
    profileFolder,
  })) as ChatMeasurement
  assertDone(name, scenario, measured)
  const series = { scenario: scenario.name, candidate, round }
  return [
    { ...series, metric: scenario.metric, value: measured.cpuUs / scenario.units },
    { ...series, metric: 'peakRssMb', value: measured.peakRssMb },
  ]
}

async function measureImport(
  { code, profileFolder }: Rounds,
  { scenario, candidate, round }: Measurement<ImportScenario>,
): Promise<Sample[]> {
  const measured = (await runClient({
    code: code.import,
    args: scenario.packages[candidate] ?? [],
    name: `${scenario.name} ${candidate} ${round}`,
    profileFolder,
  })) as ImportMeasurement
  return [
    { scenario: scenario.name, candidate, round, metric: scenario.metric, value: measured.cpuUs / 1000 },
  ]
}

/** A figure counts only when the work was done: a candidate that stops early must not look fast. */
function assertDone(name: string, scenario: ChatScenario, { tally }: ChatMeasurement): void {
  const expected = expectedTally(scenario)
  for (const key of ['deltas', 'turns', 'toolCalls', 'text'] as const) {
    if (tally[key] === expected[key]) continue
    const [saw, wanted] = [tally[key], expected[key]].map((value) => JSON.stringify(value).slice(0, 60))
    throw new BenchError(`${name} did not do the work: its consumer saw ${key} ${saw} instead of ${wanted}.`)
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
