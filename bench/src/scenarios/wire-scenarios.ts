import type { SpawnedFakeProvider } from '@heddle/testkit/fake-provider'
import { scaled } from '../scenario.ts'
import type { Scenario, ScenarioOptions } from '../scenario.ts'
import { chatScenario, words } from './chat-scenario.ts'

/** The wires, and where the provider speaks each of them. */
const WIRES: Readonly<Record<string, (provider: SpawnedFakeProvider) => string>> = {
  chat: ({ openaiBaseUrl }) => openaiBaseUrl,
  messages: ({ anthropicBaseUrl }) => anthropicBaseUrl,
  responses: ({ openaiBaseUrl }) => openaiBaseUrl,
  google: ({ googleBaseUrl }) => googleBaseUrl,
}

/** One long answer on each wire: a hand-written loop, the vendor's own client, and our model without an agent around it. */
export function wireScenarios({ scale }: ScenarioOptions): readonly Scenario[] {
  const deltas = scaled(20_000, scale)
  return Object.entries(WIRES).map(([wire, baseUrl]) =>
    chatScenario({
      name: `wire-${wire}`,
      clients: {
        'fetch-loop': [`./wires/fetch-${wire}.ts`, 'answer'],
        'vendor-sdk': [`./wires/sdk-${wire}.ts`, 'answer'],
        heddle: [`./wires/heddle-${wire}.ts`, 'answer'],
      },
      work: { kind: 'throughput', metric: 'cpuUsPerDelta', units: deltas },
      script: { turns: [{ text: words(deltas) }] },
      warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
      baseUrl,
    }),
  )
}
