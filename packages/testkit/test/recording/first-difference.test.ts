import { expect, test } from 'vitest'
import { firstDifference } from '../../src/recording/first-difference.ts'

test('finds nothing in equal values, whatever the order of their members', () => {
  expect(firstDifference({ a: [1, { b: null }], c: 'x' }, { c: 'x', a: [1, { b: null }] })).toBe(null)
})

test.each([
  [{ a: 1 }, { a: 2 }, { path: 'a', left: '1', right: '2' }],
  [{ a: 1 }, {}, { path: 'a', left: '1', right: 'nothing' }],
  [{ a: [1] }, { a: [1, { b: 2 }] }, { path: 'a[1]', left: 'nothing', right: '{"b":2}' }],
  [{ a: [] }, { a: {} }, { path: 'a', left: '[]', right: '{}' }],
  [
    { b: 1, a: { d: 1 } },
    { b: 2, a: { d: 3 } },
    { path: 'a.d', left: '1', right: '3' },
  ],
  [{ a: null }, { a: 'x' }, { path: 'a', left: 'null', right: '"x"' }],
])('names the first place where %j and %j differ', (left, right, difference) => {
  expect(firstDifference(left, right)).toEqual(difference)
})

test('shows long texts from shortly before the place where they part', () => {
  const same = 'x'.repeat(1_000)

  const difference = firstDifference({ text: `${same}left` }, { text: `${same}right` })

  expect(difference).toEqual({
    path: 'text',
    left: `…"${'x'.repeat(20)}left"`,
    right: `…"${'x'.repeat(20)}right"`,
  })
})

test('finds the end of a text that the other goes on from', () => {
  expect(firstDifference('ab', 'abc')).toEqual({ path: '', left: '"ab"', right: '"abc"' })
})
