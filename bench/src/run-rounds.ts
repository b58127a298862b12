import type { SpawnedFakeProvider } from '@heddle/testkit/fake-provider'
import { clientCompiler } from './compile-client.ts'
import type { Metric } from './metrics.ts'
import { runClient } from './run-client.ts'
import type { Sample } from './samples.ts'
import type { Scenario } from './scenario.ts'

/** Everything that stays the same from round to round. */
export interface Rounds {
  readonly scenarios: readonly Scenario[]
  readonly count: number
  /** It knows the scripts of the scenarios. */
  readonly provider: SpawnedFakeProvider
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
  const compiled = clientCompiler()
  for (let round = 1; round <= rounds.count; round++) {
    rounds.onRound(round)
    for (const scenario of rounds.scenarios) {
      if ((round - 1) % scenario.everyRounds !== 0) continue
      for (const candidate of rotated(scenario.candidates, Math.floor((round - 1) / scenario.everyRounds))) {
        const code = await compiled(scenario.client(candidate))
        samples.push(...(await measure(rounds, { scenario, candidate, round, code })))
      }
    }
  }
  return samples
}

interface Place {
  readonly scenario: Scenario
  readonly candidate: string
  readonly round: number
  readonly code: string
}

async function measure(rounds: Rounds, { scenario, candidate, round, code }: Place): Promise<Sample[]> {
  const name = `${scenario.name} ${candidate} ${round}`
  const output = await runClient({
    code,
    args: scenario.args(candidate, rounds.provider),
    name,
    profileFolder: rounds.profileFolder,
  })
  return Object.entries(scenario.figures(output, name)).map(([metric, value]) => ({
    scenario: scenario.name,
    candidate,
    round,
    metric: metric as Metric,
    value,
  }))
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
