import { agent, tool, userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { expect, test } from 'vitest'
import type { TranscriptItem } from '../../fake-provider/wire.ts'
import { hearAnswer, promptRequest } from './hear-answer.ts'
import { containing, matching, requestsOf, withoutId } from './under-test.ts'
import type { Started, UnderTest } from './under-test.ts'

/** What an answer brought goes back with the next request: whole to the model that gave it, in words to any other. */
export function replayTests(under: UnderTest): void {
  const { hasSignedReasoning, hasServerTools } = under.format.capabilities

  test('goes on with the same model: it is given back what it sent, in its order', async () => {
    const { started } = await talk(under)

    const transcript = requestsOf(under, started)[1]?.transcript ?? []
    expect(comparable(transcript)).toEqual([
      { type: 'text', role: 'user', text: 'hi' },
      ...(hasSignedReasoning ? [{ type: 'reasoning', text: 'Two sums.', signature: matching(/./) }] : []),
      ...under.format.serverItems.map((item) => ({ type: 'server-item', item })),
      { type: 'text', role: 'assistant', text: 'Let me add.' },
      { type: 'call', name: 'add', arguments: { a: 1 } },
      { type: 'call', name: 'add', arguments: { a: 2 } },
      { type: 'result', text: containing('sum 1') },
      { type: 'result', text: containing('sum 2') },
    ])
    expect(under.format.serverItems.length > 0).toBe(hasServerTools)
  })

  test('goes on with another model: what only the first can read is left out', async () => {
    const { started, messages } = await talk(under)
    const foreign = messages.map((message): Message =>
      message.role === 'assistant' ? { ...message, model: 'elsewhere/another-model' } : message,
    )

    const { error } = await hearAnswer(
      started.model,
      promptRequest({ messages: [...foreign, userMessage('go on')] }),
    )

    expect(error).toBeUndefined()
    expect(comparable(requestsOf(under, started).at(-1)?.transcript ?? [])).toEqual([
      { type: 'text', role: 'user', text: 'hi' },
      { type: 'text', role: 'assistant', text: 'Let me add.' },
      { type: 'call', name: 'add', arguments: { a: 1 } },
      { type: 'call', name: 'add', arguments: { a: 2 } },
      { type: 'result', text: containing('sum 1') },
      { type: 'result', text: containing('sum 2') },
      { type: 'text', role: 'assistant', text: 'Both.' },
      { type: 'text', role: 'user', text: 'go on' },
    ])
  })
}

interface Talk {
  readonly started: Started
  readonly messages: readonly Message[]
}

/** A whole run of two turns, which has everything in it that a wire can bring. */
async function talk(under: UnderTest): Promise<Talk> {
  const { hasServerTools } = under.format.capabilities
  const started = await under.start(
    {
      reasoning: 'Two sums.',
      serverTool: hasServerTools,
      text: 'Let me add.',
      toolCalls: [
        { name: 'add', arguments: { a: 1 } },
        { name: 'add', arguments: { a: 2 } },
      ],
    },
    { text: 'Both.' },
  )
  const add = tool({
    name: 'add',
    description: 'Adds.',
    input: { type: 'object', properties: { a: { type: 'number' } } },
    execute: (input) => `sum ${(input as { a: number }).a}`,
  })
  const { messages, stop } = await agent({ model: started.model, tools: [add] }).run('hi').result
  expect(stop).toMatchObject({ reason: 'done' })
  return { started, messages }
}

/** Without ids, and without reasoning in plain words, which goes back or not as a server wants it. */
function comparable(items: readonly TranscriptItem[]): object[] {
  return items.filter((item) => item.type !== 'reasoning' || item.signature !== null).map(withoutId)
}
