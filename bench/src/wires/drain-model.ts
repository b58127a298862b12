import type { LanguageModel } from '@heddle/core'
import type { Candidate, Task } from '../clients/candidate.ts'

/** Reads one answer of a model, without an agent around it. */
export function drainModel(modelFor: (task: Task) => LanguageModel): Candidate {
  return async (task, consumer) => {
    const content = [{ type: 'text', text: task.prompt }] as const
    const request = { instructions: '', messages: [{ role: 'user', content }], tools: [] } as const
    for await (const batch of modelFor(task).stream(request, new AbortController().signal)) {
      for (const event of batch) {
        if (event.type === 'finish') consumer.onTurn()
        if (event.type === 'text.delta') {
          const pause = consumer.onText(event.text)
          if (pause !== undefined) await pause
        }
      }
    }
  }
}
