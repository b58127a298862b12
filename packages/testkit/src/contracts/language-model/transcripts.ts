import { userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { expect, test } from 'vitest'
import type { TranscriptItem } from '../../fake-provider/wire.ts'
import { hearAnswer, partsOf, promptRequest } from './hear-answer.ts'
import { callsAndResults, longTranscript, RESULT } from './histories.ts'
import { containing, requestsOf, withoutId } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

export function transcriptTests(under: UnderTest): void {
  const { start } = under

  test('carries calls, results and failures in their order', async () => {
    const started = await start({ text: 'So' })

    const { events, error } = await hearAnswer(started.model, promptRequest({ messages: longTranscript() }))

    expect(error).toBeUndefined()
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'So' }])
    const items = requestsOf(under, started)[0]?.transcript.filter(({ type }) => type !== 'reasoning') ?? []
    expect(items.map(withoutId)).toEqual([
      { type: 'text', role: 'user', text: 'hi' },
      { type: 'text', role: 'assistant', text: 'Let me look.' },
      { type: 'call', name: 'read_file', arguments: { path: 'a.ts' } },
      { type: 'call', name: 'read_file', arguments: {} },
      { type: 'result', text: containing('"lines":2') },
      { type: 'result', text: containing('no such file') },
      { type: 'text', role: 'assistant', text: 'One of them' },
      { type: 'text', role: 'user', text: 'go on' },
    ])
    expectAnswered(under, items)
  })

  test('carries arguments that were no JSON object in a form that the vendor parses', async () => {
    const started = await start({ text: 'So' })
    const messages: Message[] = [
      userMessage('hi'),
      {
        role: 'assistant',
        content: [
          {
            type: 'tool-call',
            callId: 'call_a',
            name: 'list',
            input: '{"path": "a',
            inputError: 'no JSON',
          },
        ],
      },
      { role: 'tool', content: [{ ...RESULT, name: 'list', callId: 'call_a' }] },
    ]

    const { error } = await hearAnswer(started.model, promptRequest({ messages }))

    expect(error).toBeUndefined()
    const call = requestsOf(under, started)[0]?.transcript.find((item) => item.type === 'call')
    expect(call?.arguments).toBeTypeOf('object')
    expect(JSON.stringify(call?.arguments)).toContain('path')
  })

  test('leaves out what is empty', async () => {
    const started = await start({ text: 'So' })
    const messages: Message[] = [
      userMessage('hi'),
      { role: 'assistant', content: [{ type: 'text', text: '' }] },
      userMessage('go on'),
    ]

    const { error } = await hearAnswer(started.model, promptRequest({ messages }))

    expect(error).toBeUndefined()
    expect(requestsOf(under, started)[0]?.transcript).toEqual([
      { type: 'text', role: 'user', text: 'hi' },
      { type: 'text', role: 'user', text: 'go on' },
    ])
  })
}

export function sentIdTests(under: UnderTest): void {
  const { start } = under

  test.each<[string, string[]]>([
    ['of 450 letters that differ at the end', ['x'.repeat(449) + '1', 'x'.repeat(449) + '2']],
    ['of one letter', ['a', 'b']],
    ['with signs that no vendor takes', ['call:1/α', 'call:1/β']],
    ['of another vendor', ['toolu_01A', 'call-2.3']],
  ])('carries call ids %s, without a collision', async (_, [first = '', second = '']) => {
    const started = await start({ text: 'So' })
    const messages = [...callsAndResults(first, second), userMessage('go on')]

    const { error } = await hearAnswer(started.model, promptRequest({ messages }))

    expect(error).toBeUndefined()
    const items = requestsOf(under, started)[0]?.transcript ?? []
    expect(items.map(({ type }) => type)).toEqual(['text', 'call', 'call', 'result', 'result', 'text'])
    expectAnswered(under, items)
  })
}

/** Every call has an id of its own, and the results name the calls in their order. */
function expectAnswered({ format }: UnderTest, items: readonly TranscriptItem[]): void {
  const asked = items.flatMap((item) => (item.type === 'call' ? [item.id] : []))
  const answered = items.flatMap((item) => (item.type === 'result' ? [item.id] : []))
  expect(answered).toEqual(asked)
  const ids = asked.filter((id) => id !== null)
  if (format.capabilities.hasCallIds) expect(ids).toHaveLength(asked.length)
  expect(new Set(ids).size).toBe(ids.length)
}
