import {
  ModelError,
  agent,
  arraySink,
  callbackSink,
  isDurable,
  jsonLinesSink,
  queueSink,
  tool,
} from '@heddle/core'
import type { RunEvent } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'

const talker = (): ReturnType<typeof agent> =>
  agent({ name: 'talker', model: scriptedModel([{ text: ['a', 'b', 'c'], batch: 1 }]) })

test('every sink hears exactly what the reader sees, with the run it belongs to', async () => {
  const array = arraySink()
  const heard: RunEvent[] = []
  const runs = new Set<string>()
  let lines = ''
  const sinks = [
    array,
    callbackSink((event, run) => {
      heard.push(event)
      runs.add(`${run.agent} ${run.runId}`)
    }),
    jsonLinesSink((more) => void (lines += more)),
  ]

  const events = await Array.fromAsync(talker().run('hi', { sinks, runId: 'r' }))

  expect(array.events).toEqual(events)
  expect(heard).toEqual(events)
  expect([...runs]).toEqual(['talker r'])
  expect(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(events)
  expect(lines.endsWith('\n')).toBe(true)
})

test('waits for a slow sink before it goes on', async () => {
  const order: string[] = []
  const slow = callbackSink(async (event) => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    order.push(`sink ${event.type}`)
  })

  for await (const event of talker().run('hi', { sinks: [slow] })) order.push(`reader ${event.type}`)

  const pairs = order
    .filter((entry) => entry.startsWith('sink'))
    .flatMap((entry) => [entry, entry.replace('sink', 'reader')])
  // message.added and turn.ended come in one batch.
  expect(order.length).toBe(pairs.length)
  expect(order.indexOf('sink text.delta')).toBeLessThan(order.indexOf('reader text.delta'))
  expect(order.indexOf('reader text.delta')).toBeLessThan(order.lastIndexOf('sink text.delta'))
})

test('detaches a sink that throws, names it in the result, and goes on', async () => {
  const array = arraySink()
  let calls = 0
  const broken = callbackSink(() => {
    calls++
    throw new Error('pipe closed')
  })

  const { stop, sinkErrors } = await talker().run('hi', { sinks: [broken, array] }).result

  expect(stop.reason).toBe('done')
  expect(sinkErrors).toEqual([{ code: 'sink.failed', message: 'pipe closed', retryable: false }])
  expect(calls).toBe(1)
  expect(array.events.at(-1)?.type).toBe('run.ended')
})

test('hands events to another reader through a queue that makes the run wait', async () => {
  const queue = queueSink({ capacity: 1 })

  const [result, events] = await Promise.all([
    talker().run('hi', { sinks: [queue] }).result,
    Array.fromAsync(queue),
  ])

  expect(result.stop.reason).toBe('done')
  expect(events.filter((event) => event.type === 'text.delta').map((event) => event.text)).toEqual([
    'a',
    'b',
    'c',
  ])
  expect(events.at(-1)?.type).toBe('run.ended')
  expect(queue.dropped).toBe(0)
})

test('drops and counts what a full queue cannot hold when told to', async () => {
  const queue = queueSink({ capacity: 2, overflow: 'drop' })

  await talker().run('hi', { sinks: [queue] }).result
  const events = await Array.fromAsync(queue)

  expect(events.map((event) => event.type)).toEqual(['run.started', 'turn.started'])
  expect(queue.dropped).toBe(6)
})

test('frees the run when the reader of its queue leaves', async () => {
  const queue = queueSink({ capacity: 1 })
  const result = talker().run('hi', { sinks: [queue] }).result

  for await (const event of queue) if (event.type === 'turn.started') break

  expect((await result).stop.reason).toBe('done')
})

test('joins what a full queue cannot hold when told to, and loses nothing', async () => {
  const queue = queueSink({ capacity: 3, overflow: 'coalesce' })
  const ticks = tool({
    name: 'ticks',
    description: '',
    input: { type: 'object' },
    *execute() {
      yield 1
      yield 2
      return 'done'
    },
  })
  const script = [
    { text: ['a', 'b', 'c'], batch: 1, toolCalls: [{ name: 'ticks' }] },
    { text: ['d', 'e'], batch: 1 },
  ]
  const model = scriptedModel(script)

  const { stop } = await agent({ model, tools: [ticks] }).run('hi', { sinks: [queue] }).result
  const events = await Array.fromAsync(queue)

  expect(stop.reason).toBe('done')
  const live = events.filter((event) => !isDurable(event))
  expect(
    live.map((event) =>
      'text' in event ? [event.type, event.offset, event.text] : [event.type, event.value],
    ),
  ).toEqual([
    ['text.delta', 0, 'abc'],
    ['tool.input.delta', 0, ''],
    ['tool.progress', 2],
    ['text.delta', 0, 'de'],
  ])
  expect(events.filter(isDurable).map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(queue.dropped).toBe(0)
})

test('never joins what was told before a reset with what came after it', async () => {
  const queue = queueSink({ capacity: 1, overflow: 'coalesce' })
  const cut = new ModelError('model.interrupted', 'cut', { retryable: true, retryAfterMs: 0 })
  const model = scriptedModel([
    { text: ['old ', 'text'], batch: 1, error: cut, afterEvents: 2 },
    { text: ['new ', 'text'], batch: 1 },
  ])

  await agent({ model }).run('hi', { sinks: [queue] }).result
  const events = await Array.fromAsync(queue)

  expect(events.flatMap((event) => (event.type === 'text.delta' ? [event.text] : []))).toEqual([
    'old text',
    'new text',
  ])
})
