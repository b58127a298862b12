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

/** What a run says of its model before its first output. */
export function modelNotice(model: LanguageModel, why: string): string {
  if (model.id === 'heddle/offline') {
    return (
      'heddle/offline: a rule-based planner, not a language model. For a real one set ANTHROPIC_API_KEY or ' +
      'OPENAI_API_KEY, start Ollama, or use --model provider/model.'
    )
  }
  return why === '' ? `model ${model.id}` : `model ${model.id} (${why})`
}
