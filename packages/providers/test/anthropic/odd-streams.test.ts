import { expect, test } from 'vitest'
import { anthropic } from '../../src/anthropic.ts'
import type { Answer } from '../support/answer.ts'
import { ask, askUntilFailure } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { messageFrames } from '../support/frames.ts'

/** What servers that imitate the Messages API have been seen to send, and what it means. */

function modelOf(frames: string): ReturnType<typeof anthropic> {
  return anthropic({ model: 'm', apiKey: 'key', fetch: chunkedFetch([new TextEncoder().encode(frames)]) })
}

function decode(...events: readonly object[]): Promise<Answer> {
  return ask(modelOf(messageFrames(...events)))
}

function start(usage?: object): object {
  return { type: 'message_start', message: { usage } }
}

function end(usage?: object, reason = 'end_turn'): object[] {
  return [{ type: 'message_delta', delta: { stop_reason: reason }, usage }, { type: 'message_stop' }]
}

function delta(index: number, of: object): object {
  return { type: 'content_block_delta', index, delta: of }
}

test('text and thinking whose block never began are told', async () => {
  const answer = await decode(
    start(),
    delta(0, { type: 'thinking_delta', thinking: 'hm' }),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    delta(1, { type: 'text_delta', text: 'so ' }),
    delta(1, { type: 'text_delta', text: 'it is' }),
    ...end(),
  )

  expect(answer.parts).toEqual([
    { kind: 'reasoning', text: 'hm', opaque: { signature: 'sig' } },
    { kind: 'text', text: 'so it is' },
  ])
})

test('pieces of unknown kinds open nothing', async () => {
  const answer = await decode(
    start(),
    delta(0, { type: 'hum_delta', hum: 'hm' }),
    delta(1, { type: 'input_json_delta', partial_json: '{}' }),
    { type: 'content_block_delta', index: 2, delta: null },
    ...end(),
  )

  expect(answer).toEqual({ parts: [], reason: 'stop', usage: null })
})

test('an input that comes with its call and then in pieces is told once', async () => {
  const call = { type: 'tool_use', id: 'a', name: 'add', input: { a: 1 } }

  const answer = await decode(
    start(),
    { type: 'content_block_start', index: 0, content_block: call },
    delta(0, { type: 'input_json_delta', partial_json: '{"a"' }),
    delta(0, { type: 'input_json_delta', partial_json: ':1}' }),
    { type: 'content_block_stop', index: 0 },
    ...end(),
  )

  expect(answer.parts).toEqual([{ kind: 'call', name: 'add', text: '{"a":1}' }])
})

test('a block of an unknown kind is kept whole: its texts grow, its other members are replaced', async () => {
  const answer = await decode(
    start(),
    { type: 'content_block_start', index: 0, content_block: { type: 'hum', tune: 'la', loud: 1 } },
    delta(0, { type: 'hum_delta', tune: ' la', loud: 2 }),
    delta(0, { type: 'hum_delta', tune: ' li', words: ['o'] }),
    { type: 'content_block_stop', index: 0 },
    ...end(),
  )

  expect(answer.parts).toEqual([
    { kind: 'opaque', opaque: { type: 'hum', tune: 'la la li', loud: 2, words: ['o'] } },
  ])
})

// https://github.com/BerriAI/litellm/issues/28067
test('a text block may begin without its text', async () => {
  const answer = await decode(
    start(),
    { type: 'content_block_start', index: 0, content_block: { type: 'text' } },
    delta(0, { type: 'text_delta', text: 'so' }),
    ...end(),
  )

  expect(answer.parts).toEqual([{ kind: 'text', text: 'so' }])
})

test('half a surrogate pair in the arguments of a call waits for the other', async () => {
  const answer = await decode(
    start(),
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', name: 'echo', input: {} } },
    delta(0, { type: 'input_json_delta', partial_json: '{"a":"\ud83e' }),
    delta(0, { type: 'input_json_delta', partial_json: '\uddf5"}' }),
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', name: 'echo', input: {} } },
    delta(1, { type: 'input_json_delta', partial_json: '{"a":"\ud83e' }),
    ...end({}, 'max_tokens'),
  )

  expect(answer.parts).toEqual([
    { kind: 'call', name: 'echo', text: '{"a":"🧵"}' },
    { kind: 'call', name: 'echo', text: '{"a":"\ufffd' },
  ])
})

test('a call without a name is no answer', async () => {
  const frames = messageFrames(
    start(),
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', input: {} } },
    ...end(),
  )

  const { error } = await askUntilFailure(modelOf(frames))

  expect(error).toMatchObject({ code: 'model.bad_response', retryable: true })
})

test.each([
  ['only in the end', {}, { input_tokens: 7, output_tokens: 3 }],
  ['as 0 in the beginning', { input_tokens: 0, output_tokens: 0 }, { input_tokens: 7, output_tokens: 3 }],
  ['as 0 in the end', { input_tokens: 7, output_tokens: 1 }, { input_tokens: 0, output_tokens: 3 }],
  ['as null in the end', { input_tokens: 7, output_tokens: 1 }, { input_tokens: null, output_tokens: 3 }],
])('counts that come %s are kept', async (_, first, last) => {
  const answer = await decode(start(first), ...end(last))

  expect(answer.usage).toMatchObject({ inputTokens: 7, outputTokens: 3 })
})

test('nothing that was counted is no usage', async () => {
  const answer = await decode(start({}), ...end({ input_tokens: null }))

  expect(answer.usage).toBeNull()
})

test('an end mark of the other wire behind the end is not read', async () => {
  const frames = messageFrames(start(), delta(0, { type: 'text_delta', text: 'so' }), ...end())

  const answer = await ask(modelOf(`${frames}data: [DONE]\n\n`))

  expect(answer.parts).toEqual([{ kind: 'text', text: 'so' }])
})

// https://github.com/BerriAI/litellm/pull/41826
test.each([
  ['event: error\ndata: {"error":{"type":"overloaded_error","message":"Overloaded"}}', 'model.unavailable'],
  ['data: {"error":{"message":"slow down","type":"rate_limit_error","code":"429"}}', 'model.rate_limited'],
  ['event: error\ndata: upstream broke', 'model.unavailable'],
])('the error %j is %s', async (frame, code) => {
  const begun = messageFrames(start(), delta(0, { type: 'text_delta', text: 'so' }))

  const { events, error } = await askUntilFailure(modelOf(`${begun}${frame}\n\n`))

  expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'so' }])
  expect(error).toMatchObject({ code, retryable: true })
})
