import { expect, test } from 'vitest'
import { hearAnswer, partsOf } from './hear-answer.ts'
import { matching } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

/** Both forms mean the same. */
const NO_ARGUMENTS = matching(/^(\{\})?$/)

export function callTests({ start, format }: UnderTest): void {
  const { hasArgumentText } = format.capabilities

  test.each([
    ['no arguments at all', ''],
    ['an empty object', {}],
  ])('tells a call with %s', async (_, args) => {
    const { model } = await start({ toolCalls: [{ name: 'list', arguments: args }] })

    const { events, error, faults } = await hearAnswer(model)

    expect([error, faults]).toEqual([undefined, []])
    expect(partsOf(events)).toEqual([{ type: 'call', name: 'list', text: NO_ARGUMENTS }])
  })

  test.runIf(hasArgumentText).each(['{"path": "a', 'list all', '[1]', '"a"', '{"a":1}}'])(
    'tells arguments that are no JSON object as they came: %s',
    async (args) => {
      const { model } = await start({ toolCalls: [{ name: 'list', arguments: args }], finish: 'length' })

      const { events, error, faults } = await hearAnswer(model)

      expect([error, faults]).toEqual([undefined, []])
      expect(partsOf(events)).toEqual([{ type: 'call', name: 'list', text: args }])
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' })
    },
  )

  test('sorts the arguments of calls that alternate', async () => {
    const { model } = await start({
      toolCalls: [
        { name: 'read_file', arguments: { path: 'first.ts' } },
        { name: 'read_file', arguments: { path: 'second.ts', limit: 10 } },
        { name: 'list', arguments: '' },
      ],
      argumentChunks: 4,
      interleaved: true,
    })

    const { events, faults } = await hearAnswer(model)

    expect(faults).toEqual([])
    expect(partsOf(events)).toEqual([
      { type: 'call', name: 'read_file', text: '{"path":"first.ts"}' },
      { type: 'call', name: 'read_file', text: '{"path":"second.ts","limit":10}' },
      { type: 'call', name: 'list', text: NO_ARGUMENTS },
    ])
    if (!hasArgumentText) return
    const order = events.flatMap((event) =>
      event.type === 'tool.input.delta' && event.text ? [event.part] : [],
    )
    expect(order).toEqual([0, 1, 0, 1, 0, 1, 0, 1])
  })
}

export function callIdTests({ start }: UnderTest): void {
  test.each<[string, (string | null)[]]>([
    ['that repeat', ['same', 'same']],
    ['of 450 letters', ['x'.repeat(449) + '1', 'x'.repeat(449) + '2']],
    ['of one letter', ['a', 'b']],
    ['that are empty', ['', '']],
    ['that are missing', [null, null]],
    ['in foreign scripts', ['звонок 1', '🧵/🧶']],
  ])('tells calls apart with ids %s', async (_, [first = '', second = '']) => {
    const { model } = await start({
      toolCalls: [
        { name: 'add', arguments: { a: 1 }, id: first },
        { name: 'add', arguments: { a: 2 }, id: second },
      ],
      argumentChunks: 2,
      interleaved: true,
    })

    const { events, error, faults } = await hearAnswer(model)

    expect([error, faults]).toEqual([undefined, []])
    expect(partsOf(events)).toEqual([
      { type: 'call', name: 'add', text: '{"a":1}' },
      { type: 'call', name: 'add', text: '{"a":2}' },
    ])
  })
}
