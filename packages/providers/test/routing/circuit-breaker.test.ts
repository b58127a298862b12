import { agent, fallback, ModelError } from '@heddle/core'
import type { ErrorCode, LanguageModel } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedTurn } from '@heddle/testkit'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import { describe, expect, onTestFinished, test } from 'vitest'
import { models } from '../../src/models.ts'
import { circuitBreaker } from '../../src/routing/circuit-breaker.ts'
import type { CircuitBreaker } from '../../src/routing/circuit-breaker.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'

const RULES = { failures: 2, coolDownMs: 10_000 }

function failing(code: ErrorCode, retryAfterMs?: number): ScriptedTurn {
  return { error: new ModelError(code, 'it said no', { retryable: true, retryAfterMs }) }
}

async function codeOf(model: LanguageModel): Promise<unknown> {
  return ((await askUntilFailure(model)).error as ModelError).code
}

/** A breaker on a clock that stands still, and a model behind it. */
function guarded(turns: readonly ScriptedTurn[]): {
  breaker: CircuitBreaker
  runtime: ReturnType<typeof scriptedRuntime>
  inner: ReturnType<typeof scriptedModel>
  model: LanguageModel
} {
  const runtime = scriptedRuntime()
  const breaker = circuitBreaker({ ...RULES, runtime })
  const inner = scriptedModel(turns, { id: 'a/1', repeatLast: true })
  return { breaker, runtime, inner, model: breaker.guard(inner, () => 'sk-secret') }
}

test.each<ErrorCode>([
  'model.unavailable',
  'model.timeout',
  'model.connect_timeout',
  'model.first_byte_timeout',
  'model.idle_timeout',
  'model.total_timeout',
  'model.interrupted',
  'model.bad_response',
])('asks nobody after two %s, says for how long, and tries again then', async (code) => {
  const { breaker, runtime, inner, model } = guarded([failing(code), failing(code), 'back'])

  expect([await codeOf(model), await codeOf(model)]).toEqual([code, code])
  await runtime.advance(4_000)
  const { error } = await askUntilFailure(model)

  expect((error as ModelError).toJSON()).toEqual({
    code: 'model.circuit_open',
    message: `a/1 is not asked: it failed 2 times in a row, at last with ${code}; it is asked again in 6 s`,
    retryable: true,
    retryAfterMs: 6_000,
  })
  expect(breaker.circuits).toEqual([{ model: 'a/1', state: 'open', failures: 2, opensInMs: 6_000 }])
  expect(inner.calls).toBe(2)
  await runtime.advance(6_000)
  expect((await ask(model)).reason).toBe('stop')
  expect(breaker.circuits).toEqual([])
})

test.each<ErrorCode>([
  'model.auth',
  'model.invalid_request',
  'model.not_found',
  'model.spend_limit',
  'model.context_overflow',
  'model.rate_limited',
  'model.aborted',
])('goes on asking after any number of %s', async (code) => {
  const { breaker, inner, model } = guarded([failing(code)])

  for (let at = 0; at < 6; at++) expect(await codeOf(model)).toBe(code)

  expect(inner.calls).toBe(6)
  expect(breaker.circuits).toEqual([])
})

test.each<ErrorCode>([
  'model.auth',
  'model.invalid_request',
  'model.not_found',
  'model.spend_limit',
  'model.context_overflow',
])('takes %s for an answer, after which failures are counted anew', async (code) => {
  const down = failing('model.unavailable')
  const { breaker, model } = guarded([down, failing(code), down])

  for (let at = 0; at < 3; at++) await codeOf(model)

  expect(breaker.circuits).toMatchObject([{ state: 'closed', failures: 1 }])
})

test('lets everybody in when the first call after the cool-down begins to be answered', async () => {
  const down = failing('model.unavailable')
  const { runtime, inner, model } = guarded([down, down, { text: ['a', 'b'], batch: 1 }, 'other'])
  await codeOf(model)
  await codeOf(model)
  await runtime.advance(10_000)
  const first = model.stream(HELLO, new AbortController().signal)[Symbol.asyncIterator]()

  await first.next()

  expect((await ask(model)).reason).toBe('stop')
  expect(inner.calls).toBe(4)
  await first.return?.()
})

test.each<ErrorCode>(['model.rate_limited', 'model.unavailable'])(
  'leaves a provider alone for as long as it asks, when that is long: %s',
  async (code) => {
    const { breaker, inner, model } = guarded([failing(code, 60_000)])

    expect(await codeOf(model)).toBe(code)
    expect(await codeOf(model)).toBe('model.circuit_open')

    expect(breaker.circuits).toMatchObject([{ state: 'open', opensInMs: 60_000 }])
    expect(inner.calls).toBe(1)
  },
)

test('is not closed by an answer that was begun and broke off', async () => {
  const cut: ScriptedTurn = {
    text: ['a', 'b'],
    batch: 1,
    afterEvents: 1,
    error: new ModelError('model.interrupted', 'cut'),
  }
  const { breaker, model } = guarded([cut])

  await codeOf(model)
  await codeOf(model)

  expect(breaker.circuits).toMatchObject([{ state: 'open' }])
})

test('gives back the place of a reader who leaves, and closes what they left', async () => {
  const failure = failing('model.timeout')
  const { runtime, inner, model } = guarded([
    failure,
    failure,
    { text: ['a', 'b'], batch: 1, hang: true, afterEvents: 2 },
    'ok',
  ])
  await codeOf(model)
  await codeOf(model)
  await runtime.advance(10_000)

  for await (const _batch of model.stream(HELLO, new AbortController().signal)) break

  expect([inner.abortedCount, inner.openStreams]).toEqual([1, 0])
  expect((await ask(model)).reason).toBe('stop')
})

test('lets the next one find out when the one before left without a word', async () => {
  const failure = failing('model.timeout')
  const { runtime, inner, model } = guarded([failure, failure, { hang: true }, 'ok'])
  await codeOf(model)
  await codeOf(model)
  await runtime.advance(10_000)
  const abort = new AbortController()
  const silent = model.stream(HELLO, abort.signal)[Symbol.asyncIterator]()
  const first = silent.next()
  await expect.poll(() => inner.calls).toBe(3)
  expect(await codeOf(model)).toBe('model.circuit_open')

  const leaving = silent.return?.()

  expect((await ask(model)).reason).toBe('stop')
  abort.abort()
  await expect(first).rejects.toMatchObject({ code: 'model.aborted' })
  await leaving
})

test('keeps keys apart, and none of them', async () => {
  const runtime = scriptedRuntime()
  const breaker = circuitBreaker({ failures: 1, runtime })
  const down = scriptedModel([failing('model.timeout')], { id: 'a/1', repeatLast: true })

  await codeOf(breaker.guard(down, () => 'sk-secret-one'))
  const other = breaker.guard(scriptedModel(['fine'], { id: 'a/1' }), () => 'sk-secret-two')

  expect((await ask(other)).reason).toBe('stop')
  expect(await codeOf(breaker.guard(down, () => 'sk-secret-one'))).toBe('model.circuit_open')
  expect(JSON.stringify(breaker.circuits)).not.toContain('secret')
})

test('has a missing key thrown as it is, and learns nothing from it', async () => {
  const breaker = circuitBreaker({ failures: 1 })

  const { error } = await askUntilFailure(models('groq/x', { env: {}, breaker }))

  expect(error).toMatchObject({ code: 'config.missing_key' })
  expect(breaker.circuits).toEqual([])
})

test('refuses a chain, and numbers that make no sense', () => {
  const chain = fallback([scriptedModel([]), scriptedModel([])])

  expect(() => circuitBreaker().guard(chain)).toThrow(/one by one/)
  expect(() => circuitBreaker({ failures: 0 })).toThrow(/at least 1 failure/)
  expect(() => circuitBreaker({ coolDownMs: 0 })).toThrow(/more than 0 ms/)
})

describe('over HTTP, shared by many runs', () => {
  test('a chain moves on from a broken model at once, without asking it', async () => {
    const provider = await startFakeProvider({
      scripts: {
        broken: { turns: [{ text: 'never', faults: Array(50).fill({ kind: 'status', status: 503 }) }] },
        sound: { turns: [{ text: 'here' }], repeatLast: true },
      },
    })
    onTestFinished(() => provider.close())
    const options = {
      breaker: circuitBreaker({ failures: 2 }),
      env: { GROQ_API_KEY: 'k', GROQ_BASE_URL: provider.openaiBaseUrl },
    }
    const run = async (): Promise<string> => {
      const model = models('groq/broken, groq/sound', options)
      const retry = { attempts: 2, baseDelayMs: 1 }
      return (await agent({ model, retry }).run('Hi').result).text
    }

    const texts = [await run(), ...(await Promise.all(Array.from({ length: 10 }, run)))]

    expect(texts).toEqual(Array(11).fill('here'))
    const asked = provider.requests.map(({ body }) => (body as { model: string }).model)
    expect(asked.filter((name) => name === 'broken')).toHaveLength(2)
    expect(asked.filter((name) => name === 'sound')).toHaveLength(11)
  })

  test('a lone model is waited for, and answers when it is back', async () => {
    const provider = await startFakeProvider({
      scripts: {
        shaky: { turns: [{ text: 'back', faults: Array(2).fill({ kind: 'status', status: 503 }) }] },
      },
    })
    onTestFinished(() => provider.close())
    const model = models('groq/shaky', {
      breaker: circuitBreaker({ failures: 2, coolDownMs: 150 }),
      env: { GROQ_API_KEY: 'k', GROQ_BASE_URL: provider.openaiBaseUrl },
    })
    const run = agent({ model, retry: { baseDelayMs: 1 } }).run('Hi')
    const codes: string[] = []
    for await (const event of run) if (event.type === 'model.retried') codes.push(event.error.code)

    expect((await run.result).text).toBe('back')
    expect(codes).toEqual(['model.unavailable', 'model.unavailable', 'model.circuit_open'])
    expect(provider.requests).toHaveLength(3)
  })
})
