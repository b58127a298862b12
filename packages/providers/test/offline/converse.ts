import { toolCallsOf, userMessage } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  JsonValue,
  LanguageModel,
  Message,
  ToolSpec,
} from '@heddle/core'

/** A tool by hand: gives the text of a call, or throws what it failed with. */
export type ToolByHand = (input: Record<string, JsonValue>) => string

/** One conversation with a model, its calls answered by hand. */
export interface Conversation {
  readonly text: string
  /** Per turn with calls: what was called, as `name {"arguments":…}`. */
  readonly rounds: readonly (readonly string[])[]
  readonly messages: readonly Message[]
}

const SPECS: readonly ToolSpec[] = [
  spec('glob', ['pattern', 'path', 'max_results']),
  spec('grep', ['pattern', 'path', 'glob', 'literal', 'ignore_case', 'output', 'context', 'max_results']),
  spec('read_file', ['path', 'offset', 'limit']),
]

/** The tools the planner may use, as a model is told of them. */
export function toolSpecs(...names: string[]): ToolSpec[] {
  return SPECS.filter((tool) => names.includes(tool.name))
}

function spec(name: string, properties: readonly string[]): ToolSpec {
  return {
    name,
    description: name,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(properties.map((property) => [property, {}])),
    },
  }
}

/** Asks, answers every call, and asks again until the model is done. */
export async function converse(
  model: LanguageModel,
  prompt: string,
  tools: Readonly<Record<string, ToolByHand>> = {},
  history: readonly Message[] = [],
): Promise<Conversation> {
  const messages: Message[] = [...history, userMessage(prompt)]
  const rounds: string[][] = []
  for (let turn = 1; turn < 10; turn++) {
    const { message, text } = await answerOf(model, messages, toolSpecs(...Object.keys(tools)))
    messages.push(message)
    const calls = toolCallsOf(message)
    if (calls.length === 0) return { text, rounds, messages }
    rounds.push(calls.map((call) => `${call.name} ${JSON.stringify(call.input)}`))
    messages.push({ role: 'tool', content: calls.map((call) => resultOf(call, tools)) })
  }
  throw new Error('The model never stopped calling tools.')
}

async function answerOf(
  model: LanguageModel,
  messages: readonly Message[],
  tools: readonly ToolSpec[],
): Promise<{ message: AssistantMessage; text: string }> {
  const content: AssistantPart[] = []
  let text = ''
  for await (const batch of model.stream(
    { instructions: '', messages, tools },
    new AbortController().signal,
  )) {
    for (const event of batch) {
      if (event.type === 'text.delta') text += event.text
      if (event.type !== 'tool.input.delta') continue
      const callId = `call_${messages.length}_${event.part}`
      content.push({
        type: 'tool-call',
        callId,
        name: event.name,
        input: JSON.parse(event.text) as JsonValue,
      })
    }
  }
  return {
    text,
    message: {
      role: 'assistant',
      model: model.id,
      content: text === '' ? content : [{ type: 'text', text }],
    },
  }
}

function resultOf(
  call: ReturnType<typeof toolCallsOf>[number],
  tools: Readonly<Record<string, ToolByHand>>,
): Extract<Message, { role: 'tool' }>['content'][number] {
  const head = { type: 'tool-result' as const, callId: call.callId, name: call.name }
  try {
    return {
      ...head,
      status: 'ok',
      output: tools[call.name]?.(call.input as Record<string, JsonValue>) ?? '',
    }
  } catch (thrown) {
    const error = { code: 'tool.failed' as const, message: (thrown as Error).message, retryable: false }
    return { ...head, status: 'error', output: null, error }
  }
}
