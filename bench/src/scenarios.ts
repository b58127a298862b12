import type { Scenario, ScenarioOptions } from './scenario.ts'
import { agentScenarios } from './scenarios/agent-scenarios.ts'
import { durableLogScenario } from './scenarios/durable-log-scenario.ts'
import { importScenarios } from './scenarios/import-scenarios.ts'

/** What is measured. */
export function scenarios(options: ScenarioOptions): readonly Scenario[] {
  return [
    ...agentScenarios(options),
    ...(options.hasStore ? [durableLogScenario(options)] : []),
    ...importScenarios,
  ]
}
