import { agent, foldRun, memoryRunLog, tool } from '@heddle/core'
import type { AgentDefinition, RunEvent, RunLog, RunOptions, Tool } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRun } from './virtual-time.ts'
import { watchedLog } from './watched-log.ts'

/** A log whose right to write the test gives and refuses. */
function leasing(acquire: (asked: number, log: RunLog) => 'given' | 'refused' | 'failed') {
  const log = memoryRunLog()
  let asked = 0
  const leased: RunLog = {
    ...log,
    acquire(runId, owner, ttlMs) {
      const answer = acquire(++asked, log)
      if (answer === 'failed') return Promise.reject(new Error('the database is away'))
      return answer === 'given' ? log.acquire(runId, owner, ttlMs) : Promise.resolve(null)
    },
  }
  return { leased, asked: () => asked }
}

/** Silent until it is aborted or ten seconds are over. */
function slow(runtime = scriptedRuntime()) {
  return { runtime, model: scriptedModel([{ text: ['a', 'b'], batch: 1, delayMs: 5_000 }], { runtime }) }
}

test('prolongs its right while it drives, and gives it back', async () => {
  const { runtime, model } = slow()
  const { leased, asked } = leasing(() => 'given')

  const run = agent({ model, runtime, log: leased }).run('go', { runId: 'r', leaseTtlMs: 3_000 })
  const { result } = await readRun(runtime, run)

  expect(result.stop).toEqual({ reason: 'done' })
  // At once, and each second of the ten and a half.
  expect(asked()).toBeGreaterThanOrEqual(11)
  expect(await leased.acquire('r', 'the next', 1_000)).not.toBeNull()
  expect(runtime.pendingTimers).toBe(0)
})

test('needs no watch over a log that nobody else knows of', async () => {
  const { runtime, model } = slow()
  const run = agent({ model, runtime }).run('go')
  const events = run[Symbol.asyncIterator]()
  await events.next()

  await events.next()

  // Of the model, which is silent for five seconds.
  expect(runtime.pendingTimers).toBe(1)
  await events.return?.()
})

test.each([
  ['another driver took the run', (asked: number) => (asked === 1 ? 'given' : 'refused'), 2_000],
  [
    'the log does not answer until the right has lapsed',
    (asked: number) => (asked === 1 ? 'given' : 'failed'),
    4_000,
  ],
] as const)('stops without ending the run when %s', async (_why, acquire, beforeMs) => {
  const { runtime, model } = slow()
  const { leased } = leasing(acquire)

  const run = agent({ model, runtime, log: leased }).run('go', { runId: 'r', leaseTtlMs: 3_000 })
  const { events, result } = await readRun(runtime, run)

  const logged = await Array.fromAsync(leased.read('r'))
  expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'log.fenced' } })
  expect(events.filter((event) => event.type === 'run.ended').length).toBe(1)
  expect(logged.map((event) => event.type)).toEqual(['run.started', 'turn.started'])
  expect(runtime.monotonicMs()).toBeLessThan(beforeMs)
  expect(model.openStreams).toBe(0)
  expect(runtime.pendingTimers).toBe(0)
})

test('bears two failed tries to prolong its right', async () => {
  const { runtime, model } = slow()
  const { leased } = leasing((asked) => (asked === 2 || asked === 3 ? 'failed' : 'given'))

  const { result } = await readRun(
    runtime,
    agent({ model, runtime, log: leased }).run('go', { leaseTtlMs: 3_000 }),
  )

  expect(result.stop).toEqual({ reason: 'done' })
})

test('does not take a right for its own that it got anew: others may have written meanwhile', async () => {
  const { runtime, model } = slow()
  const { leased } = leasing((asked, log) => {
    if (asked === 2)
      void log
        .release('r', 'driver_0001')
        .then(() => log.acquire('r', 'other', 1_000))
        .then(() => log.release('r', 'other'))
    return asked === 2 ? 'failed' : 'given'
  })

  const { result } = await readRun(
    runtime,
    agent({ model, runtime, log: leased }).run('go', { runId: 'r', leaseTtlMs: 3_000 }),
  )

  expect(result.stop).toMatchObject({ reason: 'failed', error: { code: 'log.fenced' } })
  expect(runtime.monotonicMs()).toBeLessThan(3_000)
  expect(await leased.acquire('r', 'the next', 1_000)).not.toBeNull()
})

const asks = tool({
  name: 'asks',
  description: '',
  input: { type: 'object' },
  approval: () => ({ ask: 'sure?' }),
  execute: () => 'done',
})

test.each<[string, Partial<AgentDefinition>, ScriptedTurn, RunOptions]>([
  ['is done', {}, 'hello', {}],
  [
    'fails',
    { retry: { attempts: 1 } },
    () => {
      throw new Error('bug in the adapter')
    },
    {},
  ],
  ['has no instructions', { instructions: () => Promise.reject(new Error('no file')) }, 'hello', {}],
  ['pauses', {}, { toolCalls: [{ name: 'asks' }] }, {}],
  ['is aborted before it begins', {}, 'hello', { signal: AbortSignal.abort('no') }],
  ['is out of time', {}, { hang: true }, { limits: { ms: 1_000 } }],
  ['is out of money', { limits: { usd: 0 } }, 'never', {}],
])('gives its right back, and watches no more, when the run %s', async (_how, definition, turn, options) => {
  const runtime = scriptedRuntime()
  const log = watchedLog()
  const model = scriptedModel([turn], { info: { price: { input: 1, output: 1 } } })

  await readRun(runtime, agent({ model, tools: [asks], runtime, log, ...definition }).run('go', options))

  expect([log.held, log.watchers, runtime.pendingTimers]).toEqual([[], 0, 0])
})

test.each(['append', 'letters', 'read'] as const)(
  'gives its right back when the log fails to %s',
  async (method) => {
    const runtime = scriptedRuntime()
    const log = watchedLog()
    const broken: RunLog = Object.assign({}, log, {
      [method]: () => {
        throw new Error('the disk is full')
      },
    })

    const { result } = await readRun(
      runtime,
      agent({ model: scriptedModel(['x']), runtime, log: broken }).resume(broken, 'r'),
    )
    const second = await readRun(
      runtime,
      agent({ model: scriptedModel(['x']), runtime, log: broken }).run('go'),
    )

    expect([result.stop.reason, second.result.stop.reason]).toEqual([
      'failed',
      method === 'read' ? 'done' : 'failed',
    ])
    expect([log.held, log.watchers, runtime.pendingTimers]).toEqual([[], 0, 0])
  },
)

test('a right that is being prolonged when the run ends does not outlast it', async () => {
  const runtime = scriptedRuntime()
  const log = watchedLog()
  let answerLate: (() => void) | null = null
  let asked = 0
  const late: RunLog = Object.assign({}, log, {
    acquire: async (runId: string, owner: string, ttlMs: number) => {
      if (++asked === 2) await new Promise<void>((resolve) => (answerLate = resolve))
      return log.acquire(runId, owner, ttlMs)
    },
  })
  const run = agent({ model: scriptedModel([{ hang: true }]), runtime, log: late }).run('go', {
    leaseTtlMs: 3_000,
  })

  const result = run.result
  await runtime.advance(1_500)
  run.abort('user')
  await runtime.advance(10)
  ;(answerLate as (() => void) | null)?.()
  await runtime.advance(10)

  expect((await result).stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(log.held).toEqual([])
})

/** Answers by the transcript: three turns of three calls, then text. */
function worker(): ScriptedModel {
  return scriptedModel(
    [
      ({ messages }) => {
        const turns = messages.filter((message) => message.role === 'assistant').length
        const toolCalls = ['once', 'pure', 'once'].map((name) => ({ name, input: { turns } }))
        return turns < 3 ? { text: [`turn ${turns}`, '.'], batch: 1, toolCalls } : 'all done'
      },
    ],
    { repeatLast: true },
  )
}

test('two drivers never both write, and nothing that happens once happens twice, whoever takes over when', async () => {
  const moves = fc.array(fc.constantFrom('first', 'second', 'third', 'lapse'), { maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(moves, async (schedule) => {
      const log = watchedLog()
      const happened: string[] = []
      const tools: Tool[] = (['once', 'pure'] as const).map((effect) =>
        tool({
          name: effect,
          description: '',
          input: { type: 'object' },
          effect,
          execute: async (_input, { callId }) => {
            if (effect === 'once') happened.push(callId)
            await Promise.resolve()
            return 'ok'
          },
        }),
      )
      const make = () => agent({ model: worker(), tools, limits: { repeats: null } })
      const drivers = new Map<string, AsyncIterator<RunEvent>>()
      const begin = (name: string): AsyncIterator<RunEvent> => {
        const run = name === 'first' ? make().run('go', { runId: 'r', log }) : make().resume(log, 'r')
        const reader = run[Symbol.asyncIterator]()
        drivers.set(name, reader)
        return reader
      }
      await begin('first').next()

      for (const move of schedule) {
        if (move === 'lapse') await log.lapse('r')
        else await (drivers.get(move) ?? begin(move)).next()
      }
      for (const reader of drivers.values()) while (!(await reader.next()).done);
      await log.lapse('r')
      const { stop } = await make().resume(log, 'r').result

      const logged = await Array.fromAsync(log.read('r'))
      const fences = log.appends.map(({ fence }) => fence)
      expect(stop).toEqual({ reason: 'done' })
      expect(logged.map((event) => event.seq)).toEqual(logged.map((_event, at) => at + 1))
      expect(fences).toEqual([...fences].sort((a, b) => a - b))
      expect(logged.filter((event) => event.type === 'run.ended').length).toBe(1)
      expect(new Set(happened).size).toBe(happened.length)
      expect(happened.length).toBeLessThanOrEqual(6)
      expect(foldRun(logged).messages.length).toBe(8)
    }),
    { numRuns: 150 },
  )
})
