import {
  agent,
  agentTool,
  foldRun,
  memoryRunLog,
  repairTranscript,
  runInbox,
  sleep,
  tool,
} from '@heddle/core'
import type { AgentDefinition, RunLimits, RunResult, Tool } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedRuntime, ScriptedTurn } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { readRun } from './virtual-time.ts'
import type { ToldRun } from './virtual-time.ts'

const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 'seen' })

/** Takes as long as the runtime's clock says. */
function waiting(runtime: ScriptedRuntime, ms: number): Tool {
  return tool({
    name: 'wait',
    description: '',
    input: { type: 'object' },
    execute: async (_input, { signal }) => {
      await sleep(runtime, ms, signal)
      return 'waited'
    },
  })
}

/** Never done: looks twice each turn, at something else each time; 10 tokens in and 5 out. */
function restless(): ScriptedModel {
  const turn: ScriptedTurn = (_request, call) => ({
    text: `look ${call}`,
    toolCalls: [
      { name: 'look', input: { call, part: 1 } },
      { name: 'look', input: { call, part: 2 } },
    ],
    usage: { inputTokens: 10, outputTokens: 5 },
  })
  return scriptedModel([turn], {
    repeatLast: true,
    info: { price: { input: 1, output: 1 }, maxOutputTokens: 300 },
  })
}

/** Makes the very same call again and again. */
function stubborn(): ScriptedModel {
  return scriptedModel([{ toolCalls: [{ name: 'look', input: { at: 'door' } }] }], { repeatLast: true })
}

async function tell(definition: AgentDefinition, runtime = scriptedRuntime()): Promise<ToldRun> {
  const log = memoryRunLog()
  const run = agent({ tools: [look], ...definition, runtime, log }).run('go')
  const told = await readRun(runtime, run)
  const state = foldRun(await Array.fromAsync(log.read(run.runId)))
  expectWhole(told.result)
  expect(state.messages).toEqual(told.result.messages)
  expect(state.stop).toEqual(told.result.stop)
  expect(runtime.pendingTimers).toBe(0)
  return told
}

/** Every call has its result: there is nothing to repair. */
function expectWhole(result: RunResult): void {
  expect(repairTranscript(result.messages)).toEqual(result.messages)
}

const statuses = ({ messages }: RunResult): string[] =>
  messages.flatMap((message) =>
    message.role === 'tool' ? message.content.map(({ status, error }) => error?.code ?? status) : [],
  )

test.each<[Partial<RunLimits>, RunResult['stop'], number]>([
  [{ steps: 2 }, { reason: 'steps', steps: 2 }, 2],
  [{ tokens: 31 }, { reason: 'tokens', tokens: 45 }, 3],
  [{ tokens: 30 }, { reason: 'tokens', tokens: 30 }, 2],
  [{ usd: 0.0003 }, { reason: 'usd', limitMicroUsd: 300 }, 0],
  [{ toolCalls: 3 }, { reason: 'tool-calls', toolCalls: 3 }, 2],
  [{ toolCalls: 0 }, { reason: 'tool-calls', toolCalls: 0 }, 1],
])('ends at %j for its own reason, with a whole transcript', async (limits, stop, steps) => {
  const { result } = await tell({ model: restless(), limits })

  expect(result.stop).toEqual(stop)
  expect(result.steps).toBe(steps)
})

test('runs as many calls as the limit leaves, and tells the model why the others were not', async () => {
  const { result } = await tell({ model: restless(), limits: { toolCalls: 3 } })

  expect(statuses(result)).toEqual(['ok', 'ok', 'ok', 'tool.limit'])
})

test('does not count calls that were never begun', async () => {
  const model = scriptedModel([
    { toolCalls: [{ name: 'nope' }, { name: 'look', rawInput: '{"' }, { name: 'look' }] },
    'ok',
  ])

  const { result } = await tell({ model, limits: { toolCalls: 1 } })

  expect(statuses(result)).toEqual(['tool.unknown', 'tool.bad_input', 'ok'])
  expect(result.stop).toEqual({ reason: 'done' })
})

test('lets a run finish that answers with its last allowed step, token and call', async () => {
  const model = scriptedModel([
    { toolCalls: [{ name: 'look' }], usage: { inputTokens: 10 } },
    { text: 'done', usage: { inputTokens: 10 } },
  ])

  const { result } = await tell({ model, limits: { steps: 2, tokens: 20, toolCalls: 1 } })

  expect(result.stop).toEqual({ reason: 'done' })
})

test('warns a model that repeats its calls, and stops it when it goes on', async () => {
  const model = stubborn()

  const { result } = await tell({ model })

  expect(statuses(result)).toEqual(['ok', 'ok', 'tool.repeated', 'tool.repeated'])
  expect(result.stop).toEqual({ reason: 'repeats', repeats: 4 })
  expect(model.calls).toBe(4)
})

test('forgives a model that does something else after the warning', async () => {
  const same: ScriptedTurn = { toolCalls: [{ name: 'look' }] }

  const { result } = await tell({ model: scriptedModel([same, same, same, 'I give up.']) })

  expect(statuses(result)).toEqual(['ok', 'ok', 'tool.repeated'])
  expect(result.stop).toEqual({ reason: 'done' })
})

test.each([
  ['other arguments', [{ at: 1 }, { at: 2 }, { at: 1 }, { at: 2 }, { at: 1 }]],
  ['the same arguments after others', [{ at: 1 }, { at: 1 }, { at: 2 }, { at: 1 }, { at: 1 }]],
])('does not take %s for a repetition', async (_name, inputs) => {
  const turns: ScriptedTurn[] = inputs.map((input) => ({ toolCalls: [{ name: 'look', input }] }))

  const { result } = await tell({ model: scriptedModel([...turns, 'done']) })

  expect(statuses(result)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
})

test('sees through the order of members', async () => {
  const turns: ScriptedTurn[] = ['{"a":1,"b":2}', '{"b":2,"a":1}'].map((rawInput) => ({
    toolCalls: [{ name: 'look', rawInput }],
  }))

  const { result } = await tell({ model: scriptedModel([...turns, 'done']), limits: { repeats: 2 } })

  expect(statuses(result)).toEqual(['ok', 'tool.repeated'])
})

test('allows any number of repetitions when told null', async () => {
  const { result } = await tell({ model: stubborn(), limits: { repeats: null, steps: 8 } })

  expect(statuses(result)).toEqual(Array(8).fill('ok'))
  expect(result.stop).toEqual({ reason: 'steps', steps: 8 })
})

test.each([
  [{ steps: 0 }, 'limits.steps must be a whole number of at least 1, not 0.'],
  [{ tokens: 1.5 }, 'limits.tokens must be a whole number of at least 1, not 1.5.'],
  [{ repeats: 1 }, 'limits.repeats must be a whole number of at least 2, not 1.'],
  [{ toolCalls: -1 }, 'limits.toolCalls must be a whole number of at least 0, not -1.'],
  [{ ms: Number.NaN }, 'limits.ms must be a whole number of at least 1, not NaN.'],
  [{ usd: -0.1 }, 'limits.usd must be a number of dollars of at least 0, not -0.1.'],
])('refuses the limits %j', (limits, sentence) => {
  expect(() => agent({ model: stubborn(), limits })).toThrow(sentence)
  expect(() => agent({ model: stubborn() }).run('go', { limits })).toThrow(sentence)
})

test('keeps its defaults where an option was looked up and not found', async () => {
  const limits = { steps: undefined, repeats: undefined } as unknown as Partial<RunLimits>

  const { result } = await tell({ model: restless(), limits })

  expect(result.stop).toEqual({ reason: 'steps', steps: 10 })
})

test('ends when its time is over, also in the middle of a tool, which ends as interrupted', async () => {
  const runtime = scriptedRuntime()
  const model = scriptedModel([{ toolCalls: [{ name: 'wait' }] }, 'never'])

  const { result } = await tell({ model, tools: [waiting(runtime, 60_000)], limits: { ms: 5_000 } }, runtime)

  expect(result.stop).toEqual({ reason: 'ms', ms: 5_000 })
  expect(statuses(result)).toEqual(['tool.interrupted'])
  expect(runtime.monotonicMs()).toBeLessThan(5_500)
})

test('ends when its time is over while the model is silent, and keeps what it had said', async () => {
  const model = scriptedModel([{ text: ['half', ' an answer'], hang: true, afterEvents: 1 }])

  const { result } = await tell({ model, limits: { ms: 5_000 } })

  expect(result.stop).toEqual({ reason: 'ms', ms: 5_000 })
  expect(result.messages.at(-1)).toEqual({
    role: 'assistant',
    content: [{ type: 'text', text: 'half' }],
    model: 'scripted/model',
    incomplete: true,
  })
  expect(model.openStreams).toBe(0)
})

test.each([
  [4_000, { reason: 'done' }],
  [6_000, { reason: 'ms', ms: 10_000 }],
] as const)(
  'counts the time of both drivers, but not the pause between them (%i ms each)',
  async (ms, stop) => {
    const runtime = scriptedRuntime()
    const log = memoryRunLog()
    const careful = tool({
      name: 'careful',
      description: '',
      input: { type: 'object' },
      approval: () => ({ ask: 'sure?' }),
      execute: async (_input, { signal }) => {
        await sleep(runtime, ms, signal)
        return 'done with care'
      },
    })
    const model = scriptedModel([{ toolCalls: [{ name: 'careful' }, { name: 'wait' }] }, 'done'])
    const worker = agent({
      model,
      tools: [careful, waiting(runtime, ms)],
      log,
      runtime,
      limits: { ms: 10_000 },
    })

    const first = await readRun(runtime, worker.run('go', { runId: 'r' }))
    await runtime.advance(3_600_000)
    for (const { approvalId, hash } of first.result.stop.reason === 'approval'
      ? first.result.stop.waiting
      : []) {
      await runInbox(log, 'r', runtime).answer({ approvalId, hash, decision: 'allow', by: 'ana' })
    }
    const second = await readRun(runtime, worker.resume(log, 'r'))

    expect(first.events.at(-1)?.type).toBe('run.paused')
    expect(second.result.stop).toEqual(stop)
    expectWhole(second.result)
    expect(runtime.pendingTimers).toBe(0)
  },
)

test('ends at once when it is resumed after its time was over', async () => {
  const runtime = scriptedRuntime()
  const log = memoryRunLog()
  const fence = (await log.acquire('r', 'the dead', 1)) ?? 0
  const told = await readRun(
    runtime,
    agent({ model: restless(), tools: [look], runtime, limits: { ms: 5_000 } }).run('go'),
  )
  const [started, ...rest] = told.events.filter((event) => 'seq' in event)
  if (started?.type !== 'run.started') throw new Error('a run begins with run.started')
  const prefix = [{ ...started, runId: 'r' }, ...rest.slice(0, 3)].map((event, at) => ({
    ...event,
    atMs: 10_000 * at,
  }))
  await log.append('r', prefix, fence)
  await log.release('r', 'the dead')
  const model = restless()

  const { result } = await readRun(runtime, agent({ model, tools: [look], runtime }).resume(log, 'r'))

  expect(result.stop).toEqual({ reason: 'ms', ms: 5_000 })
  expect(model.calls).toBe(0)
})

test('a child that is ended by its parent’s time says that it was aborted, for it has no such limit', async () => {
  const runtime = scriptedRuntime()
  const log = memoryRunLog()
  const child = agent({
    name: 'child',
    runtime,
    model: scriptedModel([{ toolCalls: [{ name: 'wait' }] }]),
    tools: [waiting(runtime, 60_000)],
  })
  const model = scriptedModel([{ toolCalls: [{ name: 'child', input: { task: 'wait' } }] }])
  const parent = agent({
    model,
    runtime,
    log,
    tools: [agentTool(child, { description: '' })],
    limits: { ms: 5_000 },
  })

  const { events, result } = await readRun(runtime, parent.run('go'))

  const started = events.find((event) => event.type === 'child.started')
  const told = await Array.fromAsync(log.read(started?.runId ?? ''))
  expect(result.stop).toEqual({ reason: 'ms', ms: 5_000 })
  expect(told.at(-1)).toMatchObject({
    stop: { reason: 'aborted', message: 'the run was driven for longer than its 5000 ms' },
  })
})
