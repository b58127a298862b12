import type { FinishReason, JsonObject, ModelError } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { openai } from '../../src/openai.ts'
import type { Answer } from '../support/answer.ts'
import { answerOf, ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { messageFrames } from '../support/frames.ts'
import { providerServer, sendJson } from '../support/provider-server.ts'

const COMPLETED = { type: 'response.completed', response: { status: 'completed', output: [], usage: null } }

function modelOf(frames: string): ReturnType<typeof openai> {
  return openai({ model: 'm', apiKey: 'key', fetch: chunkedFetch([new TextEncoder().encode(frames)]) })
}

function decode(...events: readonly object[]): Promise<Answer> {
  return ask(modelOf(messageFrames(...events, COMPLETED)))
}

async function failure(frames: string): Promise<ModelError> {
  return (await askUntilFailure(modelOf(frames))).error as ModelError
}

function text(delta: string, place: object = { output_index: 0, content_index: 0 }): object {
  return { type: 'response.output_text.delta', ...place, delta }
}

function args(delta: string, place: object): object {
  return { type: 'response.function_call_arguments.delta', ...place, delta }
}

function added(item: object, place: object = {}): object {
  return { type: 'response.output_item.added', ...place, item }
}

function done(item: object, place: object = {}): object {
  return { type: 'response.output_item.done', ...place, item }
}

function call(id: string, name: string, more: object = {}): JsonObject {
  return { type: 'function_call', id, call_id: `call_${id}`, name, arguments: '', ...more }
}

describe('items', () => {
  test('begin without being announced, and end without being done', async () => {
    const { parts } = await decode(text('Hel'), text('lo'))

    expect(parts).toEqual([{ kind: 'text', text: 'Hello' }])
  })

  test.each([
    ['when a text is done', { type: 'response.output_text.done', output_index: 0, text: 'Hello' }],
    [
      'when their item is done',
      done({ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }, { output_index: 0 }),
    ],
  ])('bring the text at once, %s', async (_, event) => {
    expect((await decode(event)).parts).toEqual([{ kind: 'text', text: 'Hello' }])
  })

  test('that came in pieces are not told twice, however often they are said to be done', async () => {
    const item = { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }

    const { parts } = await ask(
      modelOf(
        messageFrames(
          added({ type: 'message' }, { output_index: 0 }),
          text('Hel'),
          text('lo'),
          { type: 'response.output_text.done', output_index: 0, text: 'Hello' },
          done(item, { output_index: 0 }),
          { type: 'response.completed', response: { output: [item] } },
        ),
      ),
    )

    expect(parts).toEqual([{ kind: 'text', text: 'Hello' }])
  })

  test('of which only the whole answer tells are told then', async () => {
    const output = [
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'e',
      },
      { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] },
      call('fc_1', 'add', { arguments: '{"a":1}' }),
    ]

    const { parts, reason } = await ask(
      modelOf(messageFrames(text('Hello'), { type: 'response.completed', response: { output } })),
    )

    expect(parts).toEqual([
      { kind: 'text', text: 'Hello', opaque: { id: 'msg_1' } },
      { kind: 'reasoning', text: 'Hm.', opaque: output[0] },
      { kind: 'call', name: 'add', text: '{"a":1}', opaque: { id: 'fc_1' } },
    ])
    expect(reason).toBe('tool-calls')
  })

  test('of which the whole answer tells more are completed by it, each one once', async () => {
    const output = [
      call('fc_2', 'list', { arguments: '{"b":2}' }),
      call('fc_1', 'add', { arguments: '{"a":1}' }),
      call('fc_3', 'list', { arguments: '{}' }),
    ]
    const frames = messageFrames(
      added(call('fc_1', 'add'), { output_index: 0 }),
      added(call('fc_2', 'list'), { output_index: 1 }),
      done(call('fc_2', 'list', { arguments: '{"b":2}' }), { output_index: 1 }),
      { type: 'response.completed', response: { output } },
    )

    const events = (await Array.fromAsync(modelOf(frames).stream(HELLO, new AbortController().signal))).flat()

    expect(answerOf(events).parts).toEqual([
      { kind: 'call', name: 'add', text: '{"a":1}', opaque: { id: 'fc_1' } },
      { kind: 'call', name: 'list', text: '{"b":2}', opaque: { id: 'fc_2' } },
      { kind: 'call', name: 'list', text: '{}', opaque: { id: 'fc_3' } },
    ])
    expect(events.filter(({ type }) => type === 'part.opaque')).toHaveLength(3)
  })

  test('that are done are not gone on with: what comes without an index then is another', async () => {
    const { parts } = await decode(
      text('One', {}),
      done({ type: 'message', id: 'msg_1', content: [] }),
      text('Two', {}),
    )

    expect(parts).toEqual([
      { kind: 'text', text: 'One', opaque: { id: 'msg_1' } },
      { kind: 'text', text: 'Two' },
    ])
  })

  test('that end in half a letter end in a sign for it', async () => {
    const { parts } = await decode(text('a \ud83e'), {
      type: 'response.reasoning_text.delta',
      output_index: 1,
      delta: 'b \ud83e',
    })

    expect(parts.map((part) => part.text)).toEqual(['a \ufffd', 'b \ufffd'])
  })

  test('take turns, each known by its index', async () => {
    const { parts } = await decode(
      added(call('fc_1', 'add'), { output_index: 0 }),
      added(call('fc_2', 'list'), { output_index: 1 }),
      added({ type: 'message', id: 'msg_1' }, { output_index: 2 }),
      args('{"a"', { output_index: 0 }),
      text('So', { output_index: 2, content_index: 0 }),
      args('{}', { output_index: 1 }),
      args(':1}', { output_index: 0 }),
    )

    expect(parts).toEqual([
      { kind: 'call', name: 'add', text: '{"a":1}' },
      { kind: 'call', name: 'list', text: '{}' },
      { kind: 'text', text: 'So' },
    ])
  })

  test.each([
    ['at one index', { output_index: 0 }, { output_index: 0 }],
    ['without an index', {}, {}],
  ])('are known by their ids where a server puts them %s', async (_, first, second) => {
    const { parts } = await decode(
      added(call('fc_1', 'add'), first),
      added(call('fc_2', 'list'), second),
      args('{"a"', { ...first, item_id: 'fc_1' }),
      args('{}', { ...second, item_id: 'fc_2' }),
      args(':1}', { ...first, item_id: 'fc_1' }),
    )

    expect(parts).toEqual([
      { kind: 'call', name: 'add', text: '{"a":1}' },
      { kind: 'call', name: 'list', text: '{}' },
    ])
  })

  test('are known by their index where a server gives every event another id', async () => {
    const { parts } = await decode(
      added({ type: 'message', id: 'msg_1' }, { output_index: 0 }),
      text('Hel', { item_id: 'msg_2', output_index: 0 }),
      text('lo', { item_id: 'msg_3', output_index: 0 }),
      done(
        { type: 'message', id: 'msg_4', content: [{ type: 'output_text', text: 'Hello' }] },
        { output_index: 0 },
      ),
    )

    expect(parts).toEqual([{ kind: 'text', text: 'Hello', opaque: { id: 'msg_4' } }])
  })

  test('of other kinds may share an index: a text and a call at 0', async () => {
    const { parts } = await decode(
      added({ type: 'message', id: 'msg_1' }, { output_index: 0 }),
      added(call('fc_1', 'add'), { output_index: 0 }),
      text('So'),
      args('{}', { output_index: 0 }),
    )

    expect(parts).toEqual([
      { kind: 'call', name: 'add', text: '{}' },
      { kind: 'text', text: 'So' },
    ])
  })
})

describe('texts', () => {
  test('of one message are parts of their own, with citations and the phase', async () => {
    const annotation = { type: 'url_citation', url: 'https://example.com', start_index: 0, end_index: 2 }
    const { parts } = await decode(
      text('One', { output_index: 0, content_index: 0 }),
      text('Two', { output_index: 0, content_index: 1 }),
      done(
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          phase: 'commentary',
          content: [
            { type: 'output_text', text: 'One', annotations: [] },
            { type: 'output_text', text: 'Two', annotations: [annotation] },
          ],
        },
        { output_index: 0 },
      ),
    )

    expect(parts).toEqual([
      { kind: 'text', text: 'One', opaque: { id: 'msg_1', phase: 'commentary' } },
      { kind: 'text', text: 'Two', opaque: { id: 'msg_1', phase: 'commentary', annotations: [annotation] } },
    ])
  })

  test('keep the citations that came alone', async () => {
    const annotation = { type: 'url_citation', url: 'https://example.com' }

    const { parts } = await decode(text('So'), {
      type: 'response.output_text.annotation.added',
      output_index: 0,
      content_index: 0,
      annotation,
    })

    expect(parts).toEqual([{ kind: 'text', text: 'So', opaque: { annotations: [annotation] } }])
  })

  test('that refuse end content-filter', async () => {
    const answer = await decode(
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'I will ' },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'not.' },
      { type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'I will not.' },
      done(
        { type: 'message', id: 'msg_1', content: [{ type: 'refusal', refusal: 'I will not.' }] },
        { output_index: 0 },
      ),
    )

    expect(answer).toMatchObject({
      parts: [{ kind: 'text', text: 'I will not.', opaque: { id: 'msg_1', refused: true } }],
      reason: 'content-filter',
    })
  })
})

describe('reasoning', () => {
  test('is one part with its summaries', async () => {
    const summary = (delta: string, index: number): object => ({
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index: index,
      delta,
    })
    const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e', status: null }

    const { parts } = await decode(
      summary('On', 0),
      summary('e', 0),
      summary('Two', 1),
      done(item, { output_index: 0 }),
    )

    expect(parts).toEqual([
      {
        kind: 'reasoning',
        text: 'One\n\nTwo',
        opaque: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' },
      },
    ])
  })

  test('may come as its text, from servers that show it', async () => {
    const { parts } = await decode(
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'Hm.' },
      { type: 'response.reasoning_text.done', output_index: 0, content_index: 0, text: 'Hm.' },
    )

    expect(parts).toEqual([{ kind: 'reasoning', text: 'Hm.' }])
  })

  test('that shows nothing is a part all the same, because it must go back', async () => {
    const item = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' }

    expect((await decode(done(item, { output_index: 0 }))).parts).toEqual([
      { kind: 'reasoning', text: '', opaque: item },
    ])
  })
})

describe('calls', () => {
  test('wait for a name that comes late', async () => {
    const { parts } = await decode(
      added({ type: 'function_call', id: 'fc_1' }, { output_index: 0 }),
      args('{"a":1}', { output_index: 0 }),
      done(call('fc_1', 'add', { arguments: '{"a":1}' }), { output_index: 0 }),
    )

    expect(parts).toEqual([{ kind: 'call', name: 'add', text: '{"a":1}', opaque: { id: 'fc_1' } }])
  })

  test('without any name make the answer unreadable', async () => {
    const error = await failure(messageFrames(args('{}', { output_index: 0 }), COMPLETED))

    expect(error).toMatchObject({ code: 'model.bad_response', retryable: true })
  })

  test('bring their arguments at once where the server does not stream them', async () => {
    const { parts } = await decode(
      added(call('fc_1', 'add', { arguments: '{"a":1}' }), { output_index: 0 }),
      added(call('fc_2', 'add'), { output_index: 1 }),
      { type: 'response.function_call_arguments.done', output_index: 1, arguments: '{"a":2}' },
    )

    expect(parts.map((part) => part.text)).toEqual(['{"a":1}', '{"a":2}'])
  })

  test("of the caller's own kinds, and of the vendor's tools, are kept unread", async () => {
    const custom = { type: 'custom_tool_call', id: 'ct_1', call_id: 'c', name: 'sql', input: 'SELECT 1' }
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: null }

    const { parts, reason } = await decode(
      added({ ...custom, input: '' }, { output_index: 0 }),
      { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: 'SELECT 1' },
      done(custom, { output_index: 0 }),
      done(search, { output_index: 1 }),
    )

    const { action: _, ...kept } = search
    expect(parts).toEqual([
      { kind: 'opaque', opaque: custom },
      { kind: 'opaque', opaque: kept },
    ])
    expect(reason).toBe('stop')
  })
})

describe('an end', () => {
  test.each<[string, FinishReason]>([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['steered', 'other'],
  ])('for the reason %s is %s, whatever calls there are', async (name, reason) => {
    const end = {
      type: 'response.incomplete',
      response: { incomplete_details: { reason: name }, output: [] },
    }

    const answer = await ask(modelOf(messageFrames(added(call('fc_1', 'add'), { output_index: 0 }), end)))

    expect(answer.reason).toBe(reason)
  })

  test('may be the mark of Chat Completions, from servers that imitate both', async () => {
    const answer = await ask(modelOf(`${messageFrames(text('So'))}data: [DONE]\n\n`))

    expect(answer).toEqual({ parts: [{ kind: 'text', text: 'So' }], reason: 'stop', usage: null })
  })

  test('that does not come is model.interrupted, with what was told before', async () => {
    const { events, error } = await askUntilFailure(modelOf(messageFrames(text('So'))))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'So' }])
    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
  })

  test('counts tokens, those of a server that leaves out the reasoning as well', async () => {
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 15 },
      total_tokens: 135,
    }

    const answer = await ask(modelOf(messageFrames({ type: 'response.completed', response: { usage } })))

    expect(answer.usage).toEqual({
      inputTokens: 100,
      outputTokens: 35,
      cacheReadTokens: 60,
      cacheWriteTokens: 30,
      reasoningTokens: 15,
    })
  })
})

describe('a failure', () => {
  test.each([
    ['rate_limit_exceeded', 'model.rate_limited', true],
    ['server_error', 'model.unavailable', true],
    ['insufficient_quota', 'model.spend_limit', false],
    ['context_length_exceeded', 'model.context_overflow', false],
    ['invalid_prompt', 'model.invalid_request', false],
    ['invalid_image_url', 'model.invalid_request', false],
    ['image_too_large', 'model.invalid_request', false],
    ['unsupported_image_media_type', 'model.invalid_request', false],
    ['bio_policy', 'model.invalid_request', false],
    ['something_new', 'model.unavailable', true],
  ])('for %s is %s, whichever event tells of it', async (code, expected, retryable) => {
    const error = { code, message: 'It did not work out.' }
    const events = [
      { type: 'response.failed', response: { status: 'failed', error, output: [] } },
      { type: 'error', ...error, param: null, sequence_number: 3 },
      { type: 'error', error: { type: 'error', ...error } },
    ]

    for (const event of events) {
      expect(await failure(messageFrames(text('So'), event))).toMatchObject({ code: expected, retryable })
    }
    expect(await failure(`event: error\ndata: ${JSON.stringify(error)}\n\n`)).toMatchObject({
      code: expected,
    })
    expect(await failure(`data: ${JSON.stringify({ error })}\n\n`)).toMatchObject({ code: expected })
  })

  test('that says nothing is model.unavailable', async () => {
    const error = await failure(messageFrames({ type: 'response.failed', response: { error: null } }))

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
    expect(error.message).toBe('openai broke off its answer: the answer failed')
  })
})

describe('an answer that was not streamed', () => {
  async function answered(body: object): Promise<ReturnType<typeof openai>> {
    const server = await providerServer((response) => sendJson(response, 200, body))
    return openai({ model: 'm', apiKey: 'key', baseUrl: server.url })
  }

  test('is decoded like any other', async () => {
    const output = [
      { type: 'message', id: 'msg_1', content: [{ type: 'output_text', text: 'So', annotations: [] }] },
      call('fc_1', 'now', { arguments: '{}' }),
    ]
    const model = await answered({ status: 'completed', error: null, output, usage: null })

    expect(await ask(model)).toEqual({
      parts: [
        { kind: 'text', text: 'So', opaque: { id: 'msg_1' } },
        { kind: 'call', name: 'now', text: '{}', opaque: { id: 'fc_1' } },
      ],
      reason: 'tool-calls',
      usage: null,
    })
  })

  test.each([
    ['failed', { error: { code: 'server_error', message: 'x' } }, 'model.unavailable'],
    ['in_progress', { error: null }, 'model.interrupted'],
  ])('with the status %s is an error', async (status, more, code) => {
    const { error } = await askUntilFailure(await answered({ status, output: [], ...more }))

    expect(error).toMatchObject({ code })
  })
})
