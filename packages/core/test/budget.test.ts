import { budget } from '@heddle/core'
import type { Budget, Reservation } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const never = new AbortController().signal

const standOf = ({ spentMicroUsd, reservedMicroUsd, freeMicroUsd }: Budget): number[] => [
  spentMicroUsd,
  reservedMicroUsd,
  freeMicroUsd,
]

test('sets money aside, and replaces it by what was spent', () => {
  const purse = budget(0.57)

  const reservation = purse.reserve(500_000)
  const during = standOf(purse)
  reservation?.settle(120_000)
  reservation?.settle(120_000)

  expect(purse.limitMicroUsd).toBe(570_000)
  expect(during).toEqual([0, 500_000, 70_000])
  expect(standOf(purse)).toEqual([120_000, 0, 450_000])
})

test('gives nothing that does not fit here or above, and sets nothing aside then', () => {
  const whole = budget(1)
  const part = budget(5, whole)
  const small = budget(0.1, whole)

  expect(part.reserve(1_000_001)).toBeNull()
  expect(small.reserve(100_001)).toBeNull()
  expect([part, small].map((one) => one.limitMicroUsd)).toEqual([1_000_000, 100_000])
  expect([whole, part, small].map((one) => one.reservedMicroUsd)).toEqual([0, 0, 0])
})

test('books in every budget above what was spent in a part', () => {
  const whole = budget(1)
  const part = budget(0.5, whole)

  part.charge(300_000)
  part.reserve(100_000)?.settle(50_000)

  expect(standOf(part)).toEqual([350_000, 0, 150_000])
  expect(standOf(whole)).toEqual([350_000, 0, 650_000])
})

test('waits for money that a call beside it may give back', async () => {
  const whole = budget(1)
  const other = budget(Infinity, whole).reserve(900_000)

  let given: Reservation | null | undefined
  const waiting = budget(Infinity, whole).reserveUpTo({ least: 100_000, most: 500_000 }, never)
  void waiting.then((reservation) => (given = reservation))
  await new Promise((resolve) => setImmediate(resolve))
  const before = given
  other?.settle(200_000)

  expect(before).toBeUndefined()
  expect((await waiting)?.microUsd).toBe(500_000)
  expect(standOf(whole)).toEqual([200_000, 500_000, 300_000])
})

test('takes what is left when nobody can give anything back, and null when that is too little', async () => {
  const whole = budget(1)
  whole.charge(700_000)

  const rest = await whole.reserveUpTo({ least: 100_000, most: 500_000 }, never)
  rest?.settle(250_000)

  expect(rest?.microUsd).toBe(300_000)
  expect(await whole.reserveUpTo({ least: 50_001, most: 500_000 }, never)).toBeNull()
})

test('does not wait for what its own limit forbids anyway', async () => {
  const whole = budget(1)
  whole.reserve(600_000)
  const part = budget(0.2, whole)

  expect((await part.reserveUpTo({ least: 1, most: 400_000 }, never))?.microUsd).toBe(200_000)
})

test('stops waiting when the signal aborts, and sets nothing aside', async () => {
  const whole = budget(1)
  whole.reserve(1_000_000)
  const abort = new AbortController()

  const waiting = whole.reserveUpTo({ least: 1, most: 1 }, abort.signal)
  abort.abort()

  expect(await waiting).toBeNull()
  expect(whole.reservedMicroUsd).toBe(1_000_000)
})

test.each([-1, Number.NaN])('refuses %s dollars', (usd) => {
  expect(() => budget(usd)).toThrow(`A budget must be a number of dollars of at least 0, not ${usd}.`)
})

test('however calls overlap, no budget of a tree ever promises more than it has', async () => {
  const step = fc.record({
    node: fc.integer({ min: 0, max: 5 }),
    wish: fc.integer({ min: 0, max: 400 }),
    used: fc.double({ min: 0, max: 1, noNaN: true }),
    settles: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 6, maxLength: 6 }),
      fc.array(step),
      async (limits, steps) => {
        // Each budget is a part of one before it: a tree.
        const tree: Budget[] = []
        for (const [at, micro] of limits.entries())
          tree.push(budget(micro / 1e6, tree[Math.floor((at - 1) / 2)]))
        const open: Reservation[] = []
        for (const { node, wish, used, settles } of steps) {
          const oldest = open[0]
          if (settles && oldest) open.shift()?.settle(Math.floor(oldest.microUsd * used))
          else open.push(...[tree[node]?.reserve(wish) ?? []].flat())

          for (const one of tree)
            expect(one.spentMicroUsd + one.reservedMicroUsd).toBeLessThanOrEqual(one.limitMicroUsd)
        }
        for (const reservation of open) reservation.settle(0)
        expect(tree.map((one) => one.reservedMicroUsd)).toEqual(tree.map(() => 0))
      },
    ),
  )
})
