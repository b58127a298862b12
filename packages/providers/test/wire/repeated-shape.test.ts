import type { JsonObject } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedShape } from '../../src/wire/repeated-shape.ts'
import type { RepeatedShape } from '../../src/wire/repeated-shape.ts'

const event = (text: string, more: JsonObject = {}): string =>
  JSON.stringify({ id: 'msg_1', ...more, delta: { type: 'text', text } })

function shapeOf(...unread: string[]): RepeatedShape<JsonObject> {
  return repeatedShape(textOf, unread)
}

function learn(shape: RepeatedShape<JsonObject>, data: string): void {
  shape.learn(data, JSON.parse(data) as JsonObject)
}

function learned(text = 'Hi'): RepeatedShape<JsonObject> {
  const shape = shapeOf()
  learn(shape, event(text))
  return shape
}

function textOf(value: JsonObject): string | null {
  const text = (value['delta'] as JsonObject | undefined)?.['text']
  return typeof text === 'string' ? text : null
}

test.each(['a', ' there', 'é😀', 'two\nlines', '\\', '\u0001', 'x'.repeat(40), 'half \ud83d'])(
  'gives the text %j of an event that is alike',
  (text) => {
    expect(learned().textIn(event(text))).toBe(text)
  },
)

test.each([
  ['an event with something else', event('a', { usage: 1 })],
  ['an event with less', JSON.stringify({ id: 'msg_1', delta: { type: 'text' } })],
  ['an event of other names', event('a').replace('msg_1', 'msg_2')],
  ['no text', event('')],
  ['a text with a quote in it, which could end anywhere', event('a "b"')],
  ['a text that is broken off', event('a').slice(0, -4)],
  ['a text with more behind it', event('a').replace('"a"', '"a","type":"b"')],
  ['a text that is no JSON', event('a').replace('"a"', '"a\n"')],
  ['the end mark', '[DONE]'],
])('does not know %s', (_what, data) => {
  expect(learned().textIn(data)).toBeNull()
})

test('knows nothing before it has learned', () => {
  expect(shapeOf().textIn(event('a'))).toBeNull()
})

test('remembers the event that it learned', () => {
  expect(learned('Hi').event).toEqual(JSON.parse(event('Hi')))
})

test('reads past numbers and padding that nobody looks at', () => {
  const shape = shapeOf('seq', 'padding')

  learn(shape, event('Hi', { seq: 9, padding: 'ab' }))

  expect(shape.textIn(event('there', { seq: 10, padding: '' }))).toBe('there')
  expect(shape.textIn(event('two\nlines', { seq: 0, padding: 'x/y' }))).toBe('two\nlines')
})

test.each<[string, JsonObject]>([
  ['another kind of value', { seq: 'x', padding: 'ab' }],
  ['a fraction', { seq: 1.5, padding: 'ab' }],
  ['an escape', { seq: 1, padding: 'a"b' }],
  ['no padding', { seq: 1 }],
  ['something else', { seq: 1, padding: 'ab', usage: 1 }],
])('does not read past %s', (_what, more) => {
  const shape = shapeOf('seq', 'padding')

  learn(shape, event('Hi', { seq: 9, padding: 'ab' }))

  expect(shape.textIn(event('a', more))).toBeNull()
})

test("does not read past a member of the same name that is not the event's own", () => {
  const shape = shapeOf('seq')

  learn(shape, event('Hi', { inner: { seq: 1 } }))

  expect(shape.textIn(event('a', { inner: { seq: 2 } }))).toBeNull()
})

test.each(['text', 'delta', 'msg_1', 'type'])(
  'does not learn from %j, which stands elsewhere too',
  (text) => {
    const shape = learned(text)

    expect([shape.event, shape.textIn(event('a'))]).toEqual([null, null])
  },
)

test('does not learn from a text that is not where it seems to be', () => {
  const shape = shapeOf()

  // The text is written with an escape, and the only plain one is another value.
  learn(shape, '{"note":"ab","delta":{"text":"\\u0061b"}}')

  expect(shape.event).toBeNull()
})

test('gives up on a vendor whose events are never alike', () => {
  const shape = shapeOf()

  const learnedAt = [1, 2, 3, 4, 5].map((seq) => {
    learn(shape, event('Hi', { seq }))
    return shape.event?.['seq']
  })

  expect(learnedAt).toEqual([1, 2, 3, 3, 3])
})

test('learns anew as often as it is of use', () => {
  const shape = shapeOf()

  for (let seq = 1; seq <= 10; seq++) {
    learn(shape, event('Hi', { seq }))
    expect(shape.textIn(event('there', { seq }))).toBe('there')
  }
})

test('never tells what parsing the event would not', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'n', ',', ':', '{', '}', ' ', 'é', '7') })
  const known = Object.keys(JSON.parse(event('Hi', { seq: 1 })) as JsonObject)

  fc.assert(
    fc.property(piece, piece, fc.oneof(piece, fc.nat().map(String)), (text, rawText, rawNumber) => {
      const shape = shapeOf('seq')
      learn(shape, event('Hi', { seq: 1 }))
      const data = event('HI', { seq: 99 })
        .replace('99', () => rawNumber)
        .replace('HI', () => rawText)

      // A text with a quote in it goes the slow way.
      expect([null, text]).toContain(shape.textIn(event(text, { seq: 3 })))
      const told = shape.textIn(data)
      if (told === null) return
      const parsed = JSON.parse(data) as JsonObject
      expect(Object.keys(parsed)).toEqual(known)
      expect(parsed['delta']).toEqual({ type: 'text', text: told })
      expect(parsed['seq']).toBeTypeOf('number')
    }),
    { numRuns: 2_000 },
  )
})
