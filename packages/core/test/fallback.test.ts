import { ModelError, agent, fallback, memoryRunLog, tool } from '@heddle/core'
import type { AgentDefinition, ErrorCode, LanguageModel, RunEvent } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedModelOptions, ScriptedTurn } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { readRun } from './virtual-time.ts'
import type { ToldRun } from './virtual-time.ts'

const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 'seen' })

/** As adapters throw them. */
function failure(code: ErrorCode): ModelError {
  const passing = new Set([
    'model.rate_limited',
    'model.unavailable',
    'model.timeout',
    'model.interrupted',
    'model.bad_response',
  ])
  return new ModelError(code, `the provider said ${code}`, { retryable: passing.has(code) })
}

function model(
  id: string,
  turns: readonly ScriptedTurn[],
  options: ScriptedModelOptions = {},
): ScriptedModel {
  return scriptedModel(turns, { ...options, id })
}

/** Fails every time. */
const down = (id: string, code: ErrorCode): ScriptedModel =>
  model(id, [{ error: failure(code) }], { repeatLast: true })

function tell(chain: LanguageModel, more: Partial<AgentDefinition> = {}): Promise<ToldRun> {
  const runtime = scriptedRuntime()
  return readRun(runtime, agent({ model: chain, tools: [look], runtime, ...more }).run('go'))
}

const types = (events: readonly RunEvent[]): string[] => events.map((event) => event.type)
const switches = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'model.switched' ? [`${event.from} > ${event.to}: ${event.error.code}`] : [],
  )
const authors = ({ result }: ToldRun): (string | undefined)[] =>
  result.messages.flatMap((message) => (message.role === 'assistant' ? [message.model] : []))

test('switches silently before the first token', async () => {
  const told = await tell(fallback([down('a/1', 'model.auth'), model('b/1', ['hello'])]))

  expect(types(told.events)).toEqual([
    'run.started',
    'turn.started',
    'model.switched',
    'text.delta',
    'message.added',
    'turn.ended',
    'run.ended',
  ])
  expect(told.result.text).toBe('hello')
  expect(authors(told)).toEqual(['b/1'])
})

test('says that the turn is told anew after the first token, and keeps what was heard out of the transcript', async () => {
  const cut = model('a/1', [{ text: ['It is ', '4'], error: failure('model.auth'), afterEvents: 2 }])

  const { events, result } = await tell(fallback([cut, model('b/1', ['It is 3.'])]))

  expect(types(events).slice(2, 7)).toEqual([
    'text.delta',
    'text.delta',
    'model.switched',
    'turn.reset',
    'text.delta',
  ])
  expect(events[5]).toMatchObject({ discarded: [{ type: 'text', text: 'It is 4' }] })
  expect(events[6]).toMatchObject({ type: 'text.delta', offset: 0, text: 'It is 3.' })
  expect(result.messages.slice(1)).toEqual([
    { role: 'assistant', content: [{ type: 'text', text: 'It is 3.' }], model: 'b/1' },
  ])
})

test.each<ErrorCode>(['model.auth', 'model.spend_limit', 'model.not_found'])(
  'moves on at once after %s, which no retry mends',
  async (code) => {
    const first = down('a/1', code)

    const { events, result } = await tell(fallback([first, model('b/1', ['ok'])]))

    expect(first.calls).toBe(1)
    expect(switches(events)).toEqual([`a/1 > b/1: ${code}`])
    expect(result.stop).toEqual({ reason: 'done' })
  },
)

test.each<ErrorCode>([
  'model.rate_limited',
  'model.unavailable',
  'model.timeout',
  'model.interrupted',
  'model.bad_response',
])('moves on after %s when the retries are used up, and the next model has as many', async (code) => {
  const [first, second] = [down('a/1', code), down('b/1', code)]

  const { events, result } = await tell(fallback([first, second]), { retry: { attempts: 3 } })

  expect([first.calls, second.calls]).toEqual([3, 3])
  expect(events.flatMap((event) => (event.type === 'model.retried' ? [event.attempt] : []))).toEqual([
    1, 2, 1, 2,
  ])
  expect(result.stop).toMatchObject({ reason: 'failed', error: { code } })
})

test('does not try elsewhere what would fail everywhere', async () => {
  const second = model('b/1', ['never'])

  const { result } = await tell(fallback([down('a/1', 'model.invalid_request'), second]))

  expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'model.invalid_request' } })
  expect(second.calls).toBe(0)
})

test('moves on for the errors it is told to', async () => {
  const only = (code: ErrorCode) => ({ on: (error: { code: ErrorCode }) => error.code === code })
  const make = (): [ScriptedModel, ScriptedModel] => [
    down('a/1', 'model.invalid_request'),
    model('b/1', ['ok']),
  ]

  const moved = await tell(fallback(make(), only('model.invalid_request')))
  const stayed = await tell(fallback(make(), only('model.auth')))

  expect([moved.result.stop.reason, stayed.result.stop.reason]).toEqual(['done', 'failed'])
})

test('tries three models in order and stays with the one that answers', async () => {
  const [a, b] = [down('a/1', 'model.auth'), down('b/1', 'model.spend_limit')]
  const c = model('c/1', [{ toolCalls: [{ name: 'look' }] }, 'ok'])

  const told = await tell(fallback([a, fallback([b, c])]))

  expect(switches(told.events)).toEqual(['a/1 > b/1: model.auth', 'b/1 > c/1: model.spend_limit'])
  expect([a.calls, b.calls, c.calls]).toEqual([1, 1, 2])
  expect(authors(told)).toEqual(['c/1', 'c/1'])
  expect(told.events.flatMap((event) => (event.type === 'turn.started' ? [event.model] : []))).toEqual([
    'a/1',
    'c/1',
  ])
})

test('fails with the error of the last model when all of them fail', async () => {
  const { result } = await tell(fallback([down('a/1', 'model.auth'), down('b/1', 'model.spend_limit')]))

  expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'model.spend_limit' } })
})

test('moves on at once when the provider asks for a longer wait than the policy allows', async () => {
  const runtime = scriptedRuntime()
  const limited = new ModelError('model.rate_limited', '429', { retryable: true, retryAfterMs: 3_600_000 })
  const chain = fallback([model('a/1', [{ error: limited }]), model('b/1', ['ok'])])

  const { result } = await readRun(runtime, agent({ model: chain, runtime }).run('go'))

  expect(result.stop).toEqual({ reason: 'done' })
  expect(runtime.monotonicMs()).toBeLessThan(1_000)
})

test('tells the next model who wrote what, so that its adapter can leave out what only the author can read', async () => {
  const first = model('a/1', [
    {
      events: [
        { type: 'reasoning.delta', part: 0, text: 'hm' },
        { type: 'part.opaque', part: 0, opaque: { signature: 'of a/1' } },
      ],
      toolCalls: [],
      text: [],
    },
    { error: failure('model.auth') },
  ])
  const second = model('b/1', ['ok'])
  const run = agent({ model: fallback([first, second]) }).run('go')

  for await (const event of run) if (event.type === 'turn.ended' && event.turn === 1) await run.steer('go on')

  const author = second.requests[0]?.messages.find((message) => message.role === 'assistant')
  expect(author).toEqual({
    role: 'assistant',
    content: [{ type: 'reasoning', text: 'hm', opaque: { signature: 'of a/1' } }],
    model: 'a/1',
  })
})

test('a resumed run stays with the model it moved on to', async () => {
  const log = memoryRunLog()
  const turns: ScriptedTurn[] = [
    ({ messages }) => (messages.length > 1 ? 'done' : { toolCalls: [{ name: 'look' }] }),
  ]
  const make = (): { a: ScriptedModel; b: ScriptedModel } => ({
    a: down('a/1', 'model.auth'),
    b: model('b/1', turns, { repeatLast: true }),
  })
  const first = make()
  const { runId } = await agent({ model: fallback([first.a, first.b]), tools: [look], log }).run('go').result
  const events = await Array.fromAsync(log.read(runId))
  const moved = events.findIndex((event) => event.type === 'model.switched')
  expect(moved).toBeGreaterThan(0)

  for (const kept of events.keys()) {
    if (kept <= moved || events[kept]?.type === 'turn.ended') continue
    const copy = memoryRunLog()
    const fence = (await copy.acquire(runId, 'the dead', 1_000)) ?? 0
    await copy.append(runId, events.slice(0, kept), fence)
    await copy.release(runId, 'the dead')
    const second = make()

    const { stop } = await agent({ model: fallback([second.a, second.b]), tools: [look] }).resume(copy, runId)
      .result

    expect(stop).toEqual({ reason: 'done' })
    expect(second.a.calls).toBe(0)
  }
})

test('says so when the agent that resumes a run does not have its model any more', async () => {
  const log = memoryRunLog()
  const run = agent({ model: model('old/1', [{ toolCalls: [{ name: 'look' }] }]), tools: [look], log }).run(
    'go',
  )
  for await (const event of run) {
    if (event.type !== 'tool.ended') continue
    const stored = await Array.fromAsync(log.read(run.runId))
    const events = stored.slice(0, event.seq)
    const copy = memoryRunLog()
    await copy.append(run.runId, events, (await copy.acquire(run.runId, 'the dead', 0)) ?? 0)
    const next = model('new/1', ['ok'])

    const told = await readRun(
      scriptedRuntime(),
      agent({ model: next, tools: [look] }).resume(copy, run.runId),
    )

    expect(types(told.events).slice(0, 3)).toEqual(['run.resumed', 'model.switched', 'turn.started'])
    expect(told.events[1]).toMatchObject({ from: 'old/1', to: 'new/1' })
    expect(authors(told)).toEqual(['old/1', 'new/1'])
    break
  }
})

test('makes room for a model with a smaller window before it is asked', async () => {
  const long = { text: 'word '.repeat(4_000), toolCalls: [{ name: 'look' }] }
  const info = { maxOutputTokens: 100 }
  const big = model('big/1', [long, long, long, { error: failure('model.auth') }], {
    info: { ...info, contextWindow: 100_000 },
  })
  const small = model('small/1', ['ok'], { info: { ...info, contextWindow: 8_000 } })

  const { events } = await tell(fallback([big, small]), { limits: { repeats: null } })

  const told = types(events)
  expect(told.slice(told.indexOf('model.switched'), -1)).toEqual([
    'model.switched',
    'context.compacted',
    'text.delta',
    'message.added',
    'turn.ended',
  ])
})

test.each([
  [[], {}, 'fallback() needs at least one model.'],
  [[model('a/1', [])], { escalateAfter: 0 }, 'escalateAfter must be a number of turns, not 0.'],
])('refuses %j with %j', (models, options, sentence) => {
  expect(() => fallback(models, options)).toThrow(sentence)
})

test('moves on at once from a model that is not asked for now, and waits for it when it is the last', async () => {
  const open = (id: string): ScriptedModel => {
    const error = new ModelError('model.circuit_open', 'not now', { retryable: true, retryAfterMs: 5_000 })
    return model(id, [{ error }, 'back again'])
  }
  const [first, last] = [open('a/1'), open('b/1')]

  const told = await tell(fallback([first, last]))

  expect(switches(told.events)).toEqual(['a/1 > b/1: model.circuit_open'])
  expect(first.calls).toBe(1)
  expect(told.result.text).toBe('back again')
  const waits = told.events.flatMap((event) => (event.type === 'model.retried' ? [event.delayMs] : []))
  expect(waits).toHaveLength(1)
  expect(waits[0]).toBeGreaterThanOrEqual(5_000)
})
