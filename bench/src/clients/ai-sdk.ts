import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { isStepCount, jsonSchema, streamText, tool } from 'ai'
import type { Tool } from 'ai'
import { NOOP, noop } from './candidate.ts'
import type { Consumer, NoopInput, Task } from './candidate.ts'

/** The AI SDK as its documentation shows it. */
export async function aiSdk(task: Task, consumer: Consumer): Promise<void> {
  const provider = createOpenAICompatible({
    name: 'bench',
    baseURL: task.baseUrl,
    apiKey: 'none',
    includeUsage: true,
  })
  const result = streamText({
    model: provider(task.model),
    prompt: task.prompt,
    ...(task.hasTool ? { tools: { [NOOP.name]: noopTool(consumer) } } : {}),
    stopWhen: isStepCount(task.turns),
  })
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'finish-step') consumer.onTurn()
    if (part.type === 'text-delta' && part.text !== '') {
      const pause = consumer.onText(part.text)
      if (pause !== undefined) await pause
    }
  }
}

function noopTool(consumer: Consumer): Tool<NoopInput, string> {
  return tool({
    description: NOOP.description,
    // Raw JSON Schema: the cheapest form, because the arguments are then not validated.
    inputSchema: jsonSchema<NoopInput>(NOOP.inputSchema as unknown as Parameters<typeof jsonSchema>[0]),
    execute: (input: NoopInput) => noop(input, consumer),
  })
}
