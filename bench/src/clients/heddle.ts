import { agent, tool } from '@heddle/core'
import type { RunOptions } from '@heddle/core'
import { compatible } from '@heddle/providers/compatible'
import { NOOP, noop } from './candidate.ts'
import type { Candidate, Consumer, NoopInput, Task } from './candidate.ts'

/** Heddle as its documentation shows it. */
export const heddle: Candidate = heddleWith({})

/** The same with something else than the defaults of a run. */
export function heddleWith(options: RunOptions): Candidate {
  return (task, consumer) => work(task, consumer, options)
}

async function work(task: Task, consumer: Consumer, options: RunOptions): Promise<void> {
  const noopTool = tool({
    name: NOOP.name,
    description: NOOP.description,
    input: NOOP.inputSchema,
    execute: (input) => noop(input as unknown as NoopInput, consumer),
  })
  const worker = agent({
    model: compatible({ provider: 'bench', model: task.model, baseUrl: task.baseUrl, apiKey: 'none' }),
    tools: task.hasTool ? [noopTool] : [],
    limits: { steps: task.turns },
  })
  const run = worker.run(task.prompt, options)
  for await (const event of run) {
    if (event.type === 'turn.ended') consumer.onTurn()
    if (event.type === 'text.delta') {
      const pause = consumer.onText(event.text)
      if (pause !== undefined) await pause
    }
  }
  const { stop } = await run.result
  if (stop.reason !== 'done') throw new Error(`The run ended with ${JSON.stringify(stop)}.`)
}
