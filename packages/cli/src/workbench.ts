import { agent } from '@heddle/core'
import type { Agent, LanguageModel, Tool } from '@heddle/core'

/** Everything a prompt needs to become a run, settled before the first. */
export interface Workbench {
  /** Absolute path of the project folder. */
  readonly root: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  /** Model turns a prompt may take. */
  readonly maxSteps: number
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
  return `model ${model.id}${kind}${why === '' ? '' : ` (${why})`}`
}
