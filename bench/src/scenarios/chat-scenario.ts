import type { FakeScript, SpawnedFakeProvider } from '@heddle/testkit/fake-provider'
import { BenchError } from '../bench-error.ts'
import type { Tally, Task } from '../clients/candidate.ts'
import type { AgentsWork } from '../clients/measure-agents.ts'
import type { LeakWork } from '../clients/measure-leak.ts'
import type { StallWork } from '../clients/measure-stall.ts'
import type { StepsWork } from '../clients/measure-steps.ts'
import type { ThroughputWork } from '../clients/measure-throughput.ts'
import type { Job, Measurement } from '../clients/run-job.ts'
import type { Scenario } from '../scenario.ts'

/** How conversations are held and what is measured of them. */
export type ChatWork = ThroughputWork | AgentsWork | StallWork | LeakWork | StepsWork

/** What {@link chatScenario} is told: conversations with the fake provider. */
export interface ChatPlan {
  readonly name: string
  /** Module, relative to `src`, and its exported `Candidate`, by the candidate's name. */
  readonly clients: Readonly<Record<string, readonly [file: string, candidate: string]>>
  readonly everyRounds?: number
  readonly work: ChatWork
  readonly script: FakeScript
  readonly warmUpScript: FakeScript
  /** Where the candidates find the provider. */
  baseUrl(provider: SpawnedFakeProvider): string
}

const MEASURES: Readonly<Record<ChatWork['kind'], readonly [file: string, measure: string]>> = {
  throughput: ['measure-throughput', 'measureThroughput'],
  agents: ['measure-agents', 'measureAgents'],
  stall: ['measure-stall', 'measureStall'],
  leak: ['measure-leak', 'measureLeak'],
  steps: ['measure-steps', 'measureSteps'],
}

/** A scenario of conversations; every consumer counts what it sees, and is compared with the script. */
export function chatScenario(plan: ChatPlan): Scenario {
  const { name, clients, work, script, warmUpScript } = plan
  const warmUpName = `${name}-warm-up`
  return {
    name,
    candidates: Object.keys(clients),
    everyRounds: plan.everyRounds ?? 1,
    scripts: { [name]: script, [warmUpName]: warmUpScript },
    client(candidate) {
      const [file, own] = clients[candidate] ?? ['', '']
      const [measureFile, measure] = MEASURES[work.kind]
      return `import { ${own} } from '${file}'
              import { ${measure} } from './clients/${measureFile}.ts'
              import { runJob } from './clients/run-job.ts'
              await runJob(${measure}, ${own})`
    },
    args(_candidate, provider) {
      const baseUrl = plan.baseUrl(provider)
      const job: Job<ChatWork> = {
        warmUp: taskFor(baseUrl, warmUpName, warmUpScript),
        task: taskFor(baseUrl, name, script),
        work,
      }
      return [JSON.stringify(job)]
    },
    figures(output, processName) {
      const { figures, tallies } = output as Measurement
      for (const tally of tallies) assertDone(processName, expectedTally(script), tally)
      return figures
    },
  }
}

function taskFor(baseUrl: string, model: string, { turns }: FakeScript): Task {
  return {
    baseUrl,
    model,
    prompt: 'Do what the script says.',
    hasTool: turns.length > 1,
    turns: turns.length,
  }
}

/** What a consumer who missed nothing has seen of one task. */
export function expectedTally({ turns }: FakeScript): Tally {
  const deltas = turns.flatMap((turn) => turn.text ?? [])
  return {
    deltas: deltas.length,
    text: deltas.join(''),
    turns: turns.length,
    toolCalls: turns.reduce((sum, turn) => sum + (turn.toolCalls?.length ?? 0), 0),
  }
}

function assertDone(name: string, expected: Tally, tally: Tally): void {
  for (const key of ['deltas', 'turns', 'toolCalls', 'text'] as const) {
    if (tally[key] === expected[key]) continue
    const [saw, wanted] = [tally[key], expected[key]].map((value) => JSON.stringify(value).slice(0, 60))
    throw new BenchError(`${name} did not do the work: its consumer saw ${key} ${saw} instead of ${wanted}.`)
  }
}

/**
 * Text in pieces.
 *
 * @param distinct - Every so many it begins again. Equal ones share their memory.
 */
export function words(count: number, distinct = 1_000): string[] {
  return Array.from({ length: count }, (_, index) => ` word${index % distinct}`)
}
