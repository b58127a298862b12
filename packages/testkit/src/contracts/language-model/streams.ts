import { expect, test } from 'vitest'
import type { Fault } from '../../fake-provider/script.ts'
import { hearAnswer, partsOf, promptRequest } from './hear-answer.ts'
import type { UnderTest } from './under-test.ts'

export function streamTests({ start }: UnderTest): void {
  test('gives batches that are never empty, one for a network read and not for an event', async () => {
    const { model } = await start({ text: Array.from({ length: 500 }, (_, index) => ` ${index}`) })

    const { batches, faults } = await hearAnswer(model)

    expect(faults).toEqual([])
    expect(batches.length).toBeLessThan(100)
  })

  test('gives what has arrived without waiting for the rest', async () => {
    const { model } = await start({ text: ['now', 'never'], faults: [{ kind: 'silence', afterDeltas: 1 }] })
    const abort = new AbortController()

    const stream = model.stream(promptRequest(), abort.signal)[Symbol.asyncIterator]()
    const first = await stream.next()
    abort.abort()
    await stream.return?.()

    expect(partsOf(first.done === true ? [] : first.value)).toEqual([{ type: 'text', text: 'now' }])
  })

  test.each<Fault>([
    { kind: 'split-utf8' },
    { kind: 'garbage' },
    // A comment's worth: an event without data is none, and one of blanks says nothing.
    { kind: 'odd-event', data: '   ' },
    { kind: 'odd-event', data: '{}' },
    { kind: 'odd-event', data: '{"type":"unheard.of","delta":"x","index":0}' },
    { kind: 'odd-event', event: 'keepalive', data: '{"type":"keepalive"}', afterDeltas: 0 },
  ])('is the same behind %j', async (fault) => {
    const { model } = await start({
      reasoning: 'fädchen',
      text: 'warp 🧵🧶 weft € und Kette',
      chunkSize: 4,
      toolCalls: [{ name: 'echo', arguments: { text: '🧵' } }],
      faults: [fault],
    })

    const [disturbed, clean] = [await hearAnswer(model), await hearAnswer(model)]

    expect([disturbed.error, disturbed.faults]).toEqual([undefined, []])
    expect(partsOf(disturbed.events)).toEqual(partsOf(clean.events))
    expect(disturbed.events.at(-1)).toEqual(clean.events.at(-1))
  })

  test('never splits a surrogate pair, even if the vendor does', async () => {
    const { model } = await start({
      reasoning: ['c \ud83e', '\uddf6'],
      text: ['a \ud83e', '\uddf5 b'],
    })

    const { events, faults } = await hearAnswer(model)

    expect(faults).toEqual([])
    expect(partsOf(events)).toEqual([
      { type: 'reasoning', text: 'c 🧶' },
      { type: 'text', text: 'a 🧵 b' },
    ])
  })
}
