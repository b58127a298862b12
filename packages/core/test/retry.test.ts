import { ModelError, agent } from '@heddle/core'
import type { AgentDefinition, RunEvent } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'

const overloaded = new ModelError('model.unavailable', 'test answered 529: overloaded', { retryable: true })
const wrongKey = new ModelError('model.auth', 'test answered 401: wrong key')

/** Runs on a clock of its own that jumps whenever the run waits. */
async function tell(definition: AgentDefinition): Promise<{ events: RunEvent[]; waitedMs: number }> {
  const runtime = scriptedRuntime()
  const events: RunEvent[] = []
  const reading = (async () => {
    for await (const event of agent({ ...definition, runtime }).run('hi')) events.push(event)
  })()
  while (events.at(-1)?.type !== 'run.ended') await runtime.advance(100)
  await reading
  return { events, waitedMs: runtime.monotonicMs() }
}

const types = (events: readonly RunEvent[]): string[] => events.map((event) => event.type)

test('asks again after a retryable error, waiting longer each time', async () => {
  const model = scriptedModel([{ error: overloaded }, { error: overloaded }, { error: overloaded }, 'ok'])

  const { events } = await tell({ model })

  const retries = events.filter((event) => event.type === 'model.retried')
  expect(types(events)).toEqual([
    'run.started',
    'turn.started',
    'model.retried',
    'model.retried',
    'model.retried',
    'text.delta',
    'message.added',
    'turn.ended',
    'run.ended',
  ])
  expect(retries.map((event) => event.attempt)).toEqual([1, 2, 3])
  for (const [at, { delayMs }] of retries.entries()) {
    expect(delayMs).toBeGreaterThanOrEqual(250 * 2 ** at)
    expect(delayMs).toBeLessThanOrEqual(500 * 2 ** at)
  }
})

test('gives up after the last attempt and ends failed with its error', async () => {
  const model = scriptedModel([{ error: overloaded }], { repeatLast: true })

  const { events } = await tell({ model })

  expect(model.calls).toBe(4)
  expect(events.at(-1)).toMatchObject({ stop: { reason: 'failed', error: overloaded.toJSON() } })
})

test('never repeats an error that nobody can wait out', async () => {
  const model = scriptedModel([{ error: wrongKey }, 'never'])

  const { events } = await tell({ model })

  expect(model.calls).toBe(1)
  expect(events.at(-1)).toMatchObject({ stop: { reason: 'failed', error: { code: 'model.auth' } } })
})

test('waits as long as the provider asks, and up to a tenth more', async () => {
  const limited = new ModelError('model.rate_limited', '429', { retryable: true, retryAfterMs: 7_000 })

  const { events, waitedMs } = await tell({ model: scriptedModel([{ error: limited }, 'ok']) })

  const delayMs = events.find((event) => event.type === 'model.retried')?.delayMs ?? 0
  expect(delayMs).toBeGreaterThanOrEqual(7_000)
  expect(delayMs).toBeLessThanOrEqual(7_700)
  expect(waitedMs).toBeGreaterThanOrEqual(7_000)
})

test('ends at once when the provider asks for a longer wait than the policy allows', async () => {
  const limited = new ModelError('model.rate_limited', '429', { retryable: true, retryAfterMs: 3_600_000 })

  const { events } = await tell({ model: scriptedModel([{ error: limited }, 'never']) })

  expect(events.at(-1)).toMatchObject({ stop: { reason: 'failed', error: { retryAfterMs: 3_600_000 } } })
})

test('tells the turn anew after a stream broke in the middle; the broken text is in turn.reset, not in the transcript', async () => {
  const cut = new ModelError('model.interrupted', 'cut', { retryable: true })
  const model = scriptedModel([{ text: ['It is ', '4'], error: cut, afterEvents: 2 }, 'It is 3.'])

  const { events } = await tell({ model })

  const told = types(events)
  expect(told.slice(2, 7)).toEqual(['text.delta', 'text.delta', 'model.retried', 'turn.reset', 'text.delta'])
  expect(events.find((event) => event.type === 'turn.reset')).toMatchObject({
    discarded: [{ type: 'text', text: 'It is 4' }],
  })
  const added = events.filter((event) => event.type === 'message.added')
  expect(added.map((event) => event.message.content)).toEqual([[{ type: 'text', text: 'It is 3.' }]])
  expect(events.filter((event) => event.type === 'text.delta').at(-1)?.offset).toBe(0)
})

test('keeps the partial text, marked incomplete, when no attempt is left', async () => {
  const cut = new ModelError('model.interrupted', 'cut', { retryable: true })
  const model = scriptedModel([
    { text: 'half', toolCalls: [{ name: 'x', rawInput: '{"a' }], error: cut, afterEvents: 2 },
  ])

  const { events } = await tell({ model, retry: { attempts: 1 } })

  expect(types(events).slice(-2)).toEqual(['message.added', 'run.ended'])
  expect(events.at(-2)).toMatchObject({
    message: { content: [{ type: 'text', text: 'half' }], incomplete: true },
  })
})

test('treats a stream that ends without finish as broken', async () => {
  const model = {
    id: 'bad/adapter',
    info: { contextWindow: null, maxOutputTokens: null, price: null },
    async *stream() {
      await Promise.resolve()
      yield [{ type: 'text.delta', part: 0, text: 'x' } as const]
    },
  }

  const { events } = await tell({ model, retry: { attempts: 1 } })

  expect(events.at(-1)).toMatchObject({ stop: { reason: 'failed', error: { code: 'model.interrupted' } } })
})

test('lets onError stop, retry what is not retryable, or switch the model for the rest of the run', async () => {
  const second = scriptedModel([{ toolCalls: [{ name: 'nope' }] }, 'ok'], { id: 'other/model' })
  const first = scriptedModel([{ error: wrongKey }, { error: overloaded }])
  const seen: unknown[] = []

  const { events } = await tell({
    model: first,
    onError: ({ attempt, model, error }) => {
      seen.push([attempt, model, error.code])
      return error.code === 'model.auth' ? 'retry' : { model: second }
    },
  })

  expect(seen).toEqual([
    [1, 'scripted/model', 'model.auth'],
    [2, 'scripted/model', 'model.unavailable'],
  ])
  expect(events.find((event) => event.type === 'model.switched')).toMatchObject({
    from: 'scripted/model',
    to: 'other/model',
  })
  expect(second.calls).toBe(2)
  expect(events.at(-1)).toMatchObject({ stop: { reason: 'done' } })
})

test('stops when onError says so, however retryable the error', async () => {
  const model = scriptedModel([{ error: overloaded }, 'never'])

  await tell({ model, onError: () => 'stop' })

  expect(model.calls).toBe(1)
})

test('ends failed when onError itself throws', async () => {
  const model = scriptedModel([{ error: overloaded }])

  const { events } = await tell({
    model,
    onError: () => {
      throw new Error('bug in onError')
    },
  })

  expect(events.at(-1)).toMatchObject({
    stop: { reason: 'failed', error: { code: 'internal', message: 'bug in onError' } },
  })
})

test('wakes from a back-off when the run is aborted, and leaves no timer', async () => {
  const runtime = scriptedRuntime()
  const limited = new ModelError('model.rate_limited', '429', { retryable: true, retryAfterMs: 60_000 })
  const run = agent({ model: scriptedModel([{ error: limited }, 'never']), runtime }).run('hi')

  const result = run.result
  await runtime.advance(10)
  run.abort('user')

  expect((await result).stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(runtime.pendingTimers).toBe(0)
})
