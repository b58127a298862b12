import { ModelError, agent, agentTool, memoryRunLog, tool } from '@heddle/core'
import type { LanguageModel, Tool } from '@heddle/core'
import { otelSink } from '@heddle/telemetry'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { SpanStatusCode, context, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { asyncContexts } from './support/async-contexts.ts'
import { inMemory, inMemoryMetrics } from './support/in-memory.ts'

const price = { input: 1, output: 2 }
const add = tool({
  name: 'add',
  description: '',
  input: { type: 'object' },
  execute: () => 3,
})
const breaks = tool({
  name: 'breaks',
  description: '',
  input: { type: 'object' },
  execute: () => {
    throw new Error('the secret is 42')
  },
})

/** Runs the model to its end, heard by a sink that writes to memory. */
async function traced(model: LanguageModel, tools: readonly Tool[] = [], captureContent = false) {
  const memory = inMemory()
  const metrics = inMemoryMetrics()
  const runtime = scriptedRuntime()
  const sink = otelSink({ tracer: memory.tracer, meter: metrics.meter, runtime, captureContent })
  const helper = agent({ name: 'tutor', instructions: 'Be brief.', model, tools, runtime })
  const running = helper.run('hi', { sinks: [sink] }).result
  await runtime.advance(60_000)
  return { memory, metrics, result: await running }
}

test('tells a run as an agent span with a chat span per turn and a tool span per call', async () => {
  const usage = { inputTokens: 10, outputTokens: 4, cacheReadTokens: 6, reasoningTokens: 1 }
  const model = scriptedModel(
    [
      { toolCalls: [{ name: 'add', input: { a: 1 } }], usage },
      { text: 'three', usage: { inputTokens: 20, outputTokens: 2 } },
    ],
    { id: 'google/gemini-pro', info: { price } },
  )

  const { memory, result } = await traced(model, [add])

  const common = { 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.request.model': 'gemini-pro' }
  const ok = { code: SpanStatusCode.UNSET }
  const chat = {
    'gen_ai.operation.name': 'chat',
    ...common,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0,
  }
  expect(memory.open()).toBe(0)
  expect(memory.spans()).toEqual([
    {
      name: 'invoke_agent tutor',
      parent: null,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'tutor',
        ...common,
        'heddle.run.id': result.runId,
        'heddle.run.stop': 'done',
        'gen_ai.usage.input_tokens': 30,
        'gen_ai.usage.output_tokens': 6,
        'gen_ai.usage.cache_read.input_tokens': 6,
        'gen_ai.usage.reasoning.output_tokens': 1,
        'heddle.cost_micro_usd': result.costMicroUsd,
      },
      status: ok,
      events: [],
    },
    {
      name: 'chat gemini-pro',
      parent: 'invoke_agent tutor',
      attributes: {
        ...chat,
        'heddle.turn': 1,
        'gen_ai.response.finish_reasons': ['tool_call'],
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 4,
        'gen_ai.usage.cache_read.input_tokens': 6,
        'gen_ai.usage.reasoning.output_tokens': 1,
        'heddle.cost_micro_usd': 18,
      },
      status: ok,
      events: [],
    },
    {
      name: 'execute_tool add',
      parent: 'invoke_agent tutor',
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'add',
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': 'call_0001',
        'gen_ai.agent.name': 'tutor',
      },
      status: ok,
      events: [],
    },
    {
      name: 'chat gemini-pro',
      parent: 'invoke_agent tutor',
      attributes: {
        ...chat,
        'heddle.turn': 2,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 20,
        'gen_ai.usage.output_tokens': 2,
        'heddle.cost_micro_usd': 24,
      },
      status: ok,
      events: [],
    },
  ])
})

test('takes its times from the events, and measures durations, tokens and the first chunk', async () => {
  const memory = inMemory()
  const metrics = inMemoryMetrics()
  const runtime = scriptedRuntime({ startMs: 1_000 })
  const slow = tool({
    name: 'slow',
    description: '',
    input: { type: 'object' },
    execute: () => new Promise<void>((resolve) => runtime.setTimer(resolve, 2_000)),
  })
  const model = scriptedModel(
    [
      { toolCalls: [{ name: 'slow' }], delayMs: 500, usage: { inputTokens: 7, outputTokens: 3 } },
      { text: ['a', 'b'], batch: 1, delayMs: 100, usage: { inputTokens: 9, outputTokens: 1 } },
    ],
    { id: 'acme/one', runtime },
  )
  const sink = otelSink({ tracer: memory.tracer, meter: metrics.meter, runtime })
  const running = agent({ name: 'a', model, tools: [slow], runtime }).run('hi', { sinks: [sink] }).result

  await runtime.advance(10_000)
  await running

  expect(memory.raw().map(({ name, startTime, endTime }) => [name, startTime, endTime])).toEqual([
    ['invoke_agent a', [1, 0], [3, 800_000_000]],
    ['chat one', [1, 0], [1, 500_000_000]],
    ['execute_tool slow', [1, 500_000_000], [3, 500_000_000]],
    ['chat one', [3, 500_000_000], [3, 800_000_000]],
  ])
  const ofModel = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'acme',
    'gen_ai.request.model': 'one',
  }
  const ofTool = { 'gen_ai.tool.name': 'slow', 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'a' }
  expect(await metrics.collect()).toEqual([
    { metric: 'gen_ai.client.operation.duration', unit: 's', attributes: ofModel, count: 2, sum: 0.8 },
    {
      metric: 'gen_ai.client.operation.time_to_first_chunk',
      unit: 's',
      attributes: ofModel,
      count: 2,
      sum: 0.6,
    },
    {
      metric: 'gen_ai.client.token.usage',
      unit: '{token}',
      attributes: { ...ofModel, 'gen_ai.token.type': 'input' },
      count: 2,
      sum: 16,
    },
    {
      metric: 'gen_ai.client.token.usage',
      unit: '{token}',
      attributes: { ...ofModel, 'gen_ai.token.type': 'output' },
      count: 2,
      sum: 4,
    },
    { metric: 'gen_ai.execute_tool.duration', unit: 's', attributes: ofTool, count: 1, sum: 2 },
    {
      metric: 'gen_ai.invoke_agent.duration',
      unit: 's',
      attributes: { 'gen_ai.agent.name': 'a' },
      count: 1,
      sum: 2.8,
    },
  ])
  const bounds = await metrics.bounds()
  expect(bounds['gen_ai.client.token.usage']?.slice(0, 4)).toEqual([1, 4, 16, 64])
  expect(bounds['gen_ai.client.operation.duration']?.slice(0, 3)).toEqual([0.01, 0.02, 0.04])
  expect(bounds['gen_ai.invoke_agent.duration']?.at(-1)).toBe(409.6)
})

test('tells failed attempts as events of one chat span, and the model that answered in the end', async () => {
  const down = new ModelError('model.unavailable', 'down', { retryable: true, retryAfterMs: 50 })
  const bad = scriptedModel([{ text: ['half', 'more'], batch: 1, error: down, afterEvents: 1 }], {
    id: 'acme/bad',
    repeatLast: true,
  })
  const good = scriptedModel(['ok'], { id: 'acme/good' })
  const memory = inMemory()
  const runtime = scriptedRuntime()
  const running = agent({
    name: 'a',
    model: bad,
    runtime,
    onError: ({ attempt }) => (attempt === 2 ? { model: good } : undefined),
  }).run('hi', { sinks: [otelSink({ tracer: memory.tracer })] }).result

  await runtime.advance(1_000)
  await running

  const chats = memory.spans().filter(({ name }) => name.startsWith('chat'))
  expect(chats.map(({ name, status, events }) => ({ name, status, events }))).toEqual([
    {
      name: 'chat good',
      status: { code: SpanStatusCode.UNSET },
      events: [
        {
          name: 'heddle.model.retried',
          attributes: {
            'error.type': 'model.unavailable',
            'heddle.attempt': 1,
            'heddle.delay_ms': expect.any(Number) as number,
          },
        },
        { name: 'heddle.turn.reset', attributes: {} },
        {
          name: 'heddle.model.switched',
          attributes: {
            'error.type': 'model.unavailable',
            'heddle.model.from': 'acme/bad',
            'heddle.model.to': 'acme/good',
          },
        },
        { name: 'heddle.turn.reset', attributes: {} },
      ],
    },
  ])
})

test('marks what failed by its code, and tells no sentence without being asked', async () => {
  const script = [
    { toolCalls: [{ name: 'breaks' }, { name: 'missing' }] },
    { error: new ModelError('model.auth', 'the key sk-123 is wrong') },
  ]

  const { memory } = await traced(scriptedModel(script), [breaks])

  const failed = (type: string) => ({ type, status: { code: SpanStatusCode.ERROR } })
  const seen = memory
    .spans()
    .map(({ name, attributes, status }) => [name, { type: attributes['error.type'], status }] as const)
  expect(Object.fromEntries(seen)).toEqual({
    'invoke_agent tutor': failed('model.auth'),
    'chat model': failed('model.auth'),
    'execute_tool breaks': failed('tool.failed'),
    'execute_tool missing': failed('tool.unknown'),
  })
  expect(JSON.stringify(memory.spans())).not.toMatch(/secret|sk-123|"hi"|Be brief/)
})

test('captures content when asked: what is new to the model, its answer, arguments, results, sentences', async () => {
  const model = scriptedModel([
    { text: 'let me see', toolCalls: [{ name: 'add', input: { a: 1 } }, { name: 'breaks' }] },
    'three',
  ])

  const { memory } = await traced(model, [add, breaks], true)

  const [run, first, sum, broken, second] = memory.spans()
  const parsed = (span: typeof run, name: string): unknown =>
    JSON.parse(String(span?.attributes[name])) as unknown
  const user = [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }]
  expect(parsed(run, 'gen_ai.input.messages')).toEqual(user)
  expect(parsed(first, 'gen_ai.input.messages')).toEqual(user)
  expect(parsed(first, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'Be brief.' }])
  expect(parsed(first, 'gen_ai.output.messages')).toEqual([
    {
      role: 'assistant',
      parts: [
        { type: 'text', content: 'let me see' },
        { type: 'tool_call', id: 'call_0001', name: 'add', arguments: { a: 1 } },
        { type: 'tool_call', id: 'call_0002', name: 'breaks', arguments: {} },
      ],
      finish_reason: 'tool_call',
    },
  ])
  expect(parsed(sum, 'gen_ai.tool.call.arguments')).toEqual({ a: 1 })
  expect(parsed(sum, 'gen_ai.tool.call.result')).toEqual(3)
  expect(broken?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'the secret is 42' })
  expect(parsed(second, 'gen_ai.input.messages')).toMatchObject([
    {
      role: 'tool',
      parts: [
        { type: 'tool_call_response', id: 'call_0001', response: 3 },
        { type: 'tool_call_response', id: 'call_0002', response: { code: 'tool.failed' } },
      ],
    },
  ])
})

const delegated = (task: string) => ({ name: 'delegate', input: { task } })

test('hangs a run that a tool started below the call, and others below the active span', async () => {
  const memory = inMemory()
  const sink = otelSink({ tracer: memory.tracer })
  const helper = agent({ name: 'helper', model: scriptedModel(['done'], { repeatLast: true }) })
  const delegate = agentTool(helper, { name: 'delegate', description: '' })
  const model = scriptedModel([{ toolCalls: [delegated('a'), delegated('b')] }, 'ok'])
  const boss = agent({ name: 'boss', model, tools: [delegate] })
  context.setGlobalContextManager(asyncContexts())
  const request = memory.tracer.startSpan('GET /')

  await context.with(trace.setSpan(context.active(), request), () => boss.run('go', { sinks: [sink] }).result)
  request.end()
  context.disable()

  const parents = memory.spans().map(({ name, parent }) => [name, parent])
  expect(parents.filter(([name]) => name === 'invoke_agent helper')).toEqual([
    ['invoke_agent helper', 'execute_tool delegate'],
    ['invoke_agent helper', 'execute_tool delegate'],
  ])
  expect(parents.find(([name]) => name === 'invoke_agent boss')).toEqual(['invoke_agent boss', 'GET /'])
  const calls = memory.raw().filter(({ name }) => name === 'execute_tool delegate')
  const children = memory.raw().filter(({ name }) => name === 'invoke_agent helper')
  expect(children.map((child) => child.parentSpanContext?.spanId).sort()).toEqual(
    calls.map((call) => call.spanContext().spanId).sort(),
  )
  expect(new Set(memory.raw().map((span) => span.spanContext().traceId)).size).toBe(1)
  expect(memory.open()).toBe(0)
})

test('closes all spans when a run pauses, and opens new ones when it is resumed', async () => {
  const memory = inMemory()
  const sinks = [otelSink({ tracer: memory.tracer })]
  const log = memoryRunLog()
  const asks = tool({
    name: 'asks',
    description: '',
    input: { type: 'object' },
    approval: () => ({ ask: 'sure?' }),
    execute: () => 'did it',
  })
  const model = scriptedModel([{ toolCalls: [{ name: 'asks' }] }, 'ok'])
  const careful = agent({ name: 'careful', model, tools: [asks], log })
  const paused = careful.run('go', { sinks })
  const { stop } = await paused.result
  const openAtPause = memory.open()
  const [request] = stop.reason === 'approval' ? stop.waiting : []
  if (!request) throw new Error('the run did not pause')

  await paused.answer({ approvalId: request.approvalId, hash: request.hash, decision: 'allow', by: 'me' })
  await careful.resume(log, paused.runId, { sinks }).result

  expect(openAtPause).toBe(0)
  expect(memory.open()).toBe(0)
  expect(
    memory
      .spans()
      .map(({ name, attributes, events }) => [
        name,
        attributes['heddle.run.stop'],
        events.map((event) => [event.name, event.attributes]),
      ]),
  ).toEqual([
    [
      'invoke_agent careful',
      'paused',
      [['heddle.approval.requested', { 'gen_ai.tool.name': 'asks', 'gen_ai.tool.call.id': request.callId }]],
    ],
    ['chat model', undefined, []],
    [
      'invoke_agent careful',
      'done',
      [
        ['heddle.run.resumed', {}],
        ['heddle.approval.answered', { 'heddle.approval.decision': 'allow' }],
      ],
    ],
    ['execute_tool asks', undefined, []],
    ['chat model', undefined, []],
  ])
})

test('closes all spans when its own tracer throws, and the run goes on', async () => {
  const memory = inMemory()
  let started = 0
  const tracer = {
    ...memory.tracer,
    startSpan: (...args: Parameters<typeof memory.tracer.startSpan>) => {
      if (++started === 3) throw new Error('no more spans')
      return memory.tracer.startSpan(...args)
    },
  }
  const model = scriptedModel([{ toolCalls: [{ name: 'add' }] }, 'ok'])

  const result = await agent({ model, tools: [add] }).run('go', { sinks: [otelSink({ tracer })] }).result

  expect(result.stop).toEqual({ reason: 'done' })
  expect(result.sinkErrors).toMatchObject([{ code: 'sink.failed', message: 'no more spans' }])
  expect([started, memory.open()]).toEqual([3, 0])
  expect(memory.spans()[0]?.attributes['error.type']).toBe('sink.failed')
})

test('tells a stored log as it happened', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const model = scriptedModel([{ toolCalls: [{ name: 'add' }] }, 'ok'])
  const live = inMemory()
  const helper = agent({ name: 'a', model, tools: [add], log, runtime })
  const run = helper.run('go', { sinks: [otelSink({ tracer: live.tracer, runtime })] })
  await run.result
  const replayed = inMemory()
  const sink = otelSink({ tracer: replayed.tracer, runtime })

  const ref = { runId: run.runId, parent: null, agent: 'a' }
  for await (const event of log.read(run.runId)) await sink.write([event], ref)

  const withoutDeltas = live.spans().map((span) => {
    const { 'gen_ai.response.time_to_first_chunk': _delta, ...attributes } = span.attributes
    return { ...span, attributes }
  })
  expect(replayed.spans()).toEqual(withoutDeltas)
})
