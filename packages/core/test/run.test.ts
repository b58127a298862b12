import { agent, isDurable, memoryRunLog, tool, userMessage } from '@heddle/core'
import type { LanguageModel, ModelEvent, RunEvent } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { refusingLog } from './refusing-log.ts'

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  input: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  execute: ({ a, b }) => Number(a) + Number(b),
})
const addCall = { name: 'add', input: { a: 1, b: 2 } }

test('tells a whole run: call, result, answer, and one end', async () => {
  const model = scriptedModel([{ text: 'Let me see.', toolCalls: [addCall] }, { text: ['It ', 'is 3.'] }])
  const runtime = scriptedRuntime()

  const events = await Array.fromAsync(agent({ model, tools: [add], runtime }).run('1 + 2?', { runId: 'r' }))

  expect(events.map(brief)).toEqual([
    '1 run.started',
    '2 turn.started 1',
    'text.delta 0+0 "Let me see."',
    'tool.input.delta 1+0 "{\\"a\\":1,\\"b\\":2}"',
    '3 message.added',
    '4 turn.ended tool-calls',
    '5 tool.started add',
    '6 tool.ended 3',
    '7 turn.started 2',
    'text.delta 0+0 "It "',
    'text.delta 0+3 "is 3."',
    '8 message.added',
    '9 turn.ended stop',
    '10 run.ended done',
  ])
})

function brief(event: RunEvent): string {
  switch (event.type) {
    case 'run.started':
    case 'message.added':
      return `${event.seq} ${event.type}`
    case 'turn.started':
      return `${event.seq} ${event.type} ${event.turn}`
    case 'turn.ended':
      return `${event.seq} ${event.type} ${event.finish}`
    case 'tool.started':
      return `${event.seq} ${event.type} ${event.name}`
    case 'tool.ended':
      return `${event.seq} ${event.type} ${JSON.stringify(event.result.output)}`
    case 'run.ended':
      return `${event.seq} ${event.type} ${event.stop.reason}`
    case 'text.delta':
    case 'reasoning.delta':
    case 'tool.input.delta':
      return `${event.type} ${event.part}+${event.offset} ${JSON.stringify(event.text)}`
    default:
      return event.type
  }
}

test('gives explicit messages out, fit for the next run', async () => {
  const model = scriptedModel([{ toolCalls: [addCall] }, 'It is 3.', 'You are welcome.'])
  const tutor = agent({ model, tools: [add], runtime: scriptedRuntime() })

  const first = await tutor.run('1 + 2?').result
  const second = await tutor.run('Thanks.', { messages: first.messages }).result

  expect(first.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
  expect(second.messages.slice(0, 4)).toEqual(first.messages)
  expect(model.requests[2]?.messages).toEqual([...first.messages, userMessage('Thanks.')])
  expect(second.text).toBe('You are welcome.')
})

test('sums usage and cost over the turns', async () => {
  const model = scriptedModel(
    [
      { toolCalls: [addCall], usage: { inputTokens: 100, outputTokens: 10 } },
      { text: '3', usage: { inputTokens: 130, outputTokens: 5 } },
    ],
    { info: { price: { input: 3, output: 15 } } },
  )

  const { usage, costMicroUsd, steps } = await agent({ model, tools: [add] }).run('1 + 2?').result

  expect({ usage, costMicroUsd, steps }).toEqual({
    usage: {
      inputTokens: 230,
      outputTokens: 15,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    },
    costMicroUsd: 230 * 3 + 15 * 15,
    steps: 2,
  })
})

test('says that the cost is unknown as soon as one turn reported no usage', async () => {
  const model = scriptedModel([{ toolCalls: [addCall], usage: { inputTokens: 1 } }, 'done'], {
    info: { price: { input: 1, output: 1 } },
  })

  const { costMicroUsd } = await agent({ model, tools: [add] }).run('go').result

  expect(costMicroUsd).toBe(null)
})

test.each([
  ['done', { text: 'ok' }, { reason: 'done' }],
  ['length', { text: 'o', finish: 'length' }, { reason: 'length' }],
  ['refused', { text: '', finish: 'content-filter' }, { reason: 'refused' }],
  ['done, for an answer without a word', { text: '' }, { reason: 'done' }],
] as const)('ends with reason %s', async (_name, answer, stop) => {
  const result = await agent({ model: scriptedModel([answer]) }).run('hi').result

  expect(result.stop).toEqual(stop)
})

test('ends with reason steps when the limit is reached, all calls answered', async () => {
  const model = scriptedModel([{ toolCalls: [addCall] }], { repeatLast: true })

  const result = await agent({ model, tools: [add], limits: { steps: 3 } }).run('go').result

  expect(result.stop).toEqual({ reason: 'steps', steps: 3 })
  expect(model.calls).toBe(3)
  expect(result.messages.at(-1)?.role).toBe('tool')
})

test('takes ten steps by default', async () => {
  const model = scriptedModel([{ toolCalls: [addCall] }], { repeatLast: true })

  const result = await agent({ model, tools: [add], limits: { repeats: null } }).run('go').result

  expect(result.steps).toBe(10)
})

test('shows each step to onStep, which can stop the run', async () => {
  const model = scriptedModel([{ text: 'a', toolCalls: [addCall] }], { repeatLast: true })
  const seen: unknown[] = []

  const result = await agent({
    model,
    tools: [add],
    onStep: ({ turn, message, results }) => {
      seen.push([turn, message.content.length, results?.content[0]?.output])
      return turn === 2 ? 'stop' : 'continue'
    },
  }).run('go').result

  expect(seen).toEqual([
    [1, 2, 3],
    [2, 2, 3],
  ])
  expect(result.stop).toEqual({ reason: 'stopped' })
})

test('passes temperature, output limit and extra body to the model, and tools sorted by name', async () => {
  const model = scriptedModel(['ok'])
  const zebra = tool({ name: 'zebra', description: '', input: { type: 'object' }, execute: () => null })

  await agent({
    model,
    tools: [zebra, add],
    temperature: 0.2,
    maxOutputTokens: 99,
    extraBody: { seed: 7 },
    instructions: ({ runId, input, history }) =>
      `You are ${runId}, asked ${JSON.stringify(input?.content)} after ${history.length}.`,
  }).run('hi', { runId: 'r7' }).result

  const { tools, messages: _messages, ...rest } = model.requests[0] ?? { tools: [] }
  expect(rest).toEqual({
    instructions: 'You are r7, asked [{"type":"text","text":"hi"}] after 0.',
    temperature: 0.2,
    maxOutputTokens: 99,
    extraBody: { seed: 7 },
  })
  expect(tools.map((spec) => spec.name)).toEqual(['add', 'zebra'])
})

test('ends failed, and never throws, when the instructions function throws', async () => {
  const broken = agent({
    model: scriptedModel(['never']),
    instructions: () => {
      throw new Error('no database')
    },
  })

  const events = await Array.fromAsync(broken.run('hi'))

  expect(events.map((event) => event.type)).toEqual(['run.started', 'run.ended'])
  expect(events.at(-1)).toMatchObject({
    stop: { reason: 'failed', error: { code: 'internal', message: 'no database' } },
  })
})

test('aborts the model when the caller leaves the loop early, and records the end', async () => {
  const model = scriptedModel([{ text: ['a', 'b', 'c'], batch: 1 }])
  const log = memoryRunLog()
  const run = agent({ model, log }).run('hi')

  for await (const event of run) if (event.type === 'text.delta') break

  expect(model.openStreams).toBe(0)
  expect(model.abortedCount).toBe(1)
  const { stop, messages } = await run.result
  expect(stop).toEqual({ reason: 'aborted', message: 'its reader left' })
  expect(messages.at(-1)).toEqual({
    role: 'assistant',
    content: [{ type: 'text', text: 'a' }],
    model: 'scripted/model',
    incomplete: true,
  })
  expect((await Array.fromAsync(log.read(run.runId))).at(-1)?.type).toBe('run.ended')
})

test('winds up a run whose reader leaves before its first event', async () => {
  const model = scriptedModel(['never read'])
  const run = agent({ model }).run('hi')

  await run[Symbol.asyncIterator]().return?.()

  expect((await run.result).stop.reason).toBe('aborted')
  expect(model.calls).toBe(0)
})

test('ends aborted, partial text kept and marked, when the signal aborts while the model hangs', async () => {
  const model = scriptedModel([{ text: 'half a sen', hang: true, afterEvents: 1 }])
  const abort = new AbortController()
  const run = agent({ model }).run('hi', { signal: abort.signal })

  const types: string[] = []
  for await (const event of run) {
    types.push(event.type)
    if (event.type === 'text.delta') setTimeout(() => abort.abort('enough'), 5)
  }

  expect(types).toEqual(['run.started', 'turn.started', 'text.delta', 'message.added', 'run.ended'])
  expect((await run.result).stop).toEqual({ reason: 'aborted', message: 'enough' })
  expect(model.openStreams).toBe(0)
})

test('asks no model when the signal was aborted before', async () => {
  const model = scriptedModel(['never'])

  const { stop } = await agent({ model }).run('hi', { signal: AbortSignal.abort('too late') }).result

  expect(stop).toEqual({ reason: 'aborted', message: 'too late' })
  expect(model.calls).toBe(0)
})

test('takes its listener off the caller’s signal when it ends', async () => {
  const { signal } = new AbortController()
  let listeners = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++
    addEventListener.apply(signal, args)
  }
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--
    removeEventListener.apply(signal, args)
  }

  await agent({ model: scriptedModel(['ok']) }).run('hi', { signal }).result

  expect(listeners).toBe(0)
})

test('does nothing before it is read', async () => {
  const model = scriptedModel(['ok'])
  const run = agent({ model }).run('hi')

  await new Promise((resolve) => setTimeout(resolve, 5))
  const callsBefore = model.calls
  await run.result

  expect([callsBefore, model.calls]).toEqual([0, 1])
})

test('refuses a second reader', async () => {
  const run = agent({ model: scriptedModel(['ok']) }).run('hi')
  await run.result

  expect(() => run[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'run.consumed' }))
})

test('lets an iteration begun at once win over result', async () => {
  const run = agent({ model: scriptedModel(['ok']) }).run('hi')

  const result = run.result
  const events = await Array.fromAsync(run)

  expect(events.at(-1)?.type).toBe('run.ended')
  expect((await result).text).toBe('ok')
})

test('pulls no faster than its reader', async () => {
  const model = scriptedModel([{ text: Array.from({ length: 100 }, () => 'x'), batch: 1 }])
  let pulled = 0
  const counted = {
    ...model,
    async *stream(...args: Parameters<typeof model.stream>) {
      for await (const batch of model.stream(...args)) {
        pulled++
        yield batch
      }
    },
  }

  let read = 0
  for await (const event of agent({ model: counted }).run('hi')) {
    if (event.type !== 'text.delta') continue
    if (++read === 5) break
  }

  expect(pulled).toBe(5)
})

test.each([
  ['no prompt and no messages', undefined, []],
  ['a blank prompt', '  \n', []],
  [
    'messages that end with the assistant',
    undefined,
    [{ role: 'assistant', content: [{ type: 'text', text: 'hi' }] }],
  ],
] as const)('throws config.invalid for %s', (_name, input, messages) => {
  const polite = agent({ model: scriptedModel([]) })

  expect(() => polite.run(input, { messages })).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})

test('throws config.invalid for two tools of one name and for a limit of nothing', () => {
  const model = scriptedModel([])

  expect(() => agent({ model, tools: [add, add] })).toThrow('two tools named "add"')
  expect(() => agent({ model, limits: { steps: 0 } })).toThrow('limits.steps')
})

test('runs from messages alone when they end with what is to be answered', async () => {
  const model = scriptedModel(['hello'])

  const { messages } = await agent({ model }).run(undefined, { messages: [userMessage('hi')] }).result

  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant'])
})

test('ends failed with log.conflict when the run id was used before', async () => {
  const log = memoryRunLog()
  const twice = agent({ model: scriptedModel(['a', 'b']), log })
  await twice.run('hi', { runId: 'same' }).result

  const { stop } = await twice.run('hi', { runId: 'same' }).result

  expect(stop).toMatchObject({ reason: 'failed', error: { code: 'log.conflict' } })
})

test('stops the model and ends failed when the log refuses in the middle', async () => {
  const log = refusingLog(memoryRunLog(), 'tool.started', 'disk full')
  let executed = 0
  const watched = tool({ name: 'add', description: '', input: { type: 'object' }, execute: () => ++executed })
  const model = scriptedModel([{ toolCalls: [{ name: 'add' }] }, 'never'])

  const run = agent({ model, tools: [watched], log }).run('go')
  const events = await Array.fromAsync(run)
  const result = await run.result

  expect(result.stop).toEqual({
    reason: 'failed',
    error: { code: 'log.failed', message: 'disk full', retryable: false },
  })
  expect(executed).toBe(0)
  const seqs = events.filter(isDurable).map((event) => event.seq)
  expect(seqs).toEqual(seqs.map((_seq, at) => at + 1))
  expect(result.messages.at(-1)).toMatchObject({ role: 'tool', content: [{ status: 'interrupted' }] })
})

test('answers questions that overlap one after the other, by event and by batch', async () => {
  const counter = agent({ model: scriptedModel([{ text: ['1 ', '2'] }, { text: ['1 ', '2'] }]) })
  const byEvent: AsyncIterable<RunEvent> = counter.run('Count.')
  const eventsOf = byEvent[Symbol.asyncIterator]()
  const byBatch: AsyncIterable<readonly RunEvent[]> = counter.run('Count.').batches()
  const batchesOf = byBatch[Symbol.asyncIterator]()

  const events = await Promise.all(Array.from({ length: 12 }, () => eventsOf.next()))
  const batches = await Promise.all(Array.from({ length: 12 }, () => batchesOf.next()))

  const seen = events.flatMap(({ done, value }) => (done ? [] : [value.type]))
  expect(seen.slice(0, 3)).toEqual(['run.started', 'turn.started', 'text.delta'])
  expect(seen.at(-1)).toBe('run.ended')
  const batched = batches.flatMap(({ done, value }) => (done ? [] : value.map(({ type }) => type)))
  expect(batched).toEqual(seen)
  expect([events.at(-1)?.done, batches.at(-1)?.done]).toEqual([true, true])
})

test('gives the result to who asks for it after the run has ended', async () => {
  const run = agent({ model: scriptedModel([{ text: 'Done.' }]) }).run('Go.')
  for await (const _event of run);

  expect((await run.result).text).toBe('Done.')
  expect(await run.result).toBe(await run.result)
})

test('ends failed when a model throws instead of giving a promise, at whichever question', async () => {
  const throwsAt = (limit: number): LanguageModel => {
    let asked = 0
    const next = (): Promise<IteratorResult<readonly ModelEvent[]>> => {
      if (++asked === limit) throw new TypeError('no promise')
      return Promise.resolve({ done: false, value: [{ type: 'text.delta', part: 0, text: 'a' }] })
    }
    const info = { contextWindow: null, maxOutputTokens: null, price: null }
    return { id: 'test/odd', info, stream: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) }
  }

  for (const limit of [1, 2, 3]) {
    const { stop, text } = await agent({ model: throwsAt(limit) }).run('Go.').result

    expect(stop).toMatchObject({ reason: 'failed', error: { message: 'no promise' } })
    expect(text).toBe('a'.repeat(limit - 1))
  }
})

test.each(['while it is waited for', 'while its reader is busy'])(
  'tells nothing of an answer that goes on after the run was aborted %s',
  async (when) => {
    const gate = Promise.withResolvers<void>()
    const model: LanguageModel = {
      id: 'test/deaf',
      info: { contextWindow: null, maxOutputTokens: null, price: null },
      async *stream() {
        yield [{ type: 'text.delta', part: 0, text: 'heard' }]
        await gate.promise
        yield [{ type: 'text.delta', part: 0, text: 'unheard' }]
        yield [{ type: 'finish', reason: 'stop', usage: null }]
      },
    }
    const run = agent({ model }).run('Go.')
    const abort = (): void => {
      run.abort('enough')
      gate.resolve()
    }
    const told: RunEvent[] = []
    for await (const event of run) {
      told.push(event)
      if (event.type !== 'text.delta') continue
      if (when === 'while it is waited for') setImmediate(abort)
      else {
        abort()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }

    expect(told.flatMap((event) => (event.type === 'text.delta' ? [event.text] : []))).toEqual(['heard'])
    expect(told.find((event) => event.type === 'message.added')?.message).toMatchObject({
      content: [{ type: 'text', text: 'heard' }],
      incomplete: true,
    })
    expect(told.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'aborted', message: 'enough' } })
  },
)

test(
  'ends the tools that still run when the log refuses the result of another',
  { timeout: 5_000 },
  async () => {
    const log = refusingLog(memoryRunLog(), 'tool.ended', 'disk full')
    let wasAborted = false
    const quick = tool({ name: 'quick', description: '', input: { type: 'object' }, execute: () => 'done' })
    const endless = tool({
      name: 'endless',
      description: '',
      input: { type: 'object' },
      execute: (_input, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            wasAborted = true
            resolve('stopped')
          })
        }),
    })
    const model = scriptedModel([{ toolCalls: [{ name: 'endless' }, { name: 'quick' }] }, 'never'])

    const { stop } = await agent({ model, tools: [quick, endless], log }).run('go').result

    expect(stop).toMatchObject({ reason: 'failed', error: { message: 'disk full' } })
    expect(wasAborted).toBe(true)
  },
)

test('puts an answer of many pieces together as it came', async () => {
  const text = Array.from({ length: 200 }, (_, at) => `${at} `)

  const events = await Array.fromAsync(agent({ model: scriptedModel([{ text }]) }).run('Count.'))

  const deltas = events.filter((event) => event.type === 'text.delta')
  const message = events.find((event) => event.type === 'message.added')?.message
  expect(deltas.map(({ offset }) => offset)).toEqual(text.map((_, at) => text.slice(0, at).join('').length))
  expect(message?.content).toEqual([{ type: 'text', text: text.join('') }])
})
