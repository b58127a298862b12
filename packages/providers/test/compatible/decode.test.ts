import type { ModelEvent } from '@heddle/core'
import { expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import type { Answer } from '../support/answer.ts'
import { ask, HELLO } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { chatFrames, chunk } from '../support/frames.ts'
import { providerServer, sendJson } from '../support/provider-server.ts'

function modelOf(frames: string): ReturnType<typeof compatible> {
  const fetch = chunkedFetch([new TextEncoder().encode(frames)])
  return compatible({ provider: 'fake', model: 'm', baseUrl: 'http://localhost', fetch })
}

function decode(...chunks: readonly object[]): Promise<Answer> {
  return ask(modelOf(chatFrames(...chunks, chunk({}, { finish_reason: 'stop' }))))
}

function call(index: number | undefined, id: string | undefined, name?: string, text?: string): object {
  return { index, id, function: { name, arguments: text } }
}

test('gives all events of one network read as one batch, in order', async () => {
  const frames = chatFrames(
    chunk({ content: 'a' }),
    chunk({ content: 'b' }),
    chunk({}, { finish_reason: 'stop' }),
  )

  const batches: (readonly ModelEvent[])[] = await Array.fromAsync(
    modelOf(frames).stream(HELLO, new AbortController().signal),
  )

  expect(batches).toEqual([
    [
      { type: 'text.delta', part: 0, text: 'a' },
      { type: 'text.delta', part: 0, text: 'b' },
      { type: 'finish', reason: 'stop', usage: null },
    ],
  ])
})

test('keeps parallel calls apart by index while they interleave', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, 'a', 'read', ''), call(1, 'b', 'list', '')] }),
    chunk({ tool_calls: [call(1, undefined, undefined, '{"dir":')] }),
    chunk({ tool_calls: [call(0, undefined, undefined, '{"file":"x"}')] }),
    chunk({ tool_calls: [call(1, undefined, undefined, '"."}')] }),
  )

  expect(answer).toEqual({
    parts: [
      { kind: 'call', name: 'read', text: '{"file":"x"}' },
      { kind: 'call', name: 'list', text: '{"dir":"."}' },
    ],
    reason: 'tool-calls',
    usage: null,
  })
})

test('tells calls apart by id when there is no index', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(undefined, 'a', 'read', '{"a":'), call(undefined, 'b', 'read', '{"b":')] }),
    chunk({ tool_calls: [call(undefined, 'a', undefined, '1}'), call(undefined, 'b', undefined, '2}')] }),
  )

  expect(answer.parts).toEqual([
    { kind: 'call', name: 'read', text: '{"a":1}' },
    { kind: 'call', name: 'read', text: '{"b":2}' },
  ])
})

test('begins a new call when an index comes again with a new id and name', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, 'a', 'read', '{"a":1}')] }),
    chunk({ tool_calls: [call(0, 'b', 'list', '{"b":2}')] }),
  )

  expect(answer.parts).toEqual([
    { kind: 'call', name: 'read', text: '{"a":1}' },
    { kind: 'call', name: 'list', text: '{"b":2}' },
  ])
})

test('begins a new call of the same name at the same index when the first is whole', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, '', 'read', '{"a":1}')] }),
    chunk({ tool_calls: [call(0, '', 'read', '{"a":2}')] }),
  )

  expect(answer.parts).toEqual([
    { kind: 'call', name: 'read', text: '{"a":1}' },
    { kind: 'call', name: 'read', text: '{"a":2}' },
  ])
})

test('goes on with a call whose id and name are repeated in every chunk', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, 'a', 'read', '{"a"')] }),
    chunk({ tool_calls: [call(0, 'a', 'read', ':1}')] }),
    chunk({ tool_calls: [call(0, 'a', 'read', '')] }),
  )

  expect(answer.parts).toEqual([{ kind: 'call', name: 'read', text: '{"a":1}' }])
})

test('goes on with a call whose id changes in every chunk', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, 'a', 'read', '{"a"')] }),
    chunk({ tool_calls: [call(0, 'z', undefined, ':1}')] }),
  )

  expect(answer.parts).toEqual([{ kind: 'call', name: 'read', text: '{"a":1}' }])
})

test('holds arguments back until the name is known', async () => {
  const answer = await decode(
    chunk({ tool_calls: [call(0, 'a', undefined, '{"a"')] }),
    chunk({ tool_calls: [call(0, undefined, 'read', ':1}')] }),
  )

  expect(answer.parts).toEqual([{ kind: 'call', name: 'read', text: '{"a":1}' }])
})

test('tells a call without arguments', async () => {
  const answer = await decode(chunk({ tool_calls: [call(0, 'a', 'now', '')] }))

  expect(answer.parts).toEqual([{ kind: 'call', name: 'now', text: '' }])
})

test('keeps what Google wants back with a call', async () => {
  const extra = { google: { thought_signature: 'sig' } }

  const answer = await decode(chunk({ tool_calls: [{ ...call(0, 'a', 'now', '{}'), extra_content: extra }] }))

  expect(answer.parts).toEqual([{ kind: 'call', name: 'now', text: '{}', opaque: { extra_content: extra } }])
})

test('begins a new part when reasoning, text and calls take turns', async () => {
  const answer = await decode(
    chunk({ reasoning: 'hm' }),
    chunk({ content: 'a' }),
    chunk({ tool_calls: [call(0, 'a', 'now', '{}')] }),
    chunk({ content: 'b' }),
  )

  expect(answer.parts).toEqual([
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'a' },
    { kind: 'call', name: 'now', text: '{}' },
    { kind: 'text', text: 'b' },
  ])
})

test('reads the lists in which Mistral sends thoughts and text', async () => {
  const answer = await decode(
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
    chunk({ content: [{ type: 'text', text: 'a' }] }),
  )

  expect(answer.parts).toEqual([
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'a' },
  ])
})

test("joins OpenRouter's streamed reasoning details into whole ones", async () => {
  const answer = await decode(
    chunk({ reasoning: 'a', reasoning_details: [{ type: 'reasoning.text', text: 'a', index: 0 }] }),
    chunk({ reasoning: 'b', reasoning_details: [{ type: 'reasoning.text', text: 'b', index: 0 }] }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', text: '', signature: 's', index: 0 }] }),
    chunk({ content: 'c', reasoning_details: [{ type: 'reasoning.encrypted', data: 'd', index: 1 }] }),
  )

  expect(answer.parts).toEqual([
    {
      kind: 'reasoning',
      text: 'ab',
      opaque: {
        reasoning_details: [
          { type: 'reasoning.text', text: 'ab', signature: 's', index: 0 },
          { type: 'reasoning.encrypted', data: 'd', index: 1 },
        ],
      },
    },
    { kind: 'text', text: 'c' },
  ])
})

test('takes the last usage that is told, wherever it stands', async () => {
  const answer = await ask(
    modelOf(
      chatFrames(
        { ...chunk({ content: 'a' }), usage: { prompt_tokens: 1, completion_tokens: 1 } },
        chunk(
          {},
          { finish_reason: 'stop', usage: { prompt_tokens: 2, completion_tokens: 2, cached_tokens: 1 } },
        ),
        {
          choices: [],
          usage: {
            prompt_tokens: 30,
            completion_tokens: 4,
            prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 5 },
            completion_tokens_details: { reasoning_tokens: 3 },
          },
        },
      ),
    ),
  )

  expect(answer.usage).toEqual({
    inputTokens: 30,
    outputTokens: 4,
    cacheReadTokens: 20,
    cacheWriteTokens: 5,
    reasoningTokens: 3,
  })
})

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['MAX_TOKENS', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['something_new', 'other'],
])('reads the finish reason %s as %s', async (name, reason) => {
  const answer = await ask(modelOf(chatFrames(chunk({ content: 'a' }, { finish_reason: name }))))

  expect(answer.reason).toBe(reason)
})

test('tells a refusal as text that was withheld', async () => {
  const answer = await decode(chunk({ refusal: 'I cannot' }), chunk({ refusal: ' help.' }))

  expect(answer).toEqual({
    parts: [{ kind: 'text', text: 'I cannot help.' }],
    reason: 'content-filter',
    usage: null,
  })
})

test('never splits a surrogate pair, in text and in arguments', async () => {
  const [high, low] = ['\ud83d', '\ude00']

  const answer = await decode(
    chunk({ content: `a${high}` }),
    chunk({ content: `${low}b${high}` }),
    chunk({ tool_calls: [call(0, 'a', 'say', `{"a":"${high}`)] }),
    chunk({ tool_calls: [call(0, undefined, undefined, `${low}"}`)] }),
  )

  expect(answer.parts).toEqual([
    { kind: 'text', text: 'a😀b\ufffd' },
    { kind: 'call', name: 'say', text: '{"a":"😀"}' },
  ])
})

test('skips comments, blank data, other choices and fields it does not know', async () => {
  const frames = [
    ': OPENROUTER PROCESSING\n\n',
    'data:\n\n',
    `id: 7\nretry: 10\ndata: ${JSON.stringify(chunk({ content: 'a', audio: null }))}\n\n`,
    `data: ${JSON.stringify({ choices: [{ index: 1, delta: { content: 'other' } }] })}\n\n`,
    `data: ${JSON.stringify({ type: 'news' })}\n\n`,
    `data: ${JSON.stringify(chunk({}, { finish_reason: 'stop' }))}\n\n`,
  ].join('')

  expect(await ask(modelOf(frames))).toEqual({
    parts: [{ kind: 'text', text: 'a' }],
    reason: 'stop',
    usage: null,
  })
})

test('reads a last event without its blank line, CRLF, and an end without an end mark', async () => {
  const frames = [chunk({ content: 'a' }), chunk({}, { finish_reason: 'stop' })]
    .map((one) => `data: ${JSON.stringify(one)}`)
    .join('\r\n\r\n')

  expect((await ask(modelOf(frames))).parts).toEqual([{ kind: 'text', text: 'a' }])
})

test('reads an answer that was not streamed', async () => {
  const server = await providerServer((response) =>
    sendJson(response, 200, {
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'a',
            tool_calls: [{ id: 'x', function: { name: 'now', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    }),
  )

  const answer = await ask(compatible({ provider: 'fake', model: 'm', baseUrl: server.url }))

  expect(answer).toEqual({
    parts: [
      { kind: 'text', text: 'a' },
      { kind: 'call', name: 'now', text: '{}' },
    ],
    reason: 'tool-calls',
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
  })
})
