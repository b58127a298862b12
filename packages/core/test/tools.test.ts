import { ToolError, agent, arraySink, tool } from '@heddle/core'
import type { RunEvent, Tool, ToolResultPart } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedToolCall } from '@heddle/testkit'
import { expect, test } from 'vitest'

const anything = { type: 'object' } as const

async function callOnce(
  tools: readonly Tool[],
  toolCalls: readonly ScriptedToolCall[],
  options: { parallelTools?: number; signal?: AbortSignal } = {},
): Promise<{ results: readonly ToolResultPart[]; events: readonly RunEvent[]; stop: string }> {
  const { parallelTools, signal } = options
  const sink = arraySink()
  const caller = agent({
    model: scriptedModel([{ toolCalls }, 'done']),
    tools,
    ...(parallelTools === undefined ? {} : { parallelTools }),
  })
  const result = await caller.run('go', { sinks: [sink], ...(signal ? { signal } : {}) }).result
  const answer = result.messages.find((message) => message.role === 'tool')
  return { results: answer?.content ?? [], events: sink.events, stop: result.stop.reason }
}

const briefly = (results: readonly ToolResultPart[]): unknown[] =>
  results.map(({ status, output, error }) => [status, error ? error.code : output])

test('runs the calls of a turn at the same time and keeps the results in call order', async () => {
  let running = 0
  let most = 0
  const wait = tool({
    name: 'wait',
    description: '',
    input: anything,
    execute: async ({ ms }) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, Number(ms)))
      running--
      return ms
    },
  })

  const { results, events } = await callOnce(
    [wait],
    [30, 20, 10].map((ms) => ({ name: 'wait', input: { ms } })),
  )

  expect(most).toBe(3)
  expect(results.map((result) => result.output)).toEqual([30, 20, 10])
  expect(events.filter((event) => event.type === 'tool.ended').map((event) => event.result.output)).toEqual([
    10, 20, 30,
  ])
})

test('runs no more calls at once than the agent allows', async () => {
  let running = 0
  let most = 0
  const wait = tool({
    name: 'wait',
    description: '',
    input: anything,
    execute: async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running--
    },
  })

  const { results } = await callOnce(
    [wait],
    Array.from({ length: 7 }, () => ({ name: 'wait' })),
    { parallelTools: 2 },
  )

  expect([most, results.length]).toEqual([2, 7])
})

test('lets a tool that must run alone wait for those before it, and those after it wait for it', async () => {
  const trace: string[] = []
  const make = (name: string, runsAlone: boolean): Tool =>
    tool({
      name,
      description: '',
      input: anything,
      runsAlone,
      execute: async ({ id }) => {
        trace.push(`${String(id)} begins`)
        await new Promise((resolve) => setTimeout(resolve, 5))
        trace.push(`${String(id)} ends`)
      },
    })

  await callOnce(
    [make('many', false), make('alone', true)],
    [
      { name: 'many', input: { id: 'a' } },
      { name: 'many', input: { id: 'b' } },
      { name: 'alone', input: { id: 'c' } },
      { name: 'many', input: { id: 'd' } },
    ],
  )

  expect(trace).toEqual([
    'a begins',
    'b begins',
    'a ends',
    'b ends',
    'c begins',
    'c ends',
    'd begins',
    'd ends',
  ])
})

test('begins a call only after tool.started was told', async () => {
  const order: string[] = []
  const probe = tool({
    name: 'probe',
    description: '',
    input: anything,
    execute: () => void order.push('executed'),
  })
  const model = scriptedModel([{ toolCalls: [{ name: 'probe' }] }, 'done'])

  for await (const event of agent({ model, tools: [probe] }).run('go')) {
    if (event.type.startsWith('tool.') && event.type !== 'tool.input.delta') order.push(event.type)
  }

  expect(order).toEqual(['tool.started', 'executed', 'tool.ended'])
})

test.each<[string, Tool['execute'], unknown]>([
  ['a plain value', () => ({ a: 1, gone: undefined }), ['ok', { a: 1 }]],
  ['nothing', () => undefined, ['ok', null]],
  ['a promise', () => Promise.resolve([1]), ['ok', [1]]],
  ['a date', () => new Date(0), ['ok', '1970-01-01T00:00:00.000Z']],
  [
    'a throw',
    () => {
      throw new Error('no such city')
    },
    ['error', 'tool.failed'],
  ],
  [
    'a throw of something else',
    () => {
      throw 'text'
    },
    ['error', 'tool.failed'],
  ],
  ['a rejection', () => Promise.reject(new Error('late')), ['error', 'tool.failed']],
  [
    'a ToolError',
    () => {
      throw new ToolError('tool.bad_input', 'only Europe')
    },
    ['error', 'tool.bad_input'],
  ],
  ['a bigint, which JSON cannot hold', () => 1n, ['error', 'tool.failed']],
])('turns %s into a result', async (_name, execute, expected) => {
  const probe = tool({ name: 'probe', description: '', input: anything, execute })

  const { results, stop } = await callOnce([probe], [{ name: 'probe' }])

  expect(briefly(results)).toEqual([expected])
  expect(stop).toBe('done')
})

test('tells the model the message of a failed tool', async () => {
  const broken = tool({
    name: 'broken',
    description: '',
    input: anything,
    execute: () => {
      throw new Error('no such city')
    },
  })

  const { results } = await callOnce([broken], [{ name: 'broken' }])

  expect(results[0]?.error).toEqual({ code: 'tool.failed', message: 'no such city', retryable: false })
})

test('tells progress of a generator and takes its return value as the result', async () => {
  const steps = tool({
    name: 'steps',
    description: '',
    input: anything,
    async *execute() {
      yield 1
      await Promise.resolve()
      yield { two: 2 }
      return 'three'
    },
  })

  const { results, events } = await callOnce([steps], [{ name: 'steps' }])

  expect(events.filter((event) => event.type === 'tool.progress').map((event) => event.value)).toEqual([
    1,
    { two: 2 },
  ])
  expect(briefly(results)).toEqual([['ok', 'three']])
})

test('reads empty arguments as {}', async () => {
  const echo = tool({ name: 'echo', description: '', input: anything, execute: (input) => input })

  const { results } = await callOnce([echo], [{ name: 'echo', rawInput: '' }])

  expect(briefly(results)).toEqual([['ok', {}]])
})

test('answers invalid arguments and unknown tools with results, and goes on', async () => {
  let executed = 0
  const add = tool({
    name: 'add',
    description: '',
    input: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] },
    execute: () => ++executed,
  })

  const { results, stop } = await callOnce(
    [add],
    [{ name: 'add', input: { a: 'x' } }, { name: 'add', rawInput: '{"a":' }, { name: 'subtract' }],
  )

  expect(results.map((result) => result.error?.code)).toEqual([
    'tool.bad_input',
    'tool.bad_input',
    'tool.unknown',
  ])
  expect(results[0]?.error?.message).toBe(
    'The call was not run: a: must be number, not string. Correct the arguments and call again.',
  )
  expect(results[2]?.error?.message).toBe('There is no tool named "subtract"; the tools are add.')
  expect([executed, stop]).toEqual([0, 'done'])
})

test('gives up a hanging tool at its time-out, aborts its signal and goes on', async () => {
  let wasAborted = false
  const hang = tool({
    name: 'hang',
    description: '',
    input: anything,
    timeoutMs: 20,
    execute: (_input, { signal }) => {
      signal.addEventListener('abort', () => (wasAborted = true))
      return new Promise(() => {})
    },
  })

  const { results, stop } = await callOnce([hang], [{ name: 'hang' }])

  expect(briefly(results)).toEqual([['timeout', 'tool.timeout']])
  expect([wasAborted, stop]).toEqual([true, 'done'])
})

test('interrupts running and waiting calls when the run is aborted; each has one result', async () => {
  const abort = new AbortController()
  const slow = tool({
    name: 'slow',
    description: '',
    input: anything,
    execute: (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')))
        setTimeout(() => abort.abort('user'), 5)
      }),
  })

  const { results, stop, events } = await callOnce(
    [slow],
    Array.from({ length: 3 }, () => ({ name: 'slow' })),
    {
      parallelTools: 2,
      signal: abort.signal,
    },
  )

  expect(briefly(results)).toEqual(Array(3).fill(['interrupted', 'tool.interrupted']))
  expect(events.filter((event) => event.type === 'tool.started').length).toBe(2)
  expect(stop).toBe('aborted')
})

test('closes a generator tool that is between two yields when the run is aborted', async () => {
  const abort = new AbortController()
  let wasClosed = false
  const ticks = tool({
    name: 'ticks',
    description: '',
    input: anything,
    async *execute() {
      try {
        for (let tick = 0; ; tick++) {
          yield tick
          if (tick === 2) abort.abort('user')
          await Promise.resolve()
        }
      } finally {
        wasClosed = true
      }
    },
  })

  const { results } = await callOnce([ticks], [{ name: 'ticks' }], { signal: abort.signal })

  expect(briefly(results)).toEqual([['interrupted', 'tool.interrupted']])
  expect(wasClosed).toBe(true)
})

test('drops what a tool gives after its time-out, and lets no rejection escape', async () => {
  const late = tool({
    name: 'late',
    description: '',
    input: anything,
    timeoutMs: 5,
    execute: () => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('too late')), 20)),
  })

  const { results } = await callOnce([late], [{ name: 'late' }])
  await new Promise((resolve) => setTimeout(resolve, 30))

  expect(briefly(results)).toEqual([['timeout', 'tool.timeout']])
})

test('throws config.invalid for a name that no provider takes', () => {
  expect(() => tool({ name: 'two words', description: '', input: anything, execute: () => 1 })).toThrow(
    expect.objectContaining({ code: 'config.invalid' }),
  )
})

test('gives an aborted tool time to clean up before the run ends', async () => {
  const abort = new AbortController()
  let isClean = false
  const careful = tool({
    name: 'careful',
    description: '',
    input: anything,
    execute: async (_input, { signal }) => {
      setTimeout(() => abort.abort('user'), 1)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 20))
      isClean = true
    },
  })

  const { stop } = await callOnce([careful], [{ name: 'careful' }], { signal: abort.signal })

  expect([stop, isClean]).toEqual(['aborted', true])
})
