import type { Tally } from './clients/candidate.ts'
import type { ImportMeasurement } from './clients/measure-import.ts'
import type { Measurement } from './clients/run-job.ts'
import type { ClientCode } from './compile-clients.ts'
import { BenchError } from './bench-error.ts'
import type { Figures, Metric } from './metrics.ts'
import { runClient } from './run-client.ts'
import type { Sample } from './samples.ts'
import { expectedTally, jobFor } from './scenarios.ts'
import type { AppendScenario, CandidateName, ChatScenario, ImportScenario, Scenario } from './scenarios.ts'

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
 * Measures every scenario and candidate once per round, or as seldom as the scenario says, one process at a time.
 * The candidates take turns within a scenario and another one begins each round, so that a slow minute of the
 * machine hits all of them.
 *
 * @throws BenchError When a candidate failed or did not do the work.
 */
export async function runRounds(rounds: Rounds): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let round = 1; round <= rounds.count; round++) {
    rounds.onRound(round)
    for (const scenario of rounds.scenarios) {
      if ((round - 1) % scenario.everyRounds !== 0) continue
      for (const candidate of rotated(scenario.candidates, Math.floor((round - 1) / scenario.everyRounds))) {
        samples.push(...(await measure(rounds, { scenario, candidate, round })))
      }
    }
  }
  return samples
}

interface Place<S extends Scenario> {
  readonly scenario: S
  readonly candidate: CandidateName
  readonly round: number
}

function measure(rounds: Rounds, { scenario, ...rest }: Place<Scenario>): Promise<Sample[]> {
  switch (scenario.kind) {
    case 'chat':
      return measureChat(rounds, { scenario, ...rest })
    case 'append':
      return measureAppend(rounds, { scenario, ...rest })
    case 'import':
      return measureImport(rounds, { scenario, ...rest })
    default:
      return scenario satisfies never
  }
}

async function measureChat(
  { code, baseUrl, profileFolder }: Rounds,
  { scenario, candidate, round }: Place<ChatScenario>,
): Promise<Sample[]> {
  const name = `${scenario.name} ${candidate} ${round}`
  const measured = (await runClient({
    code: code.chat[scenario.work.kind][candidate],
    args: [JSON.stringify(jobFor(scenario, baseUrl))],
    name,
    profileFolder,
  })) as Measurement
  for (const tally of measured.tallies) assertDone(name, scenario, tally)
  return samplesOf({ scenario, candidate, round }, measured.figures)
}

async function measureAppend(
  { code, profileFolder }: Rounds,
  { scenario, candidate, round }: Place<AppendScenario>,
): Promise<Sample[]> {
  const figures = (await runClient({
    code: code.append,
    args: [JSON.stringify(scenario.work)],
    name: `${scenario.name} ${candidate} ${round}`,
    profileFolder,
  })) as Figures
  return samplesOf({ scenario, candidate, round }, figures)
}

function samplesOf({ scenario, candidate, round }: Place<Scenario>, figures: Figures): Sample[] {
  return Object.entries(figures).map(([metric, value]) => ({
    scenario: scenario.name,
    candidate,
    round,
    metric: metric as Metric,
    value,
  }))
}

async function measureImport(
  { code, profileFolder }: Rounds,
  { scenario, candidate, round }: Place<ImportScenario>,
): Promise<Sample[]> {
  const measured = (await runClient({
    code: code.import,
    args: scenario.packages[candidate] ?? [],
    name: `${scenario.name} ${candidate} ${round}`,
    profileFolder,
  })) as ImportMeasurement
  return [{ scenario: scenario.name, candidate, round, metric: 'cpuMs', value: measured.cpuUs / 1000 }]
}

/** A figure counts only when the work was done: a candidate that stops early must not look fast. */
function assertDone(name: string, scenario: ChatScenario, tally: Tally): void {
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
