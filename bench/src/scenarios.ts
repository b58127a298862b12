import type { Scenario, ScenarioOptions } from './scenario.ts'
import { agentScenarios } from './scenarios/agent-scenarios.ts'
import { durableLogScenario } from './scenarios/durable-log-scenario.ts'
import { graphScenario } from './scenarios/graph-scenario.ts'
import { importScenarios } from './scenarios/import-scenarios.ts'
import { wireScenarios } from './scenarios/wire-scenarios.ts'

/** What is measured. */
export function scenarios(options: ScenarioOptions): readonly Scenario[] {
  return [
    ...agentScenarios(options),
    ...wireScenarios(options),
    ...(options.hasStore ? [durableLogScenario(options), graphScenario(options)] : []),
    ...importScenarios,
  ]
}
