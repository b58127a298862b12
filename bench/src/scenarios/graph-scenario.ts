import type { GraphWork } from '../graph/graph-data.ts'
import type { Figures } from '../metrics.ts'
import { scaled } from '../scenario.ts'
import type { Scenario, ScenarioOptions } from '../scenario.ts'

const CLIENTS: Readonly<Record<string, readonly [module: string, open: string]>> = {
  'raw-sqlite': ['./graph/raw-sqlite.ts', 'rawSqlite'],
  heddle: ['./graph/heddle-graph.ts', 'heddleGraph'],
}

/** A large decision graph on disk, beside SQL written by hand for the same rows, indexes and results. */
export function graphScenario({ scale }: ScenarioOptions): Scenario {
  const work: GraphWork = {
    nodes: scaled(100_000, scale),
    writes: scaled(2_000, scale),
    walks: scaled(200, scale),
    searches: scaled(500, scale),
    contexts: scaled(200, scale),
    cascade: scaled(10_000, scale),
  }
  return {
    name: 'graph',
    candidates: Object.keys(CLIENTS),
    everyRounds: 3,
    scripts: {},
    client: (candidate) => {
      const [module, open] = CLIENTS[candidate] as readonly [string, string]
      return `import { measureGraph } from './graph/measure-graph.ts'
        import { ${open} } from '${module}'
        await measureGraph(${open})`
    },
    args: () => [JSON.stringify(work)],
    // The client itself looks whether it found what there is.
    figures: (output) => output as Figures,
  }
}
