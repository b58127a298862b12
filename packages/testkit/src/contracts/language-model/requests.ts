import { assistantMessage, userMessage } from '@heddle/core'
import type { JsonObject, ToolSpec } from '@heddle/core'
import { expect, test } from 'vitest'
import { hearAnswer, promptRequest } from './hear-answer.ts'
import { longTranscript, transcriptSaying } from './histories.ts'
import { requestsOf } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

const CITY: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

export function requestTests(under: UnderTest): void {
  const { start } = under

  test('carries instructions, limits, tools and an extra body', async () => {
    const started = await start({ text: 'So' })
    const tools: ToolSpec[] = [
      { name: 'list', description: 'Lists files.', inputSchema: { type: 'object', properties: {} } },
      { name: 'look_up', description: 'Finds a city.', inputSchema: CITY },
    ]

    await hearAnswer(
      started.model,
      promptRequest({
        instructions: 'Be brief.',
        temperature: 0.5,
        maxOutputTokens: 321,
        tools,
        extraBody: { labels: { user: 'weaver' } },
      }),
    )

    expect(requestsOf(under, started)).toEqual([
      {
        system: 'Be brief.',
        transcript: [{ type: 'text', role: 'user', text: 'hi' }],
        tools,
        outputSchema: null,
        maxOutputTokens: 321,
        temperature: 0.5,
      },
    ])
    expect(started.provider.requests[0]?.body).toMatchObject({ labels: { user: 'weaver' } })
  })

  test('carries the schema that the answer must fit', async () => {
    const started = await start({ text: '{"city":"Gent"}' })

    await hearAnswer(started.model, promptRequest({ outputSchema: CITY }))
    await hearAnswer(started.model)

    expect(requestsOf(under, started).map(({ outputSchema }) => outputSchema)).toEqual([CITY, null])
  })
}

export function byteTests(under: UnderTest): void {
  const { start } = under

  test('has the same bytes for the same transcript, and begins alike for a longer one', async () => {
    const { provider, model } = await start({ text: 'So' })
    const messages = longTranscript()

    await hearAnswer(model, promptRequest({ messages }))
    await hearAnswer(model, promptRequest({ messages: structuredClone(messages) }))
    await hearAnswer(
      model,
      promptRequest({ messages: [...messages, assistantMessage('So'), userMessage('more')] }),
    )

    const [first, second, third] = provider.requests.map(({ body }) => JSON.stringify(body))
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    for (const [name, value] of Object.entries(provider.requests[0]?.body as JsonObject)) {
      const longer = JSON.stringify((provider.requests[2]?.body as JsonObject)[name])
      // The closing brackets of the transcript move on.
      expect(longer.startsWith(JSON.stringify(value).replace(/[\]}]+$/, '')), name).toBe(true)
    }
  })

  test('holds no half of a surrogate pair, wherever one stands in the transcript', async () => {
    const started = await start({ text: 'So' })
    const half = 'x \ud83e y'

    const { error } = await hearAnswer(
      started.model,
      promptRequest({ instructions: half, messages: transcriptSaying(half) }),
    )

    expect(error).toBeUndefined()
    // The arguments of a call may be JSON text within the JSON.
    const said = [started.provider.requests[0]?.body ?? null, ...requestsOf(under, started)]
    expect(said.flatMap(stringsIn).filter((text) => !text.isWellFormed())).toEqual([])
    expect(JSON.stringify(requestsOf(under, started))).toContain('x \ufffd y')
  })
}

/** All strings of a JSON value, names of members included. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...stringsIn(member)])
}
