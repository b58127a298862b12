import type { Tool } from '@heddle/core'
import { sessionOf } from '../capture/session-of.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import { decisionLogTool } from './decision-log.ts'
import { decisionPivotTool } from './decision-pivot.ts'
import { decisionQueryTool } from './decision-query.ts'
import type { DecisionToolsOptions } from './decision-tools-options.ts'

/**
 * `decision_log`, `decision_query` and `decision_pivot`: an agent's own hand in the graph, beside what
 * `captureSink` writes. Calls may be repeated after a crash: nothing is written twice.
 *
 * @example
 * const coder = agent({ model, tools: [...builtinTools({ root }), ...decisionTools(graph)] })
 */
export function decisionTools(graph: DecisionGraph, options: DecisionToolsOptions = {}): Tool[] {
  const { session = sessionOf, agent = 'agent' } = options
  return [
    decisionLogTool(graph, { session, agent }),
    decisionQueryTool(graph),
    decisionPivotTool(graph, { session, agent }),
  ]
}
