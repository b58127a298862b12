import type { FinishReason } from '@heddle/core'
import { expect, test } from 'vitest'
import { hearAnswer, partsOf } from './hear-answer.ts'
import type { UnderTest } from './under-test.ts'

export function answerTests(under: UnderTest): void {
  const { start, format } = under

  test('tells text, its usage and one finish, which comes last', async () => {
    const cacheWrite = format.capabilities.countsCacheWrites ? 10 : 0
    const { model } = await start({
      text: 'Warp and weft.',
      usage: { input: 100, output: 20, cached: 60, cacheWrite, reasoning: 5 },
    })

    const { events, error, faults } = await hearAnswer(model)

    expect([error, faults]).toEqual([undefined, []])
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'Warp and weft.' }])
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
    expect(events.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: {
        inputTokens: 100,
        outputTokens: 20,
        cacheReadTokens: 60,
        cacheWriteTokens: cacheWrite,
        reasoningTokens: 5,
      },
    })
  })

  test('numbers reasoning, text and parallel calls in the order they begin', async () => {
    const { model } = await start({
      reasoning: 'Two lookups.',
      text: 'Let me look.',
      toolCalls: [
        { name: 'read_file', arguments: { path: 'a.ts' } },
        { name: 'read_file', arguments: { path: 'b.ts', limit: 10 } },
      ],
      argumentChunks: 3,
    })

    const { events, faults } = await hearAnswer(model)

    expect(faults).toEqual([])
    expect(partsOf(events)).toEqual([
      { type: 'reasoning', text: 'Two lookups.' },
      { type: 'text', text: 'Let me look.' },
      { type: 'call', name: 'read_file', text: '{"path":"a.ts"}' },
      { type: 'call', name: 'read_file', text: '{"path":"b.ts","limit":10}' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
  })

  test('keeps two answers apart that come at the same time', async () => {
    const { model } = await start({
      text: 'Warp and weft.',
      toolCalls: [{ name: 'add', arguments: { a: 1 } }],
      delayMs: 1,
    })

    const [one, two] = await Promise.all([hearAnswer(model), hearAnswer(model)])

    expect(one.events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
    expect(partsOf(two.events)).toEqual(partsOf(one.events))
    expect(partsOf(one.events)).toEqual([
      { type: 'text', text: 'Warp and weft.' },
      { type: 'call', name: 'add', text: '{"a":1}' },
    ])
  })
}

export function endTests({ start }: UnderTest): void {
  test.each<FinishReason>(['stop', 'length', 'content-filter', 'other'])(
    'tells the finish reason %s',
    async (finish) => {
      const { model } = await start({ text: 'So', finish })

      const { events } = await hearAnswer(model)

      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: finish })
    },
  )

  test.each<FinishReason>(['tool-calls', 'length', 'content-filter'])(
    'tells the finish reason %s after a call',
    async (finish) => {
      const { model } = await start({ toolCalls: [{ name: 'list', arguments: {} }], finish })

      const { events } = await hearAnswer(model)

      expect(partsOf(events)).toMatchObject([{ type: 'call', name: 'list' }])
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: finish })
    },
  )

  test('tells a refusal as text that ends content-filter', async () => {
    const { model } = await start({ refusal: 'That I will not weave.' })

    const { events, faults } = await hearAnswer(model)

    expect(faults).toEqual([])
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'That I will not weave.' }])
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'content-filter' })
  })

  test('tells an empty answer as a finish alone', async () => {
    const { model } = await start({})

    const { events, error } = await hearAnswer(model)

    expect(error).toBeUndefined()
    expect(events.map(({ type }) => type)).toEqual(['finish'])
  })
}
