import { expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import type { Answer } from '../support/answer.ts'
import { ask, askUntilFailure } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { chatFrames, chunk } from '../support/frames.ts'

/** What servers that speak this wire have been seen to send, and what it means. */

function modelOf(frames: string): ReturnType<typeof compatible> {
  const fetch = chunkedFetch([new TextEncoder().encode(frames)])
  return compatible({ provider: 'fake', model: 'm', baseUrl: 'http://localhost', fetch })
}

function decode(...chunks: readonly object[]): Promise<Answer> {
  return ask(modelOf(chatFrames(...chunks)))
}

function piece(call: object): object {
  return chunk({ tool_calls: [call] })
}

const STOP = chunk({}, { finish_reason: 'stop' })
const ADD = { kind: 'call', name: 'add', text: '{"a":1}' }

// https://github.com/vercel/ai/issues/20203, https://github.com/ollama/ollama/issues/4357
test('empty lists of calls, empty reasons and nulls in every chunk part nothing', async () => {
  const blank = { role: 'assistant', content: null, reasoning_content: null, refusal: null, tool_calls: [] }

  const answer = await decode(
    chunk({ ...blank, reasoning_content: 'let ' }, { finish_reason: '' }),
    chunk({ ...blank, reasoning_content: 'me' }, { finish_reason: '' }),
    chunk({ ...blank, content: 'so ' }, { finish_reason: '' }),
    chunk({ ...blank, content: 'it is', tool_calls: null }, { finish_reason: '' }),
    STOP,
  )

  expect(answer.parts).toEqual([
    { kind: 'reasoning', text: 'let me' },
    { kind: 'text', text: 'so it is' },
  ])
})

test('an end mark without a finish reason ends an answer whose reason nobody knows', async () => {
  const answer = await decode(chunk({ content: 'so' }))

  expect([answer.parts, answer.reason]).toEqual([[{ kind: 'text', text: 'so' }], 'other'])
})

// https://github.com/vllm-project/vllm/pull/36944
test('text beside the finish reason is told', async () => {
  const answer = await decode(
    chunk({ content: 'so ' }),
    chunk({ content: 'it' }, { finish_reason: 'length' }),
  )

  expect([answer.parts, answer.reason]).toEqual([[{ kind: 'text', text: 'so it' }], 'length'])
})

// https://github.com/BerriAI/litellm/issues/1371
test('an empty usage is none, and takes no counts away', async () => {
  const counted = { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } }

  const none = await decode({ ...chunk({ content: 'so' }), usage: {} }, STOP)
  const some = await decode({ ...chunk({ content: 'so' }), ...counted }, { ...STOP, usage: {} })

  expect(none.usage).toBeNull()
  expect(some.usage).toMatchObject({ inputTokens: 5, outputTokens: 2 })
})

test.each([
  ['DeepSeek', { prompt_cache_hit_tokens: 3, prompt_cache_miss_tokens: 2 }],
  ['Moonshot', { cached_tokens: 3 }],
  ['others', { prompt_tokens_details: { cached_tokens: 3 }, prompt_cache_hit_tokens: 9 }],
])('what was read from the cache is counted as %s count it', async (_, counts) => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, ...counts }

  const answer = await decode({ ...STOP, usage })

  expect(answer.usage).toMatchObject({ inputTokens: 5, cacheReadTokens: 3 })
})

test('arguments may come as an object', async () => {
  const answer = await decode(piece({ index: 0, function: { name: 'add', arguments: { a: 1 } } }), STOP)

  expect(answer.parts).toEqual([ADD])
})

test.each([
  ['length', 'length'],
  ['content_filter', 'content-filter'],
  ['tool_calls', 'tool-calls'],
])('a stop behind the finish reason %s does not take it away', async (told, reason) => {
  const answer = await decode(chunk({ content: 'so' }, { finish_reason: told }), STOP)

  expect(answer.reason).toBe(reason)
})

test('a finish reason behind a stop is taken', async () => {
  const answer = await decode(STOP, chunk({}, { finish_reason: 'length' }))

  expect(answer.reason).toBe('length')
})

// https://github.com/1CatAI/1Cat-vLLM/issues/240, https://github.com/deepset-ai/haystack/pull/9565
test('names, ids and arguments of null go on with the call', async () => {
  const answer = await decode(
    piece({ index: 0, id: 'call_1', type: 'function', function: { name: 'add', arguments: null } }),
    piece({ index: 0, id: null, function: { name: null, arguments: '{"a"' } }),
    piece({ index: 0, id: '', type: null, function: { name: '', arguments: ':1}' } }),
    piece({ index: 0, function: { name: null, arguments: null } }),
    piece({ index: 0, function: null }),
    STOP,
  )

  expect([answer.parts, answer.reason]).toEqual([[ADD], 'tool-calls'])
})

test('indices of calls may jump, and need not begin with 0', async () => {
  const answer = await decode(
    piece({ index: 3, id: 'a', function: { name: 'add', arguments: '{"a"' } }),
    piece({ index: 1, id: 'b', function: { name: 'list', arguments: '' } }),
    piece({ index: 3, function: { arguments: ':1}' } }),
    piece({ index: 1, function: { arguments: '{}' } }),
    STOP,
  )

  expect(answer.parts).toEqual([ADD, { kind: 'call', name: 'list', text: '{}' }])
})

test('reasoning behind text keeps its details', async () => {
  const details = [{ type: 'reasoning.encrypted', data: 'd', index: 0 }]

  const answer = await decode(
    chunk({ content: 'so ' }),
    chunk({ reasoning: 'hm', reasoning_details: details }),
    chunk({ content: 'it is' }),
    STOP,
  )

  expect(answer.parts).toEqual([
    { kind: 'text', text: 'so ' },
    { kind: 'reasoning', text: 'hm', opaque: { reasoning_details: details } },
    { kind: 'text', text: 'it is' },
  ])
})

test('a call that never gets its name is no answer', async () => {
  const frames = chatFrames(
    chunk({ content: 'so' }),
    piece({ index: 0, function: { arguments: '{}' } }),
    STOP,
  )

  const { events, error } = await askUntilFailure(modelOf(frames))

  expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'so' }])
  expect(error).toMatchObject({ code: 'model.bad_response', retryable: true })
})

test('what stands behind the end mark is not read', async () => {
  const behind = [{ error: { message: 'late' } }, 'nonsense', chunk({ content: ' more' })]
  const frames = chatFrames(chunk({ content: 'so' }), STOP)

  const answer = await ask(modelOf(frames + chatFrames(...behind)))

  expect(answer.parts).toEqual([{ kind: 'text', text: 'so' }])
})

test.each([
  [{ error: 'Model is overloaded', error_type: 'overloaded' }, 'model.unavailable'],
  [{ error: { message: 'slow down', code: '429' } }, 'model.rate_limited'],
  [{ error: { message: 'slow down', type: 'rate_limit_error', code: null } }, 'model.rate_limited'],
  [{ object: 'error', message: 'bad', type: 'BadRequestError', code: 400 }, 'model.invalid_request'],
  [{ choices: [], error: { message: 'upstream', code: 502 } }, 'model.unavailable'],
])('the error %j in the stream is %s, even without a blank line behind it', async (said, code) => {
  const begun = `data: ${JSON.stringify(chunk({ content: 'so' }))}\n\n`

  for (const end of ['\n\n', '\n', '']) {
    const { events, error } = await askUntilFailure(modelOf(`${begun}data: ${JSON.stringify(said)}${end}`))

    expect(events).toHaveLength(1)
    expect(error).toMatchObject({ code })
  }
})
