import { expect, test } from 'vitest'
import { hearAnswer } from './hear-answer.ts'
import type { UnderTest } from './under-test.ts'

export function refusalTests({ start, wire }: UnderTest): void {
  test.each([
    [400, 'model.invalid_request', false],
    [401, 'model.auth', false],
    [402, 'model.spend_limit', false],
    [403, 'model.auth', false],
    [404, 'model.not_found', false],
    [429, 'model.rate_limited', true],
    [500, 'model.unavailable', true],
    [502, 'model.unavailable', true],
    [503, 'model.unavailable', true],
    [504, 'model.unavailable', true],
    [529, 'model.unavailable', true],
  ])('with status %i throws %s', async (status, code, retryable) => {
    const { provider, model } = await start({ text: 'So', faults: [{ kind: 'status', status }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code, retryable })
    expect(events).toEqual([])
    expect(provider.requests).toHaveLength(1)
  })

  test('because the prompt is too long throws model.context_overflow', async () => {
    const { model } = await start({ faults: [{ kind: 'status', status: 400, reason: 'overflow' }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.context_overflow', retryable: false })
  })

  test('for want of money throws model.spend_limit', async () => {
    // One vendor says it with a 400, the others with a 429.
    const status = wire === 'anthropic' ? 400 : 429
    const { model } = await start({ faults: [{ kind: 'status', status, reason: 'quota' }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.spend_limit', retryable: false })
  })

  test.each([
    ['in seconds', { form: 'seconds', ms: 2_000 }, 2_000],
    ['in milliseconds', { form: 'ms', ms: 250 }, 250],
    ['in the past', { form: 'seconds', ms: -5_000 }, 0],
  ] as const)('tells the wait that is asked %s', async (_, retryAfter, retryAfterMs) => {
    const { model } = await start({ faults: [{ kind: 'status', status: 429, retryAfter }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.rate_limited', retryAfterMs })
  })

  test('tells the wait that is asked as a date', async () => {
    const { model } = await start({
      faults: [{ kind: 'status', status: 429, retryAfter: { form: 'date', ms: 60_000 } }],
    })

    const { error } = await hearAnswer(model)

    const { retryAfterMs } = error as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(30_000)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('because nobody listens throws model.unavailable', async () => {
    const { provider, model } = await start({ text: 'So' })
    await provider.close()

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
  })
}
