import { expect, test } from 'vitest'
import { formatCost, formatCount, formatDuration, formatPlural } from '../src/quantities.ts'

test.each([
  [0, '0 ms'],
  [34.4, '34 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [3_210, '3.2 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('formats %d ms as "%s"', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text)
})

test.each([
  [null, 'cost unknown'],
  [0, 'free'],
  [99, 'under $0.0001'],
  [12_300, '$0.0123'],
  [1_234_567, '$1.23'],
])('formats %s micro-dollars as "%s"', (microUsd, text) => {
  expect(formatCost(microUsd)).toBe(text)
})

test('groups thousands and forms plurals', () => {
  expect([
    formatCount(1_234_567),
    formatPlural(1, 'step'),
    formatPlural(0, 'step'),
    formatPlural(1_000, 'line'),
  ]).toEqual(['1,234,567', '1 step', '0 steps', '1,000 lines'])
})
