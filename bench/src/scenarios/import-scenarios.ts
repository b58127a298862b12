import type { ImportMeasurement } from '../clients/measure-import.ts'
import type { Scenario } from '../scenario.ts'

/** Loading packages into a fresh process. */
export const importScenarios: readonly Scenario[] = [
  importScenario('import', {
    'fetch-loop': ['eventsource-parser'],
    'ai-sdk': ['ai', '@ai-sdk/openai-compatible'],
    heddle: ['@heddle/core', '@heddle/providers/compatible'],
  }),
  importScenario('import-core', { 'fetch-loop': ['eventsource-parser'], heddle: ['@heddle/core'] }),
]

/** @param packages - By candidate. */
function importScenario(name: string, packages: Readonly<Record<string, readonly string[]>>): Scenario {
  return {
    name,
    candidates: Object.keys(packages),
    everyRounds: 1,
    scripts: {},
    client: () => `import { measureImport } from './clients/measure-import.ts'; await measureImport()`,
    args: (candidate) => packages[candidate] ?? [],
    figures: (output) => ({ cpuMs: (output as ImportMeasurement).cpuUs / 1000 }),
  }
}
