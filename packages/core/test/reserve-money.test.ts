import {
  ModelError,
  agent,
  agentTool,
  budget,
  fallback,
  foldRun,
  memoryRunLog,
  repairTranscript,
  runInbox,
  tool,
} from '@heddle/core'
import type { Agent, AgentDefinition, Budget, DurableEvent, RunEvent, RunLog } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedModelOptions, ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusingLog } from './refusing-log.ts'
import { passTime, readRun } from './virtual-time.ts'

/** One micro-dollar a token in, ten a token out. */
const PRICED = { price: { input: 1, output: 10 }, maxOutputTokens: 1_000 }
const overloaded = new ModelError('model.unavailable', 'overloaded', { retryable: true })

function priced(turns: readonly ScriptedTurn[], options: ScriptedModelOptions = {}): ScriptedModel {
  return scriptedModel(turns, { ...options, info: { ...PRICED, ...options.info } })
}

const answer = (text: string, outputTokens = 10): ScriptedTurn => ({
  text,
  usage: { inputTokens: 5, outputTokens },
})
const ANSWER_COST = 105

async function tell(definition: AgentDefinition, shared?: Budget) {
  const runtime = scriptedRuntime()
  return readRun(runtime, agent({ ...definition, runtime }).run('go', shared ? { budget: shared } : {}))
}

const reservedOf = (events: readonly RunEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'budget.reserved' ? [event.microUsd] : []))
const settledOf = (events: readonly RunEvent[]): { of: number; cost: number }[] =>
  events.flatMap((event) =>
    event.type === 'budget.settled' ? [{ of: event.reservedMicroUsd, cost: event.microUsd }] : [],
  )

/** The log of a run that a killed driver left after so many events; nobody holds it. */
async function logOf(events: readonly DurableEvent[], log: RunLog = memoryRunLog()): Promise<RunLog> {
  const [first] = events
  if (first?.type !== 'run.started') throw new Error('a log begins with run.started')
  const fence = (await log.acquire(first.runId, 'the dead', 1_000)) ?? 0
  await log.append(first.runId, events, fence)
  await log.release(first.runId, 'the dead')
  return log
}

test('reserves the most a call can cost before it, and settles what it did cost after it', async () => {
  const model = priced([answer('hello')])
  const shared = budget(1)

  const { events, result } = await tell({ model }, shared)

  const [reserved = 0] = reservedOf(events)
  expect(events.map((event) => event.type)).toEqual([
    'run.started',
    'turn.started',
    'budget.reserved',
    'text.delta',
    'message.added',
    'turn.ended',
    'budget.settled',
    'run.ended',
  ])
  expect(model.requests[0]?.maxOutputTokens).toBe(1_000)
  expect(reserved).toBeGreaterThan(10_000)
  expect(settledOf(events)).toEqual([{ of: reserved, cost: ANSWER_COST }])
  expect(result.costMicroUsd).toBe(ANSWER_COST)
  expect([shared.spentMicroUsd, shared.reservedMicroUsd]).toEqual([ANSWER_COST, 0])
})

test('reserves for a long prompt at the prices of its tier, and for a short one at the plain ones', async () => {
  const tiered = { input: 1, output: 10, above: { inputTokens: 2_000, price: { input: 2, output: 20 } } }
  const reservedFor = async (instructions: string): Promise<number> => {
    const model = priced([answer('hello')], { info: { price: tiered } })
    const { events } = await tell({ model, instructions }, budget(1))
    return reservedOf(events)[0] ?? 0
  }

  const [short, long] = [await reservedFor('Be brief.'), await reservedFor('Be brief. '.repeat(4_000))]

  expect(short).toBeGreaterThan(10_000)
  expect(short).toBeLessThan(12_000)
  expect(long).toBeGreaterThan(35_000)
})

test('an attempt that failed unheard costs nothing', async () => {
  const shared = budget(1)

  const { events } = await tell({ model: priced([{ error: overloaded }, answer('ok')]) }, shared)

  expect(settledOf(events).map(({ cost }) => cost)).toEqual([0, ANSWER_COST])
  expect(settledOf(events).map(({ of }) => of)).toEqual(reservedOf(events))
  expect(shared.spentMicroUsd).toBe(ANSWER_COST)
})

test.each<[string, ScriptedTurn]>([
  ['text', { text: ['half', ' more'], error: overloaded, afterEvents: 1 }],
  [
    'an opaque part',
    { events: [{ type: 'part.opaque', part: 0, opaque: 'sig' }], error: overloaded, afterEvents: 1 },
  ],
])(
  'an attempt that failed after %s counts with all that was set aside, for nobody knows',
  async (_what, cut) => {
    const { events } = await tell({ model: priced([cut, answer('ok')]), limits: { usd: 1 } })

    const [first = 0] = reservedOf(events)
    expect(settledOf(events).map(({ cost }) => cost)).toEqual([first, ANSWER_COST])
  },
)

test('counts an answer whose usage nobody reported with all that was set aside', async () => {
  const { events, result } = await tell({ model: priced(['hello']), limits: { usd: 1 } })

  expect(settledOf(events).map(({ cost }) => cost)).toEqual(reservedOf(events))
  expect(result.costMicroUsd).toBeNull()
})

test('retries and other models of a chain draw on the same budget', async () => {
  const down = priced([{ text: ['x', 'y'], error: overloaded, afterEvents: 1 }], { repeatLast: true })
  const other = priced([answer('ok')], { id: 'other/model', info: { price: { input: 1, output: 1 } } })
  const shared = budget(1)

  const { events } = await tell({ model: fallback([down, other]), retry: { attempts: 2 } }, shared)

  const [first = 0, second = 0, third = 0] = reservedOf(events)
  expect([first, second]).toEqual([first, first])
  expect(third).toBeLessThan(first)
  expect(settledOf(events).map(({ cost }) => cost)).toEqual([first, first, 15])
  expect(shared.spentMicroUsd).toBe(2 * first + 15)
})

test('asks for a shorter answer when the money does not do for a long one', async () => {
  const model = priced([answer('hello')])

  await tell({ model, limits: { usd: 0.004 } })

  const bound = model.requests[0]?.maxOutputTokens ?? 0
  expect(bound).toBeGreaterThanOrEqual(256)
  expect(bound).toBeLessThan(400)
})

test('lets a hook ask for less than was paid for, but not for more', async () => {
  const asked: (number | undefined)[] = []
  for (const maxOutputTokens of [50, 5_000]) {
    const model = priced([answer('hello')])
    await tell({
      model,
      limits: { usd: 1 },
      hooks: [{ beforeModel: (request) => ({ ...request, maxOutputTokens }) }],
    })
    asked.push(model.requests[0]?.maxOutputTokens)
  }

  expect(asked).toEqual([50, 1_000])
})

test('ends with usd, all calls answered, when the next call could cost more than is left', async () => {
  const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 'seen' })
  const model = priced([{ toolCalls: [{ name: 'look' }], usage: { outputTokens: 700 } }, 'never'])

  const { events, result } = await tell({ model, tools: [look], limits: { usd: 0.009 } })

  expect(result.stop).toEqual({ reason: 'usd', limitMicroUsd: 9_000 })
  expect(repairTranscript(result.messages)).toEqual(result.messages)
  expect(result.messages.at(-1)?.role).toBe('tool')
  expect(events.filter((event) => event.type === 'turn.started').length).toBe(1)
})

test('counts a queued message before it pays for the turn that begins with it', async () => {
  const runtime = scriptedRuntime()
  const log = memoryRunLog()
  const model = priced([answer('first'), answer('second')])
  const events: RunEvent[] = []
  const run = agent({ model, runtime, log, limits: { usd: 1 } }).run('go')
  for await (const event of run) {
    events.push(event)
    if (event.type === 'text.delta' && event.text === 'first') await run.steer('word '.repeat(10_000))
  }

  const [first = 0, second = 0] = reservedOf(events)
  expect(second - first).toBeGreaterThan(10_000)
})

test.each([
  ['the only model', (free: ScriptedModel) => free],
  ['a model of a chain', (free: ScriptedModel) => fallback([priced([{ error: overloaded }]), free])],
])('fails closed when the price of %s is unknown, and says what to do', async (_what, make) => {
  const unpriced = scriptedModel(['never'], { id: 'new/model' })

  const { result } = await tell({ model: make(unpriced), retry: { attempts: 1 }, limits: { usd: 1 } })

  expect(result.stop).toMatchObject({
    reason: 'failed',
    error: {
      code: 'config.unknown_price',
      message:
        'The price of new/model is unknown, so a limit in USD cannot be kept; set info.price of the model, or leave limits.usd and budget out.',
    },
  })
  expect(unpriced.calls).toBe(0)
})

test('a free model runs under any limit', async () => {
  const model = priced([answer('hello')], { info: { price: { input: 0, output: 0 } } })

  const { result } = await tell({ model, limits: { usd: 0 } })

  expect(result.stop).toEqual({ reason: 'done' })
})

test('money is not left set aside when the log refuses the very event that says so', async () => {
  const model = priced([answer('never')])
  const shared = budget(1)
  const log = refusingLog(memoryRunLog(), 'budget.reserved', 'the disk is full')

  const { stop } = await agent({ model, log }).run('go', { budget: shared }).result

  expect(stop).toMatchObject({ reason: 'failed', error: { code: 'log.failed' } })
  expect(model.calls).toBe(0)
  expect([shared.spentMicroUsd, shared.reservedMicroUsd]).toEqual([0, 0])
})

test('what was set aside when the driver died counts as spent, in the limit and in the shared budget', async () => {
  const log = memoryRunLog()
  const { runId } = await agent({ model: priced([answer('never heard')]), log }).run('go', {
    limits: { usd: 1 },
  }).result
  const events = await Array.fromAsync(log.read(runId))
  const reserved = reservedOf(events)[0] ?? 0
  const kept = events.slice(0, events.findIndex((event) => event.type === 'budget.reserved') + 1)
  const shared = budget(1)

  const resumed = agent({ model: priced([answer('again')]) }).resume(await logOf(kept), runId, {
    budget: shared,
  })
  const all = await Array.fromAsync(resumed)

  expect((await resumed.result).text).toBe('again')
  expect(shared.spentMicroUsd).toBe(reserved + ANSWER_COST)
  expect(settledOf(all).map(({ cost }) => cost)).toEqual([ANSWER_COST])
})

/** Asks before it does anything, so that its runs pause. */
function careful(model: ScriptedModel, log: RunLog): Agent {
  const act = tool({
    name: 'act',
    description: '',
    input: { type: 'object' },
    approval: () => ({ ask: 'sure?' }),
    execute: () => 'done',
  })
  return agent({ name: 'careful', model, tools: [act], log })
}

const acting = (): ScriptedModel =>
  priced(
    [
      ({ messages }) =>
        messages.some((message) => message.role === 'tool')
          ? { text: 'done', usage: { inputTokens: 5, outputTokens: 10 } }
          : { toolCalls: [{ name: 'act' }], usage: { inputTokens: 5, outputTokens: 10 } },
    ],
    { repeatLast: true },
  )

/** Allows everything that a paused run and its children wait for. */
async function allowAll(
  log: RunLog,
  stop: { reason: string; waiting?: readonly { runId: string; approvalId: string; hash: string }[] },
) {
  for (const { runId, approvalId, hash } of stop.waiting ?? []) {
    await runInbox(log, runId).answer({ approvalId, hash, decision: 'allow', by: 'ana' })
  }
}

test.each([
  ['with a limit of its own', { usd: 1 }],
  ['without one', {}],
])('a run %s that pauses and is resumed is booked once in the budget it shares', async (_how, limits) => {
  const log = memoryRunLog()
  const worker = careful(acting(), log)
  const shared = budget(1)

  const first = await worker.run('go', { budget: shared, limits }).result
  const paused = shared.spentMicroUsd
  await allowAll(log, first.stop)
  const second = await worker.resume(log, first.runId, { budget: shared }).result
  const again = await worker.resume(log, first.runId, { budget: shared }).result
  const elsewhere = budget(1)
  await worker.resume(log, first.runId, { budget: elsewhere }).result

  expect([first.stop.reason, second.stop.reason, again.stop.reason]).toEqual(['approval', 'done', 'done'])
  expect([paused, shared.spentMicroUsd]).toEqual([ANSWER_COST, 2 * ANSWER_COST])
  expect(elsewhere.spentMicroUsd).toBe(0)
})

/** A parent whose tool is an agent; each makes two calls of the model. */
function family(log: RunLog, model = acting()): Agent {
  const child = careful(model, log)
  const head = priced(
    [
      ({ messages }) =>
        messages.some((message) => message.role === 'tool')
          ? { text: 'done', usage: { inputTokens: 5, outputTokens: 10 } }
          : {
              toolCalls: [{ name: 'careful', input: { task: 'act' } }],
              usage: { inputTokens: 5, outputTokens: 10 },
            },
    ],
    { repeatLast: true },
  )
  return agent({ model: head, tools: [agentTool(child, { description: '' })], log, limits: { usd: 1 } })
}

test('a child draws on the budget of its parent, once, also when both pause', async () => {
  const log = memoryRunLog()
  const shared = budget(1)
  const parent = family(log)

  const first = await parent.run('go', { budget: shared }).result
  const paused = shared.spentMicroUsd
  await allowAll(log, first.stop)
  const second = await parent.resume(log, first.runId, { budget: shared }).result

  const state = foldRun(await Array.fromAsync(log.read(first.runId)))
  expect(second.stop).toEqual({ reason: 'done' })
  expect([paused, shared.spentMicroUsd]).toEqual([2 * ANSWER_COST, 4 * ANSWER_COST])
  expect(state.spentMicroUsd).toBe(4 * ANSWER_COST)
  expect(second.costMicroUsd).toBe(4 * ANSWER_COST)
})

test('wherever the drivers of parent and child die, another process books what both spent', async () => {
  const log = memoryRunLog()
  const parent = family(log)
  const first = await parent.run('go').result
  await allowAll(log, first.stop)
  await parent.resume(log, first.runId).result
  const events = await Array.fromAsync(log.read(first.runId))
  const childId = events.find((event) => event.type === 'child.started')?.runId ?? ''
  const childEvents = await Array.fromAsync(log.read(childId))
  const moments = events.map((event) => event.type)
  const afterChild = moments.indexOf('child.ended')

  for (const [kept, keptOfChild] of [
    [afterChild + 1, childEvents.length],
    [afterChild, childEvents.length],
    [afterChild, childEvents.length - 1],
  ] as const) {
    const copy = await logOf(childEvents.slice(0, keptOfChild), await logOf(events.slice(0, kept)))
    const shared = budget(1)

    const { stop } = await family(copy).resume(copy, first.runId, { budget: shared }).result

    expect(stop).toEqual({ reason: 'done' })
    expect(shared.spentMicroUsd).toBe(4 * ANSWER_COST)
  }
})

test('200 runs at once never promise more than their budget has, and all finish when it is enough', async () => {
  const runtime = scriptedRuntime()
  const shared = budget(0.4)
  let most = 0
  const note = (): number => (most = Math.max(most, shared.spentMicroUsd + shared.reservedMicroUsd))
  // Each takes at most 1,000 tokens at once, and uses 100: together 200 * 1,005 of the 400,000.
  const model = priced(
    [
      () => {
        note()
        return { text: 'ok', usage: { inputTokens: 5, outputTokens: 100 }, delayMs: 50 }
      },
    ],
    { repeatLast: true, runtime },
  )
  const asker = agent({ model, runtime })

  const results = await passTime(
    runtime,
    Promise.all(Array.from({ length: 200 }, () => asker.run('go', { budget: shared }).result)),
  )

  expect(results.map(({ stop }) => stop.reason)).toEqual(Array(200).fill('done'))
  expect(model.requests.map((request) => request.maxOutputTokens)).toEqual(Array(200).fill(1_000))
  expect(shared.spentMicroUsd).toBe(200 * 1_005)
  expect(most).toBeGreaterThan(0.3 * 1e6)
  expect(most).toBeLessThanOrEqual(0.4 * 1e6)
})

test('however many runs share a budget and however they fail, it is never overshot and nothing stays set aside', async () => {
  const story = fc.record({
    usd: fc.integer({ min: 0, max: 60_000 }),
    runs: fc.integer({ min: 1, max: 200 }),
    own: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null }),
    fates: fc.array(fc.constantFrom('all', 'some', 'unknown', 'fail', 'break', 'hang'), {
      minLength: 1,
      maxLength: 7,
    }),
    abortAfterMs: fc.integer({ min: 1, max: 2_000 }),
  })
  await fc.assert(
    fc.asyncProperty(story, async ({ usd, runs, own, fates, abortAfterMs }) => {
      const runtime = scriptedRuntime()
      const shared = budget(usd / 1e6)
      const abort = new AbortController()
      const watch = (): void =>
        expect(shared.spentMicroUsd + shared.reservedMicroUsd).toBeLessThanOrEqual(shared.limitMicroUsd)
      const model = priced(
        [
          ({ maxOutputTokens = 0 }, call) => {
            watch()
            const fate = fates[call % fates.length]
            const text = ['a', 'b']
            if (fate === 'fail') return { error: overloaded, delayMs: 10 }
            if (fate === 'break') return { text, error: overloaded, afterEvents: 1, delayMs: 10 }
            if (fate === 'hang') return { text, hang: true, afterEvents: call % 2 }
            const outputTokens = fate === 'all' ? maxOutputTokens : Math.floor(maxOutputTokens / 3)
            return { text, usage: fate === 'unknown' ? null : { inputTokens: 5, outputTokens }, delayMs: 10 }
          },
        ],
        { repeatLast: true, runtime },
      )
      const asker = agent({ model, runtime, limits: own === null ? {} : { usd: own / 1e6 } })
      const forget = runtime.setTimer(() => abort.abort('enough'), abortAfterMs)

      const all = await passTime(
        runtime,
        Promise.all(
          Array.from({ length: runs }, () =>
            Array.fromAsync(asker.run('go', { budget: shared, signal: abort.signal })),
          ),
        ),
      )

      forget()
      watch()
      expect(shared.reservedMicroUsd).toBe(0)
      const spent = all.flatMap((events) => settledOf(events)).reduce((sum, { cost }) => sum + cost, 0)
      expect(spent).toBe(shared.spentMicroUsd)
      for (const events of all) {
        expect(settledOf(events).map(({ of }) => of)).toEqual(reservedOf(events))
        if (own !== null)
          expect(settledOf(events).reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(own)
      }
      expect(runtime.pendingTimers).toBe(0)
    }),
    { numRuns: 60 },
  )
})
