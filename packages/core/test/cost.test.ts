import fc from 'fast-check'
import { expect, test } from 'vitest'
import { costMicroUsd } from '../src/usage.ts'
import type { Price, Usage } from '../src/usage.ts'

/** Whole millionths of a dollar per million tokens: fine enough for every price that a vendor prints. */
const rate = fc.integer({ min: 0, max: 200_000_000 }).map((millionths) => millionths / 1_000_000)
const flat: fc.Arbitrary<Price> = fc.record(
  { input: rate, output: rate, cacheRead: rate, cacheWrite: rate },
  { requiredKeys: ['input', 'output'] },
)
const usage: fc.Arbitrary<Usage> = fc
  .record({
    plain: fc.nat(2_000_000),
    outputTokens: fc.nat(200_000),
    cacheReadTokens: fc.nat(2_000_000),
    cacheWriteTokens: fc.nat(2_000_000),
    reasoning: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ plain, reasoning, ...rest }) => ({
    ...rest,
    inputTokens: plain + rest.cacheReadTokens + rest.cacheWriteTokens,
    reasoningTokens: Math.floor(rest.outputTokens * reasoning),
  }))

/** The exact cost in millionths of a micro-dollar, without a fraction anywhere. */
function exactly(used: Usage, price: Price): bigint {
  const times = (tokens: number, usd: number): bigint => BigInt(tokens) * BigInt(Math.round(usd * 1_000_000))
  const plain = used.inputTokens - used.cacheReadTokens - used.cacheWriteTokens
  return (
    times(plain, price.input) +
    times(used.cacheReadTokens, price.cacheRead ?? price.input) +
    times(used.cacheWriteTokens, price.cacheWrite ?? price.input) +
    times(used.outputTokens, price.output)
  )
}

function plus(a: Usage, b: Usage): Usage {
  const names = Object.keys(a) as (keyof Usage)[]
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Usage
}

function costOf(used: Usage, price: Price): number {
  const cost = costMicroUsd(used, price)
  if (cost === null) throw new Error('the cost is unknown')
  return cost
}

test('is the exact cost, rounded up to whole micro-dollars', () => {
  fc.assert(
    fc.property(usage, flat, (used, price) => {
      const exact = exactly(used, price)

      expect(costOf(used, price)).toBe(Number((exact + 999_999n) / 1_000_000n))
    }),
  )
})

test('of two calls is that of both together, or one micro-dollar more', () => {
  fc.assert(
    fc.property(usage, usage, flat, (a, b, price) => {
      const difference = costOf(a, price) + costOf(b, price) - costOf(plus(a, b), price)

      expect([0, 1]).toContain(difference)
    }),
  )
})

test('does not depend on how much of the output was reasoning', () => {
  fc.assert(
    fc.property(usage, flat, (used, price) => {
      expect(costOf({ ...used, reasoningTokens: 0 }, price)).toBe(costOf(used, price))
    }),
  )
})

test('is that of the whole call at the dearer prices from one token above a tier on', () => {
  fc.assert(
    fc.property(usage, flat, flat, flat, (used, base, second, third) => {
      const low = used.inputTokens - 1
      const above = (inputTokens: number, price: Price): Price['above'] => ({ inputTokens, price })
      fc.pre(low >= 1)

      const at = { ...base, above: above(used.inputTokens, second) }
      const over = { ...base, above: above(low, second) }
      const far = { ...base, above: above(1, { ...second, above: above(low, third) } as Price) } as Price

      expect(costOf(used, at as Price)).toBe(costOf(used, base))
      expect(costOf(used, over as Price)).toBe(costOf(used, second))
      expect(costOf(used, far)).toBe(costOf(used, third))
    }),
  )
})

test('is unknown, not 0, as soon as price or usage is', () => {
  const price = { input: 0, output: 0 }
  const used = {
    inputTokens: 1,
    outputTokens: 1,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  }

  expect(costMicroUsd(used, price)).toBe(0)
  expect(costMicroUsd(used, null)).toBeNull()
  expect(costMicroUsd(null, price)).toBeNull()
  expect(costMicroUsd({ ...used, outputTokens: Number.NaN }, { input: 1, output: 1 })).toBeNull()
})

test('is never below nothing, also where cached tokens are not counted as input', () => {
  const used = {
    inputTokens: 10,
    outputTokens: 0,
    cacheReadTokens: 100,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
  }

  expect(costMicroUsd(used, { input: 3, output: 15, cacheRead: 0.3 })).toBe(30)
})
