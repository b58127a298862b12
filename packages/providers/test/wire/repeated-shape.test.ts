import type { JsonObject } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedShape } from '../../src/wire/repeated-shape.ts'
import type { RepeatedShape } from '../../src/wire/repeated-shape.ts'

const event = (text: string, more: JsonObject = {}): string =>
  JSON.stringify({ id: 'msg_1', delta: { type: 'text', text }, ...more })

function learned(text = 'Hi'): RepeatedShape {
  const shape = repeatedShape(textOf)
  expect(shape.learn(event(text), text)).toBe(true)
  return shape
}

function textOf(value: JsonObject): unknown {
  return (value['delta'] as JsonObject | undefined)?.['text']
}

test.each([
  'a',
  ' there',
  'é😀',
  'a "quoted" word',
  'two\nlines',
  '\\',
  '\u0001',
  'x'.repeat(40),
  'half \ud83d',
])('gives the text %j of an event that is alike', (text) => {
  expect(learned().textIn(event(text))).toBe(text)
})

test.each([
  ['an event with something else', event('a', { usage: 1 })],
  ['an event with less', JSON.stringify({ id: 'msg_1', delta: { type: 'text' } })],
  ['an event of other names', event('a').replace('msg_1', 'msg_2')],
  ['no text', event('')],
  ['a text that is broken off', event('a').slice(0, -4)],
  ['a text with more behind it', event('a').replace('"a"', '"a","type":"b"')],
  ['a text that is no JSON', event('a').replace('"a"', '"a\n"')],
  ['the end mark', '[DONE]'],
])('does not know %s', (_what, data) => {
  expect(learned().textIn(data)).toBeNull()
})

test('knows nothing before it has learned', () => {
  expect(repeatedShape(textOf).textIn(event('a'))).toBeNull()
})

test.each(['text', 'delta', 'msg_1', 'type'])(
  'does not learn from %j, which stands elsewhere too',
  (text) => {
    const shape = repeatedShape(textOf)

    expect(shape.learn(event(text), text)).toBe(false)
    expect(shape.textIn(event('a'))).toBeNull()
  },
)

test('does not learn from a text that is not where it seems to be', () => {
  const shape = repeatedShape(textOf)

  // The text is written with an escape, and the only plain one is another value.
  expect(shape.learn('{"note":"ab","delta":{"text":"\\u0061b"}}', 'ab')).toBe(false)
})

test('gives up on a vendor whose events are never alike', () => {
  const shape = repeatedShape(textOf)
  const numbered = (seq: number): string => event('Hi', { seq })

  const learnedAt = [1, 2, 3, 4, 5].filter((seq) => shape.learn(numbered(seq), 'Hi'))

  expect(learnedAt).toEqual([1, 2, 3])
})

test('learns anew as often as it is of use', () => {
  const shape = repeatedShape(textOf)

  for (let seq = 1; seq <= 10; seq++) {
    expect(shape.learn(event('Hi', { seq }), 'Hi')).toBe(true)
    expect(shape.textIn(event('there', { seq }))).toBe('there')
  }
})

test('never tells what parsing the event would not', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'n', ',', ':', '{', '}', ' ', 'é') })

  fc.assert(
    fc.property(piece, piece, (text, raw) => {
      const shape = learned()
      const [before = '', after = ''] = event('HI').split('HI')
      const data = `${before}${raw}${after}`

      expect(shape.textIn(event(text))).toBe(text === '' ? null : text)
      expect(shape.textIn(data)).toBe(textIfAlike(data))
    }),
    { numRuns: 1_000 },
  )
})

/** By the slow way: the text of an event that is the learned one but for its text. */
function textIfAlike(data: string): string | null {
  try {
    const parsed = JSON.parse(data) as JsonObject
    const text = textOf(parsed)
    return typeof text === 'string' && text !== '' && Object.keys(parsed['delta'] as JsonObject).length === 2
      ? text
      : null
  } catch {
    return null
  }
}
