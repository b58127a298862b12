import Anthropic from '@anthropic-ai/sdk'
import { afterEach, describe, expect, test } from 'vitest'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeScripts, FakeTurn } from '@heddle/testkit/fake-provider'
import { eventsOf, openaiBody, postAnthropic, postOpenai } from './client.ts'

let provider: FakeProvider

afterEach(() => provider.close())

async function start(...turns: FakeTurn[]): Promise<FakeProvider> {
  return startWith({ m: { turns } })
}

async function startWith(scripts: FakeScripts): Promise<FakeProvider> {
  provider = await startFakeProvider({ scripts })
  return provider
}

const question: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'm',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hi' }],
}

function sdk(): Anthropic {
  return new Anthropic({ apiKey: 'test', baseURL: provider.anthropicBaseUrl, maxRetries: 0 })
}

const chunk = (choice: object): object => ({
  event: undefined,
  data: {
    id: 'chatcmpl-fake-0',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model: 'm',
    system_fingerprint: 'fp_fake',
    choices: [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
    usage: null,
  },
})

describe('the OpenAI wire', () => {
  test('streams reasoning, text, two calls, the finish reason, the usage and [DONE]', async () => {
    await start({
      reasoning: 'hm',
      text: 'a b',
      toolCalls: [
        { name: 'add', arguments: { a: 1 } },
        { name: 'list', arguments: '' },
      ],
      argumentChunks: 2,
      usage: { input: 7, output: 5, cached: 3 },
    })

    const response = await postOpenai(provider)
    const events = await eventsOf(response)

    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(events).toEqual([
      chunk({ delta: { role: 'assistant', content: null } }),
      chunk({ delta: { reasoning_content: 'hm' } }),
      chunk({ delta: { content: 'a' } }),
      chunk({ delta: { content: ' b' } }),
      chunk({
        delta: {
          tool_calls: [
            { index: 0, id: 'call_fake_0_0', type: 'function', function: { name: 'add', arguments: '' } },
          ],
        },
      }),
      chunk({ delta: { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] } }),
      chunk({ delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } }),
      chunk({
        delta: {
          tool_calls: [
            { index: 1, id: 'call_fake_0_1', type: 'function', function: { name: 'list', arguments: '' } },
          ],
        },
      }),
      chunk({ delta: {}, finish_reason: 'tool_calls' }),
      {
        event: undefined,
        data: {
          ...(chunk({}) as { data: object }).data,
          choices: [],
          usage: {
            prompt_tokens: 7,
            completion_tokens: 5,
            total_tokens: 12,
            prompt_tokens_details: { cached_tokens: 3, audio_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
          },
        },
      },
      { event: undefined, data: '[DONE]' },
    ])
  })

  test('tells no usage to a stream that did not ask for it', async () => {
    await start({ text: 'a' })

    const events = await eventsOf(await postOpenai(provider, { ...openaiBody, stream_options: undefined }))

    expect(events.filter(({ data }) => typeof data === 'object' && data !== null && 'usage' in data)).toEqual(
      [],
    )
  })

  test('answers in one JSON document when it need not stream', async () => {
    await start({ text: 'a b', toolCalls: [{ name: 'add', arguments: { a: 1 } }] })

    const response = await postOpenai(provider, { ...openaiBody, stream: false })

    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'a b',
            tool_calls: [
              { id: 'call_fake_0_0', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 3 },
    })
  })
})

describe('the Anthropic wire, read by its official SDK', () => {
  test('streams thinking, text and two calls that add up to the message', async () => {
    await start({
      reasoning: 'hm',
      text: 'a b',
      toolCalls: [
        { name: 'add', arguments: { a: 1 } },
        { name: 'list', arguments: '' },
      ],
      argumentChunks: 3,
      usage: { input: 7, output: 5, cached: 3 },
    })

    const message = await sdk().messages.stream(question).finalMessage()

    expect(message).toMatchObject({
      id: 'msg_fake_0',
      model: 'm',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'RmFrZSBzaWduYXR1cmU=' },
        { type: 'text', text: 'a b' },
        { type: 'tool_use', id: 'toolu_fake_0_0', name: 'add', input: { a: 1 } },
        { type: 'tool_use', id: 'toolu_fake_0_1', name: 'list', input: {} },
      ],
      usage: { input_tokens: 4, cache_read_input_tokens: 3, output_tokens: 5 },
    })
  })

  test('answers in one JSON document when it need not stream', async () => {
    await start({ text: 'a b', finish: 'length' })

    const message = await sdk().messages.create(question)

    expect(message).toMatchObject({ content: [{ type: 'text', text: 'a b' }], stop_reason: 'max_tokens' })
  })

  test('sends errors that the SDK recognises', async () => {
    await start({
      faults: [
        { kind: 'status', status: 529 },
        { kind: 'error-event', afterDeltas: 0 },
      ],
    })

    const ask = (): Promise<Anthropic.Message> => sdk().messages.stream(question).finalMessage()

    await expect(ask()).rejects.toMatchObject({
      status: 529,
      message: expect.stringContaining('overloaded_error'),
    })
    await expect(ask()).rejects.toThrow(/overloaded_error/)
  })
})

describe('splitting', () => {
  test('cuts text, reasoning and arguments at the same places on both wires', async () => {
    await start({
      reasoning: 'think 🧵 twice',
      text: 'warp 🧶🧶 and weft',
      chunkSize: 3,
      toolCalls: [{ name: 'echo', arguments: { text: '🧵🧵' } }],
      argumentChunks: 5,
    })

    const openai = await eventsOf(await postOpenai(provider))
    const anthropic = await eventsOf(await postAnthropic(provider))

    const fromOpenai = openai.flatMap(({ data }) => openaiDelta(data))
    expect(fromOpenai.join('|')).toBe('thi|nk |🧵 |twi|ce|war|p 🧶|🧶 |and| we|ft|{"t|ext|":"|🧵🧵|"}')
    expect(anthropic.flatMap(({ data }) => anthropicDelta(data))).toEqual(fromOpenai)
  })

  test('takes the deltas of an array as they are, halves of a surrogate pair too', async () => {
    await start({ text: ['a', '', '\ud83e', '\uddf5'] })

    const deltas = (await eventsOf(await postOpenai(provider))).flatMap(({ data }) => openaiDelta(data))

    expect(deltas).toEqual(['a', '\ud83e', '\uddf5'])
  })
})

/** The pieces that say something; empty ones only open a part. */
function openaiDelta(data: unknown): string[] {
  const { choices } = data as { choices?: { delta: Record<string, unknown> }[] }
  const { content, reasoning_content, tool_calls } = choices?.[0]?.delta ?? {}
  const [call] = (tool_calls ?? []) as { function: { arguments: string } }[]
  return [content, reasoning_content, call?.function.arguments].filter(
    (text): text is string => typeof text === 'string' && text !== '',
  )
}

function anthropicDelta(data: unknown): string[] {
  const { delta } = data as { delta?: Record<string, unknown> }
  return [delta?.['text'], delta?.['thinking'], delta?.['partial_json']].filter(
    (text): text is string => typeof text === 'string' && text !== '',
  )
}

describe('models', () => {
  test('lists them the way each client expects', async () => {
    await startWith({ one: { turns: [] }, two: { turns: [] } })
    const get = async (path: string, headers = {}): Promise<unknown> =>
      (await fetch(provider.url + path, { headers })).json()

    const [openai, anthropic, ollama] = [
      await get('/v1/models'),
      await get('/v1/models', { 'anthropic-version': '2023-06-01' }),
      await get('/api/tags'),
    ]

    expect(openai).toMatchObject({ object: 'list', data: [{ id: 'one', object: 'model' }, { id: 'two' }] })
    expect(anthropic).toMatchObject({ data: [{ id: 'one', type: 'model' }, { id: 'two' }], has_more: false })
    expect(ollama).toMatchObject({ models: [{ name: 'one', model: 'one' }, { name: 'two' }] })
  })
})
