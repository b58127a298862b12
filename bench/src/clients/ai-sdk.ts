import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { isStepCount, jsonSchema, streamText, tool } from 'ai'
import type { Tool } from 'ai'
import { NOOP, noop } from './candidate.ts'
import type { NoopInput, Tally, Task } from './candidate.ts'

/** The AI SDK as its documentation shows it, without retries. */
export async function aiSdk(task: Task, tally: Tally): Promise<void> {
  const provider = createOpenAICompatible({
    name: 'bench',
    baseURL: task.baseUrl,
    apiKey: 'none',
    includeUsage: true,
  })
  const result = streamText({
    model: provider(task.model),
    prompt: task.prompt,
    ...(task.hasTool ? { tools: { [NOOP.name]: noopTool(tally) } } : {}),
    stopWhen: isStepCount(task.turns),
    maxRetries: 0,
  })
  for await (const part of result.stream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'finish-step') tally.turns++
    if (part.type === 'text-delta' && part.text !== '') {
      tally.deltas++
      tally.text += part.text
    }
  }
}

function noopTool(tally: Tally): Tool<NoopInput, string> {
  return tool({
    description: NOOP.description,
    // Raw JSON Schema: the cheapest form, because the arguments are then not validated.
    inputSchema: jsonSchema<NoopInput>(NOOP.inputSchema as unknown as Parameters<typeof jsonSchema>[0]),
    execute: (input: NoopInput) => noop(input, tally),
  })
}
