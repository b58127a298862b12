import { agent, fallback, rateLimited, tokenBucket, ModelError } from '@heddle/core'
import type { Runtime, TokenBucket } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedRuntime } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passTime, readRun } from './virtual-time.ts'

const never = new AbortController().signal

/** When each of the takes was served, in milliseconds. */
async function servedAt(
  runtime: ScriptedRuntime,
  bucket: TokenBucket,
  amounts: readonly number[],
): Promise<number[]> {
  const taking = amounts.map(async (amount) => {
    await bucket.take(amount, never)
    return runtime.monotonicMs()
  })
  return passTime(runtime, Promise.all(taking))
}

test('serves a full bucket at once, and then as fast as it fills', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 3, perMs: 3_000 }, runtime)

  expect(await servedAt(runtime, bucket, [1, 1, 1, 1, 1, 1])).toEqual([0, 0, 0, 1_000, 2_000, 3_000])
})

test('fills up while nobody takes, but never over its brim', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 2, perMs: 2_000 }, runtime)
  await servedAt(runtime, bucket, [1, 1])
  await runtime.advance(60_000)
  const startMs = runtime.monotonicMs()

  expect((await servedAt(runtime, bucket, [1, 1, 1])).map((ms) => ms - startMs)).toEqual([0, 0, 1_000])
})

test('serves in order: a large wish is not overtaken by small ones', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 10, perMs: 10_000 }, runtime)

  expect(await servedAt(runtime, bucket, [9, 5, 1, 1])).toEqual([0, 4_000, 5_000, 6_000])
})

test('lets a wish for more than it holds wait for a full bucket', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 4, perMs: 4_000 }, runtime)

  expect(await servedAt(runtime, bucket, [1, 100])).toEqual([0, 1_000])
})

test('never gives more than it holds and fills, whatever is asked for', async () => {
  const limit = fc.record({
    amount: fc.integer({ min: 1, max: 20 }),
    perMs: fc.integer({ min: 100, max: 5_000 }),
  })
  const wishes = fc.array(
    fc.record({ amount: fc.integer({ min: 1, max: 30 }), afterMs: fc.integer({ min: 0, max: 3_000 }) }),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(limit, wishes, async (rate, asked) => {
      const runtime = scriptedRuntime()
      const bucket = tokenBucket(rate, runtime)
      const served: { amount: number; atMs: number }[] = []
      const taking: Promise<void>[] = []
      for (const { amount, afterMs } of asked) {
        await runtime.advance(afterMs)
        taking.push(
          bucket
            .take(amount, never)
            .then(
              () => void served.push({ amount: Math.min(amount, rate.amount), atMs: runtime.monotonicMs() }),
            ),
        )
      }
      await passTime(runtime, Promise.all(taking))

      expect(served.map(({ amount }) => amount)).toEqual(
        asked.map(({ amount }) => Math.min(amount, rate.amount)),
      )
      for (const [first, { atMs }] of served.entries()) {
        let sum = 0
        for (const later of served.slice(first)) {
          sum += later.amount
          // A thousandth for binary dust.
          expect(sum).toBeLessThanOrEqual(
            rate.amount + ((later.atMs - atMs) * rate.amount) / rate.perMs + 0.001,
          )
        }
      }
    }),
  )
})

test.each([-3_600_000, 3_600_000])('does not care for a wall clock that jumps by %i ms', async (jumpMs) => {
  const runtime = scriptedRuntime()
  let jumpedMs = 0
  const jumping: Runtime = { ...runtime, nowMs: () => runtime.nowMs() + jumpedMs }
  const bucket = tokenBucket({ amount: 1, perMs: 1_000 }, jumping)
  await bucket.take(1, never)
  jumpedMs = jumpMs

  expect(await servedAt(runtime, bucket, [1, 1])).toEqual([1_000, 2_000])
})

test('returns at once when it is aborted, first in the queue or last, takes nothing and leaves no timer', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 1, perMs: 10_000 }, runtime)
  await bucket.take(1, never)
  const [first, last] = [new AbortController(), new AbortController()]
  const told: string[] = []
  const take = (name: string, signal: AbortSignal): Promise<number> =>
    bucket.take(1, signal).then(() => told.push(`${name} at ${runtime.monotonicMs()}`))
  const taking = [
    take('first', first.signal),
    take('middle', never),
    take('last', last.signal),
    take('end', never),
  ]

  last.abort()
  await runtime.advance(2_000)
  first.abort()
  await passTime(runtime, Promise.all(taking))

  expect(told).toEqual(['last at 0', 'first at 2000', 'middle at 10000', 'end at 20000'])
  expect(runtime.pendingTimers).toBe(0)
})

test.each([
  [{ amount: 0, perMs: 1 }, 'The amount of a rate limit must be above 0, not 0.'],
  [{ amount: 1, perMs: Number.NaN }, 'The perMs of a rate limit must be above 0, not NaN.'],
])('refuses the limit %j', (limit, sentence) => {
  expect(() => tokenBucket(limit)).toThrow(sentence)
})

test('models that share a bucket share its pace, retries and fallbacks included', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 1, perMs: 10_000 }, runtime)
  const askedMs: number[] = []
  const turn = (answer: { error: ModelError } | string) => () => {
    askedMs.push(runtime.monotonicMs())
    return answer
  }
  const down = new ModelError('model.unavailable', '529', { retryable: true })
  const cheap = scriptedModel([turn({ error: down }), turn({ error: down })], { id: 'p/cheap' })
  const dear = scriptedModel([turn('ok')], { id: 'p/dear' })
  const chain = rateLimited(fallback([cheap, dear]), bucket)

  const { result } = await readRun(
    runtime,
    agent({ model: chain, runtime, retry: { attempts: 2 } }).run('go'),
  )

  expect(result.text).toBe('ok')
  expect(askedMs).toEqual([0, 10_000, 20_000])
})

test('a run that is aborted while it waits ends at once, and its model was never asked', async () => {
  const runtime = scriptedRuntime()
  const bucket = tokenBucket({ amount: 1, perMs: 60_000 }, runtime)
  await bucket.take(1, never)
  void bucket.take(1, never)
  const model = scriptedModel(['never'])
  const run = agent({ model: rateLimited(model, bucket), runtime }).run('go')

  const result = run.result
  await runtime.advance(1_000)
  run.abort('user')

  expect((await result).stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(model.calls).toBe(0)
  expect(runtime.monotonicMs()).toBe(1_000)
})
