import type { ApprovalPolicy } from '@heddle/core'
import { readCall } from '../capture/read-call.ts'
import { sessionOf } from '../capture/session-of.ts'
import type { DecisionGraph } from '../decision-graph.ts'

/** What {@link enforcePreEdit} may be told. */
export interface PreEditOptions {
  /** The session of a run, as for `captureSink`. */
  readonly session?: (runId: string) => string
  /** Judges what this policy lets through. Default: all of it runs. */
  readonly otherwise?: ApprovalPolicy
}

/**
 * A policy that denies edits while the session has no decision: it takes an active goal and an active decision
 * (or a chosen option), written by `decision_log` or captured from what was said. The model reads what to do.
 * Only the tools that edit files are looked at; a shell command that writes one is not noticed. Actions do not
 * count, as the capture makes one of every edit. When the graph cannot be read, edits are denied.
 */
export function enforcePreEdit(graph: DecisionGraph, options: PreEditOptions = {}): ApprovalPolicy {
  const { session = sessionOf, otherwise } = options
  return {
    async review(call) {
      const { kind } = readCall(call.tool, call.input)
      if (kind === 'edit') {
        const missing = await missingIn(graph, session(call.runId))
        if (missing !== null) return { deny: missing }
      }
      return otherwise ? otherwise.review(call) : 'run'
    },
  }
}

async function missingIn(graph: DecisionGraph, session: string): Promise<string | null> {
  const [goal] = await graph.nodes({ session, types: ['goal'], statuses: ['active'], limit: 1 })
  if (!goal)
    return 'no goal is logged in this session; call decision_log with type goal, then with type decision, and edit then'
  const [decision] = await graph.nodes({ session, types: ['decision'], statuses: ['active'], limit: 1 })
  if (decision) return null
  const [option] = await graph.nodes({ session, types: ['option'], statuses: ['chosen'], limit: 1 })
  if (option) return null
  return 'no decision is logged in this session; call decision_log with type decision (what you will do, which options you ruled out and why), and edit then'
}
