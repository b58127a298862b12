import { createParser } from 'eventsource-parser'
import { NOOP, noop } from './candidate.ts'
import type { Consumer, NoopInput, Task } from './candidate.ts'

interface Call {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; arguments: string }
}

interface Delta {
  readonly content?: string | null
  readonly tool_calls?: readonly (Partial<Call> & { readonly index: number })[]
}

interface Chunk {
  readonly choices: readonly { readonly delta: Delta }[]
}

/** The baseline: what a good engineer writes by hand when no framework is wanted. */
export async function fetchLoop(task: Task, consumer: Consumer): Promise<void> {
  const messages: unknown[] = [{ role: 'user', content: task.prompt }]
  for (;;) {
    const { text, calls } = await ask(task, messages, consumer)
    consumer.onTurn()
    if (calls.length === 0) return
    const results = await Promise.all(calls.map((call) => runTool(call, consumer)))
    messages.push({ role: 'assistant', content: text === '' ? null : text, tool_calls: calls }, ...results)
  }
}

async function runTool(call: Call, consumer: Consumer): Promise<unknown> {
  const content = noop(JSON.parse(call.function.arguments) as NoopInput, consumer)
  return { role: 'tool', tool_call_id: call.id, content }
}

async function ask(
  { baseUrl, model, hasTool }: Task,
  messages: readonly unknown[],
  consumer: Consumer,
): Promise<{ text: string; calls: Call[] }> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
    body: JSON.stringify({
      model,
      messages,
      ...(hasTool ? { tools: [toolSpec] } : {}),
      stream: true,
      stream_options: { include_usage: true },
    }),
  })
  if (!response.ok || response.body === null) {
    throw new Error(`HTTP ${response.status}: ${await response.text()}`)
  }
  let text = ''
  let pause: Promise<void> | undefined
  const calls: Call[] = []
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const delta = (JSON.parse(data) as Chunk).choices[0]?.delta
      if (delta?.content) {
        text += delta.content
        pause = consumer.onText(delta.content) ?? pause
      }
      for (const { index, id = '', function: part } of delta?.tool_calls ?? []) {
        const call = (calls[index] ??= {
          id,
          type: 'function',
          function: { name: part?.name ?? '', arguments: '' },
        })
        call.function.arguments += part?.arguments ?? ''
      }
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    if (pause !== undefined) {
      await pause
      pause = undefined
    }
  }
  return { text, calls }
}

const toolSpec = {
  type: 'function',
  function: { name: NOOP.name, description: NOOP.description, parameters: NOOP.inputSchema },
}
