import { ModelError, agent } from '@heddle/core'
import type { ErrorCode } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { readRun } from './virtual-time.ts'

test.each<[ErrorCode, string]>([
  ['model.auth', '401: wrong key'],
  ['model.auth', '403: no access'],
  ['model.spend_limit', '402: the monthly limit is reached'],
  ['model.not_found', '404: no such model'],
  ['model.invalid_request', '400: bad schema'],
])('never repeats %s (%s)', async (code, message) => {
  const runtime = scriptedRuntime()
  const error = new ModelError(code, message)
  const model = scriptedModel([{ error }, 'never'])

  const { events, result } = await readRun(runtime, agent({ model, runtime }).run('go'))

  expect(model.calls).toBe(1)
  expect(events.filter((event) => event.type === 'model.retried')).toEqual([])
  expect(result.stop).toEqual({ reason: 'failed', error: error.toJSON() })
})

test.each([
  [0, 0],
  [1, 1],
  [30_000, 30_000],
])(
  'waits %i ms when the provider says so, with no less and at most a tenth more',
  async (retryAfterMs, leastMs) => {
    const delays: number[] = []
    for (let seed = 1; seed <= 20; seed++) {
      const runtime = scriptedRuntime({ seed })
      const error = new ModelError('model.rate_limited', '429', { retryable: true, retryAfterMs })
      const { events } = await readRun(
        runtime,
        agent({ model: scriptedModel([{ error }, 'ok']), runtime }).run('go'),
      )
      delays.push(...events.flatMap((event) => (event.type === 'model.retried' ? [event.delayMs] : [])))
    }

    expect(delays.length).toBe(20)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(leastMs)
    expect(Math.max(...delays)).toBeLessThanOrEqual(Math.ceil(leastMs * 1.1))
  },
)

test('waits twice as long each time, up to the longest wait, and never the same for all', async () => {
  const error = new ModelError('model.unavailable', '529', { retryable: true })
  const waits: number[][] = []
  for (let seed = 1; seed <= 20; seed++) {
    const runtime = scriptedRuntime({ seed })
    const model = scriptedModel([{ error }], { repeatLast: true })
    const retry = { attempts: 6, baseDelayMs: 100, maxDelayMs: 800 }
    const { events } = await readRun(runtime, agent({ model, runtime, retry }).run('go'))
    waits.push(events.flatMap((event) => (event.type === 'model.retried' ? [event.delayMs] : [])))
  }

  for (const [at, ceiling] of [100, 200, 400, 800, 800].entries()) {
    const column = waits.map((row) => row[at] ?? 0)
    expect(Math.min(...column)).toBeGreaterThanOrEqual(ceiling / 2)
    expect(Math.max(...column)).toBeLessThanOrEqual(ceiling)
    expect(new Set(column).size).toBeGreaterThan(5)
  }
})

test('does not wait for an onError that never answers once the run is aborted', async () => {
  const error = new ModelError('model.unavailable', '529', { retryable: true })
  const model = scriptedModel([{ text: ['half', 'x'], error, afterEvents: 1 }])
  const run = agent({ model, onError: () => new Promise(() => {}) }).run('go')

  for await (const event of run) if (event.type === 'text.delta') setTimeout(() => run.abort('user'), 5)

  const { stop, messages } = await run.result
  expect(stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(messages.at(-1)).toMatchObject({ content: [{ type: 'text', text: 'half' }], incomplete: true })
})

test('does not wait for an onStep that never answers once the run is aborted', async () => {
  const run = agent({ model: scriptedModel(['hello']), onStep: () => new Promise(() => {}) }).run('go')

  for await (const event of run) if (event.type === 'turn.ended') setTimeout(() => run.abort('user'), 5)

  expect((await run.result).stop).toEqual({ reason: 'aborted', message: 'user' })
})

test('keeps what was heard when onError itself throws', async () => {
  const error = new ModelError('model.unavailable', '529', { retryable: true })
  const model = scriptedModel([{ text: ['half', 'x'], error, afterEvents: 1 }])

  const { stop, messages, costMicroUsd } = await agent({
    model,
    onError: () => {
      throw new Error('bug in onError')
    },
  }).run('go').result

  expect(stop).toMatchObject({ reason: 'failed', error: { message: 'bug in onError' } })
  expect(messages.at(-1)).toMatchObject({ content: [{ type: 'text', text: 'half' }], incomplete: true })
  expect(costMicroUsd).toBeNull()
})
