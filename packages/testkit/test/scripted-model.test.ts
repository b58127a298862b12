import { ModelError, userMessage } from '@heddle/core'
import type { ModelEvent, ModelRequest } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel } from '@heddle/testkit'

const request: ModelRequest = { instructions: '', messages: [userMessage('hi')], tools: [] }
const never = new AbortController().signal

async function ask(model: ScriptedModel, signal = never): Promise<ModelEvent[]> {
  return (await Array.fromAsync(model.stream(request, signal))).flat()
}

describe('answers', () => {
  test('plays its turns in order, a string being a text', async () => {
    const model = scriptedModel(['one', { text: ['t', 'wo'], usage: { inputTokens: 3, outputTokens: 2 } }])

    const answers = [await ask(model), await ask(model)]

    expect(answers).toEqual([
      [
        { type: 'text.delta', part: 0, text: 'one' },
        { type: 'finish', reason: 'stop', usage: null },
      ],
      [
        { type: 'text.delta', part: 0, text: 't' },
        { type: 'text.delta', part: 0, text: 'wo' },
        {
          type: 'finish',
          reason: 'stop',
          usage: {
            inputTokens: 3,
            outputTokens: 2,
            cacheReadTokens: 0,
            cacheWriteTokens: 0,
            reasoningTokens: 0,
          },
        },
      ],
    ])
  })

  test('numbers reasoning, text and calls as parts, and sends raw arguments as they are', async () => {
    const model = scriptedModel([
      {
        reasoning: 'hm',
        text: 'look',
        toolCalls: [
          { name: 'add', input: { a: 1 } },
          { name: 'list', rawInput: '' },
          { name: 'bad', rawInput: ['{"a"', ':'] },
        ],
      },
    ])

    const events = await ask(model)

    expect(events).toEqual([
      { type: 'reasoning.delta', part: 0, text: 'hm' },
      { type: 'text.delta', part: 1, text: 'look' },
      { type: 'tool.input.delta', part: 2, name: 'add', text: '{"a":1}' },
      { type: 'tool.input.delta', part: 3, name: 'list', text: '' },
      { type: 'tool.input.delta', part: 4, name: 'bad', text: '{"a"' },
      { type: 'tool.input.delta', part: 4, name: 'bad', text: ':' },
      { type: 'finish', reason: 'tool-calls', usage: null },
    ])
  })

  test('tells given events as they are and adds no second finish', async () => {
    const events: ModelEvent[] = [
      { type: 'part.opaque', part: 0, opaque: { id: 'rs_1' } },
      { type: 'finish', reason: 'length', usage: null },
    ]

    expect(await ask(scriptedModel([{ events }]))).toEqual(events)
  })

  test('gives one batch, or batches of the size it is told', async () => {
    const text = ['a', 'b', 'c', 'd']
    const model = scriptedModel([{ text }, { text, batch: 2 }])

    const sizes = []
    for (let turn = 0; turn < 2; turn++) {
      const batches = await Array.fromAsync(model.stream(request, never))
      sizes.push(batches.map((batch) => batch.length))
    }

    expect(sizes).toEqual([[5], [2, 2, 1]])
  })

  test('asks a function for the turn, with the request and the count', async () => {
    const model = scriptedModel([(asked, call) => `${asked.messages.length} message, call ${call}`])

    const [first] = await ask(model)

    expect(first).toEqual({ type: 'text.delta', part: 0, text: '1 message, call 1' })
  })

  test('throws a clear error beyond the script, unless the last turn repeats', async () => {
    const short = scriptedModel(['one'])
    const endless = scriptedModel(['one'], { repeatLast: true })
    await ask(short)
    await ask(endless)

    await expect(ask(short)).rejects.toMatchObject({
      code: 'model.invalid_request',
      retryable: false,
      message:
        'The scripted model has 1 turn(s) and was asked for turn 2: add a turn to its script, or set repeatLast.',
    })
    expect(await ask(endless)).toHaveLength(2)
  })

  test('waits the delay of the runtime before each batch', async () => {
    const runtime = scriptedRuntime()
    const model = scriptedModel([{ text: ['a', 'b'], batch: 1, delayMs: 100 }], { runtime })
    const seenAtMs: number[] = []
    const reading = (async () => {
      for await (const _ of model.stream(request, never)) seenAtMs.push(runtime.monotonicMs())
    })()

    await runtime.advance(1_000)
    await reading

    expect(seenAtMs).toEqual([100, 200, 300])
  })
})

describe('failures', () => {
  test('throws the scripted error after as many events as it is told', async () => {
    const error = new ModelError('model.unavailable', '503', { retryable: true })
    const model = scriptedModel([{ text: ['a', 'b'], error, afterEvents: 1 }])
    const seen: ModelEvent[] = []

    const reading = (async () => {
      for await (const batch of model.stream(request, never)) seen.push(...batch)
    })()

    await expect(reading).rejects.toBe(error)
    expect(seen).toEqual([{ type: 'text.delta', part: 0, text: 'a' }])
    expect([model.abortedCount, model.openStreams]).toEqual([0, 0])
  })

  test('hangs until the signal aborts, then throws model.aborted', async () => {
    const model = scriptedModel([{ text: 'a', hang: true, afterEvents: 1 }])
    const abort = new AbortController()
    const iterator = model.stream(request, abort.signal)[Symbol.asyncIterator]()

    const first = await iterator.next()
    const second = iterator.next()
    const openWhileHanging = model.openStreams
    abort.abort()

    await expect(second).rejects.toMatchObject({ code: 'model.aborted' })
    expect(first.value).toEqual([{ type: 'text.delta', part: 0, text: 'a' }])
    expect([openWhileHanging, model.openStreams, model.abortedCount]).toEqual([1, 0, 1])
  })

  test('refuses to begin when the signal is aborted already', async () => {
    const model = scriptedModel(['a'])

    await expect(ask(model, AbortSignal.abort())).rejects.toMatchObject({ code: 'model.aborted' })
  })
})

describe('records', () => {
  test('keeps every request with a list of messages of its own', async () => {
    const model = scriptedModel(['a'], { repeatLast: true })
    const messages = [userMessage('hi')]
    await Array.fromAsync(model.stream({ ...request, messages }, never))

    messages.push(userMessage('more'))

    expect(model.calls).toBe(1)
    expect(model.requests).toEqual([request])
  })

  test('counts a reader that leaves early as aborted, one that leaves at the finish not', async () => {
    const model = scriptedModel([{ text: ['a', 'b'], batch: 1 }], { repeatLast: true })

    for await (const _ of model.stream(request, never)) break
    for await (const [event] of model.stream(request, never)) if (event?.type === 'finish') break

    expect([model.abortedCount, model.openStreams]).toEqual([1, 0])
  })

  test('has the id and the info it is told, and knows nothing else', () => {
    const model = scriptedModel([], { id: 'fake/one', info: { contextWindow: 1_000 } })

    expect([model.id, model.info]).toEqual([
      'fake/one',
      { contextWindow: 1_000, maxOutputTokens: null, price: null },
    ])
  })
})
