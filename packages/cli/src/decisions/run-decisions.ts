import { isAgentError, messageOf } from '@heddle/core'
import type { AgentDefinition, RunResult, Sink, Tool } from '@heddle/core'
import {
  autoLogCommits,
  captureSink,
  decisionGraph,
  decisionTools,
  gitIn,
  withDecisions,
} from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import type { Store } from '@heddle/store'
import { userName } from '../user-name.ts'
import type { DecisionSettings } from './decision-settings.ts'
import { openProjectStore, OWN_PROJECT } from './project-store.ts'
import { recordSink } from './record-sink.ts'

/** How runs in a project take part in its decision graph. */
export interface RunDecisions {
  /** `decision_log` and its like, beside the built-in tools. */
  readonly tools: readonly Tool[]
  /** Hear runs before anybody else does, so that what is shown has been kept. */
  readonly sinks: readonly Sink[]
  /** The agent, told of what was decided before and warned of repeating it; its tools stay as they are. */
  equip(definition: AgentDefinition): AgentDefinition
  /**
   * Does what is left when a run has ended: links commits to the work.
   *
   * @returns One sentence when the graph could not be kept, else null.
   */
  settle(result: RunResult): Promise<string | null>
  close(): Promise<void>
}

/** Decisions, or the one sentence that says why there are none. */
export type OpenedDecisions =
  | { readonly decisions: RunDecisions; readonly warning: null }
  | { readonly decisions: null; readonly warning: string }

/** Commits that are looked at after a run: those that may be new. More than a run makes, few enough to be quick. */
const COMMITS_LOOKED_AT = 20

/**
 * Opens the decision graph of a project for runs. Never throws: work goes on without it.
 *
 * @param project - The project's folder; the database in it is made when there is none.
 */
export async function openDecisions(project: string, settings: DecisionSettings): Promise<OpenedDecisions> {
  try {
    const store = await openProjectStore(project)
    if (store.notice !== null) {
      await store.close()
      return { decisions: null, warning: unavailable(store.notice) }
    }
    const graph = await decisionGraph(store.db, {
      project: OWN_PROJECT,
      threshold: settings.cascadeThreshold,
    }).catch(async (thrown: unknown) => {
      await store.close()
      throw thrown
    })
    return { decisions: runDecisions({ store, graph, project, settings }), warning: null }
  } catch (thrown) {
    return { decisions: null, warning: unavailable(messageOf(thrown)) }
  }
}

interface Parts {
  readonly store: Store
  readonly graph: DecisionGraph
  readonly project: string
  readonly settings: DecisionSettings
}

function runDecisions({ store, graph, project, settings }: Parts): RunDecisions {
  const git = gitIn(project)
  return {
    tools: decisionTools(graph, { agent: 'heddle' }),
    sinks: [
      recordSink(store.log, crypto.randomUUID()),
      captureSink(graph, { log: store.log, git, person: userName() }),
    ],
    equip: (definition) => ({
      ...withDecisions({ ...definition, tools: [] }, graph, { enforcePreEdit: settings.enforcePreEdit }),
      tools: definition.tools ?? [],
    }),
    async settle({ stop, sinkErrors: [error] }) {
      if (error) return notKept(error.message)
      if (!settings.autoLogCommits || stop.reason === 'aborted') return null
      try {
        await autoLogCommits(graph, git, { limit: COMMITS_LOOKED_AT })
        return null
      } catch (thrown) {
        // No git, no repository, no commit yet: nothing to link.
        return isAgentError(thrown) ? notKept(thrown.message) : null
      }
    },
    close: () => store.close(),
  }
}

function unavailable(problem: string): string {
  return `Decisions are neither read nor recorded: ${ended(problem)} (--no-decisions does without)`
}

function notKept(problem: string): string {
  return `Not all decisions of this run were recorded: ${ended(problem)}`
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence.trim()) ? sentence.trim() : `${sentence.trim()}.`
}
