import { confidenceAfter } from '@heddle/graph'
import type { Verdict, Weighed } from '@heddle/graph'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const verdicts: readonly Verdict[] = ['passed', 'failed', 'corrected', 'reverted']
const anyWeighed: fc.Arbitrary<Weighed> = fc.record({
  verdict: fc.constantFrom(...verdicts),
  distance: fc.integer({ min: 0, max: 3 }),
})
const anyConfidence = fc.option(fc.integer({ min: 0, max: 100 }))

test.each([
  [null, 'passed', 0, 75],
  [null, 'passed', 1, 68],
  [null, 'failed', 0, 33],
  [null, 'failed', 1, 46],
  [33, 'passed', 0, 50],
  [null, 'reverted', 0, 23],
  [null, 'corrected', 0, 14],
  [90, 'passed', 0, 95],
  [10, 'corrected', 0, 5],
  [100, 'passed', 0, 100],
  [0, 'failed', 0, 0],
] as const)('is, from %j after "%s" at distance %i, %i', (before, verdict, distance, after) => {
  expect(confidenceAfter(before, [{ verdict, distance }])).toBe(after)
})

test('stays whole and between 5 and 95, wherever it did not stand outside before', () => {
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 5, max: 95 })), fc.array(anyWeighed), (before, list) => {
      const after = confidenceAfter(before, list)
      expect(Number.isInteger(after)).toBe(true)
      expect(after).toBeGreaterThanOrEqual(5)
      expect(after).toBeLessThanOrEqual(95)
    }),
  )
})

test('never falls by a verdict in favour, never rises by one against, and moves less from further away', () => {
  fc.assert(
    fc.property(anyConfidence, anyWeighed, (before, weighed) => {
      const start = before ?? 60
      const after = confidenceAfter(before, [weighed])
      const further = confidenceAfter(before, [{ ...weighed, distance: weighed.distance + 1 }])
      const direction = weighed.verdict === 'passed' ? 1 : -1
      expect((after - start) * direction).toBeGreaterThanOrEqual(0)
      expect(Math.abs(further - start)).toBeLessThanOrEqual(Math.abs(after - start))
    }),
  )
})

test('is higher after the same verdicts when it was higher before', () => {
  const whole = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(whole, whole, fc.array(anyWeighed), (a, b, list) => {
      const [low, high] = a <= b ? [a, b] : [b, a]
      expect(confidenceAfter(low, list)).toBeLessThanOrEqual(confidenceAfter(high, list))
    }),
  )
})

test('does not depend on the order of the verdicts', () => {
  const [against, inFavour]: readonly [Weighed, Weighed] = [
    { verdict: 'corrected', distance: 0 },
    { verdict: 'passed', distance: 0 },
  ]
  // Exactly half-way between two numbers, but for the last bit of the sum.
  expect(confidenceAfter(52, [against, inFavour, inFavour])).toBe(
    confidenceAfter(52, [inFavour, inFavour, against]),
  )
  const shuffled = fc
    .array(anyWeighed, { minLength: 2 })
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })))
  fc.assert(
    fc.property(anyConfidence, shuffled, (before, [list, other]) => {
      expect(confidenceAfter(before, list)).toBe(confidenceAfter(before, other))
    }),
  )
})
