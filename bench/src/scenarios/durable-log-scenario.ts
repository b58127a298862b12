import type { AppendWork } from '../clients/measure-append.ts'
import type { Figures } from '../metrics.ts'
import { scaled } from '../scenario.ts'
import type { Scenario, ScenarioOptions } from '../scenario.ts'

/** Many runs that write to one log at the same time, without agents. */
export function durableLogScenario({ scale }: ScenarioOptions): Scenario {
  const work: AppendWork = { runs: scaled(1_000, scale), appendsPerRun: 20 }
  return {
    name: 'durable-log',
    candidates: ['heddle-sqlite'],
    everyRounds: 1,
    scripts: {},
    client: () => `import { measureAppend } from './clients/measure-append.ts'; await measureAppend()`,
    args: () => [JSON.stringify(work)],
    // The client itself reads back what it wrote.
    figures: (output) => output as Figures,
  }
}
