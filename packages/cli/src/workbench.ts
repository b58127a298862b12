import { agent } from '@heddle/core'
import type { Agent, AgentDefinition, LanguageModel, RunResult, Tool } from '@heddle/core'
import type { ModelsOptions } from '@heddle/providers'
import type { RunDecisions } from './decisions/run-decisions.ts'
import { oneLine } from './neutralise.ts'
import { complaint } from './screen.ts'
import type { Screen } from './screen.ts'

/** Everything a prompt needs to become a run, settled before the first. */
export interface Workbench {
  /** Absolute path of the project folder. */
  readonly root: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** Model turns a prompt may take. */
  readonly maxSteps: number
  /** How model strings are understood: roles, endpoints and the catalogue. */
  readonly naming: ModelsOptions
  /** Null outside of a project, and where they are switched off or not available. */
  readonly decisions: RunDecisions | null
}

/** A model, and what is said of it before its first output; null when that was said. */
export interface AnnouncedModel {
  readonly model: LanguageModel
  readonly notice: string | null
}

/** The agent that answers with this model; it holds no state. */
export function agentAt(bench: Workbench, model: LanguageModel): Agent {
  const definition: AgentDefinition = {
    name: 'heddle',
    model,
    instructions: bench.instructions,
    tools: bench.tools,
    limits: { steps: bench.maxSteps },
  }
  return agent(bench.decisions ? bench.decisions.equip(definition) : definition)
}

/** Does what a run leaves to be done for the project's decisions, and warns when they could not be kept. */
export async function settleDecisions(bench: Workbench, screen: Screen, result: RunResult): Promise<void> {
  const problem = await bench.decisions?.settle(result)
  if (problem) await complaint(screen, `warning: ${oneLine(problem)}`)
}

/**
 * What a run says of its model before its first output.
 *
 * @param why - Why this one, in a few words; empty when there is nothing to say.
 */
export function modelNotice(model: LanguageModel, why: string): string {
  // Its answers begin with how to connect a real one.
  const kind = model.id.startsWith('heddle/') ? ', not a language model' : ''
  return oneLine(`model ${model.id}${kind}${why === '' ? '' : ` (${why})`}`)
}
