import { agent } from '@heddle/core'
import type { Agent, LanguageModel, Tool } from '@heddle/core'
import { oneLine } from './neutralise.ts'

/** Everything a prompt needs to become a run, settled before the first. */
export interface Workbench {
  /** Absolute path of the project folder. */
  readonly root: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** Model turns a prompt may take. */
  readonly maxSteps: number
}

/** A model, and what is said of it before its first output; null when that was said. */
export interface AnnouncedModel {
  readonly model: LanguageModel
  readonly notice: string | null
}

/** The agent that answers with this model; it holds no state. */
export function agentAt(bench: Workbench, model: LanguageModel): Agent {
  return agent({
    name: 'heddle',
    model,
    instructions: bench.instructions,
    tools: bench.tools,
    limits: { steps: bench.maxSteps },
  })
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
