import { ConfigError, ModelError } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import type { CompatibleOptions } from '../../src/compatible.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { chatFrames, chunk } from '../support/frames.ts'
import { beginStream, closedPort, providerServer, sendJson, sendStream } from '../support/provider-server.ts'

const KEY = 'sk-very-secret-key'

function modelAt(baseUrl: string, more: Partial<CompatibleOptions> = {}): ReturnType<typeof compatible> {
  return compatible({ provider: 'fake', model: 'm', baseUrl, apiKey: KEY, ...more })
}

function modelOf(frames: string): ReturnType<typeof compatible> {
  return modelAt('http://localhost', { fetch: chunkedFetch([new TextEncoder().encode(frames)]) })
}

async function failureOf(model: ReturnType<typeof compatible>): Promise<object> {
  const { error } = await askUntilFailure(model)
  expect(error).toBeInstanceOf(ModelError)
  return (error as ModelError).toJSON()
}

describe('an answer that is no stream', () => {
  const said = { error: { message: 'Vendor says no.', type: 'x', code: null } }

  test.each([
    [401, said, 'model.auth', false],
    [403, said, 'model.auth', false],
    [402, said, 'model.spend_limit', false],
    [404, said, 'model.not_found', false],
    [400, said, 'model.invalid_request', false],
    [413, said, 'model.invalid_request', false],
    [422, said, 'model.invalid_request', false],
    [408, said, 'model.timeout', true],
    [409, said, 'model.unavailable', true],
    [425, said, 'model.unavailable', true],
    [429, said, 'model.rate_limited', true],
    [500, said, 'model.unavailable', true],
    [503, said, 'model.unavailable', true],
    [529, said, 'model.unavailable', true],
  ])('gives %i its code', async (status, body, code, retryable) => {
    const server = await providerServer((response) => sendJson(response, status, body))

    expect(await failureOf(modelAt(server.url))).toEqual({
      code,
      message: expect.stringContaining(`fake answered ${status}: Vendor says no`),
      retryable,
    })
  })

  test.each([
    [
      'OpenAI',
      400,
      {
        error: {
          message: "This model's maximum context length is 128000 tokens",
          code: 'context_length_exceeded',
        },
      },
    ],
    [
      'Google',
      400,
      [
        {
          error: {
            code: 400,
            message: 'The input token count (12) exceeds the maximum number of tokens allowed (10).',
          },
        },
      ],
    ],
    [
      'Mistral',
      400,
      {
        object: 'error',
        message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
      },
    ],
    ['Groq', 413, { error: { message: 'Please reduce the length of the messages or completion.' } }],
    [
      'xAI',
      400,
      { error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens." },
    ],
    [
      'llama.cpp',
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size',
          type: 'exceed_context_size_error',
        },
      },
    ],
    ['Moonshot', 400, { error: { message: 'Your request exceeded model token limit: 131072' } }],
    ['Z.ai', 400, { error: { code: '1261', message: 'Prompt exceeds max length' } }],
  ])('knows how %s says that the transcript is too long', async (_vendor, status, body) => {
    const server = await providerServer((response) => sendJson(response, status, body))

    expect(await failureOf(modelAt(server.url))).toMatchObject({
      code: 'model.context_overflow',
      retryable: false,
    })
  })

  test.each([
    ['OpenAI', 429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
    ['Anthropic', 400, { error: { message: 'Your credit balance is too low to access the API' } }],
    ['DeepSeek', 402, { error: { message: 'Insufficient Balance' } }],
    [
      'xAI',
      403,
      { error: 'Your team has either used all available credits or reached its monthly spending limit.' },
    ],
    [
      'a gateway',
      429,
      { error: { message: 'stop', details: { error_code: 'enforced_spend_limit_reached' } } },
    ],
  ])('tells a spending limit of %s from a rate limit', async (_vendor, status, body) => {
    const server = await providerServer((response) => sendJson(response, status, body))

    expect(await failureOf(modelAt(server.url))).toMatchObject({
      code: 'model.spend_limit',
      retryable: false,
    })
  })

  test('keeps a rate limit of Google a rate limit, with the delay from its body', async () => {
    const server = await providerServer((response) =>
      sendJson(response, 429, [
        {
          error: {
            code: 429,
            message: 'You exceeded your current quota, please check your plan and billing details.',
            status: 'RESOURCE_EXHAUSTED',
            details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17.5s' }],
          },
        },
      ]),
    )

    expect(await failureOf(modelAt(server.url))).toMatchObject({
      code: 'model.rate_limited',
      retryAfterMs: 17_500,
    })
  })

  test.each([
    [{ 'retry-after-ms': '1250', 'retry-after': '9' }, 1250],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '-3' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 1998 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
  ])('reads the wait from %j', async (headers, retryAfterMs) => {
    const server = await providerServer((response) => {
      response.writeHead(429, headers as Record<string, string>)
      response.end('{}')
    })

    const { error } = await askUntilFailure(modelAt(server.url))

    expect((error as ModelError).retryAfterMs).toBe(retryAfterMs)
  })

  test('reads the wait from a date to come', async () => {
    const server = await providerServer((response) => {
      response.writeHead(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })
      response.end()
    })

    const { error } = await askUntilFailure(modelAt(server.url))

    expect((error as ModelError).retryAfterMs).toBeGreaterThan(50_000)
    expect((error as ModelError).retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('never repeats the key or a long text', async () => {
    const server = await providerServer((response) =>
      sendJson(response, 401, { error: { message: `Incorrect key ${KEY}. ${'x'.repeat(5000)}` } }),
    )

    const { message } = (await failureOf(modelAt(server.url))) as { message: string }

    expect(message).toMatch(/^fake answered 401: Incorrect key \*\*\*\. x{200,300}…; check the API key$/)
  })

  test('takes the words out of an error page', async () => {
    const server = await providerServer((response) => {
      response.writeHead(502, { 'content-type': 'text/html' })
      response.end('<html><style>b{}</style><h1>502 Bad Gateway</h1></html>')
    })

    expect(await failureOf(modelAt(server.url))).toEqual({
      code: 'model.unavailable',
      message: 'fake answered 502: 502 Bad Gateway',
      retryable: true,
    })
  })

  test('says that a page with status 200 comes from a wrong base URL', async () => {
    const server = await providerServer((response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>Welcome</html>')
    })

    expect(await failureOf(modelAt(server.url))).toEqual({
      code: 'model.bad_response',
      message: 'fake did not answer with an event stream; check the base URL',
      retryable: true,
    })
  })

  test('does not follow a redirect', async () => {
    const other = await providerServer((response) => sendStream(response, chatFrames()))
    const server = await providerServer((response) => {
      response.writeHead(307, { location: `${other.url}/chat/completions` })
      response.end()
    })

    expect(await failureOf(modelAt(server.url))).toEqual({
      code: 'model.invalid_request',
      message: 'fake answered with a redirect, which is not followed; correct the base URL',
      retryable: false,
    })
    expect(other.requests).toEqual([])
  })
})

describe('a stream that goes wrong', () => {
  const begun = `data: ${JSON.stringify(chunk({ content: 'half' }))}\n\n`
  const HALF = [{ type: 'text.delta', part: 0, text: 'half' }]

  test.each([
    [
      'an error object',
      `${begun}data: {"error":{"message":"Overloaded","code":503}}\n\n`,
      'model.unavailable',
      true,
    ],
    [
      'an error event',
      `${begun}event: error\ndata: {"message":"Too many requests"}\n\n`,
      'model.rate_limited',
      true,
    ],
    [
      'an error event of plain text',
      `${begun}event: error\ndata: out of memory\n\n`,
      'model.unavailable',
      true,
    ],
    [
      'a failure as finish reason',
      `${begun}data: ${JSON.stringify(chunk({}, { finish_reason: 'error' }))}\n\n`,
      'model.unavailable',
      true,
    ],
    [
      'a refused key',
      `${begun}data: {"error":{"message":"no","type":"invalid_api_key"}}\n\n`,
      'model.auth',
      false,
    ],
    [
      'a transcript that is too long',
      `${begun}data: {"object":"error","message":"maximum context length is 5","code":400}\n\n`,
      'model.context_overflow',
      false,
    ],
    ['malformed JSON', `${begun}data: {"choices":[{"delta"\n\n${begun}`, 'model.bad_response', true],
    ['no end', begun, 'model.interrupted', true],
    ['an event cut in half', `${begun}data: {"choi`, 'model.interrupted', true],
    ['nothing', '', 'model.interrupted', true],
  ])('tells what came before %s, and then fails', async (_what, frames, code, retryable) => {
    const { events, error } = await askUntilFailure(modelOf(frames))

    expect(events).toEqual(frames === '' ? [] : HALF)
    expect(error).toBeInstanceOf(ModelError)
    expect((error as ModelError).toJSON()).toMatchObject({ code, retryable })
  })

  test('is interrupted when the connection breaks, and keeps what was heard', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(begun, () => response.destroy())
    })

    const { events, error } = await askUntilFailure(modelAt(server.url))

    expect(events).toEqual(HALF)
    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.interrupted',
      message: expect.stringMatching(/^The connection to fake broke in the middle of its answer \(.+\)$/),
      retryable: true,
    })
  })

  test('is whole when the connection breaks after the finish reason', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      const end = `data: ${JSON.stringify(chunk({}, { finish_reason: 'stop' }))}\n\n`
      response.write(begun + end, () => setTimeout(() => response.destroy(), 20))
    })

    expect(await ask(modelAt(server.url))).toEqual({
      parts: [{ kind: 'text', text: 'half' }],
      reason: 'stop',
      usage: null,
    })
  })

  test('is whole or interrupted, and nothing else, wherever it is cut', async () => {
    const frames = chatFrames(chunk({ content: 'a😀' }), chunk({}, { finish_reason: 'stop' }))
    const bytes = new TextEncoder().encode(frames)
    const whole = { parts: [{ kind: 'text', text: 'a😀' }], reason: 'stop', usage: null }
    const firstWhole = new TextEncoder().encode(frames.slice(0, frames.indexOf('data: [DONE]') - 2)).length

    for (let end = 0; end < bytes.length; end++) {
      const model = modelAt('http://localhost', { fetch: chunkedFetch([bytes.subarray(0, end)]) })
      if (end >= firstWhole) expect(await ask(model), `cut at byte ${end}`).toEqual(whole)
      else expect(await failureOf(model), `cut at byte ${end}`).toMatchObject({ code: 'model.interrupted' })
    }
  })
})

describe('time-outs and aborts', () => {
  test('times out when no first byte comes', async () => {
    const server = await providerServer(() => {})

    expect(await failureOf(modelAt(server.url, { firstByteTimeoutMs: 40 }))).toEqual({
      code: 'model.first_byte_timeout',
      message: 'fake sent nothing for 40 ms (first-byte time-out)',
      retryable: true,
    })
    await server.clientLeft
  })

  test('times out when the stream falls silent', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(`data: ${JSON.stringify(chunk({ content: 'half' }))}\n\n`)
    })

    const { events, error } = await askUntilFailure(modelAt(server.url, { idleTimeoutMs: 40 }))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'half' }])
    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.idle_timeout',
      message: 'fake fell silent in the middle of its answer for 40 ms (idle time-out)',
      retryable: true,
    })
    await server.clientLeft
  })

  test('does not count the time that the reader takes', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(`data: ${JSON.stringify(chunk({ content: 'a' }))}\n\n`)
      setTimeout(() => response.end(chatFrames(chunk({ content: 'b' }, { finish_reason: 'stop' }))), 60)
    })

    const texts: string[] = []
    for await (const batch of modelAt(server.url, { idleTimeoutMs: 150 }).stream(
      HELLO,
      AbortSignal.timeout(5000),
    )) {
      for (const event of batch) if (event.type === 'text.delta') texts.push(event.text)
      await new Promise((resolve) => setTimeout(resolve, 400))
    }

    expect(texts).toEqual(['a', 'b'])
  })

  test('an abort in the middle closes the socket and says so', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(`data: ${JSON.stringify(chunk({ content: 'a' }))}\n\n`)
    })
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('enough')), 50)

    const { error } = await askUntilFailure(modelAt(server.url), HELLO, abort.signal)

    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.aborted',
      message: 'The request to fake was aborted',
      retryable: false,
    })
    await server.clientLeft
  })

  test('an abort ends a body that does not listen to the signal', async () => {
    const abort = new AbortController()
    const cancelled = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() })
    const fetch = (): Promise<Response> => Promise.resolve(new Response(body))
    setTimeout(() => abort.abort(), 20)

    const { error } = await askUntilFailure(modelAt('http://localhost', { fetch }), HELLO, abort.signal)

    expect((error as ModelError).code).toBe('model.aborted')
    await cancelled.promise
  })

  test('sends nothing when it was aborted before', async () => {
    const server = await providerServer((response) => sendStream(response, chatFrames()))

    const { error } = await askUntilFailure(modelAt(server.url), HELLO, AbortSignal.abort())

    expect((error as ModelError).code).toBe('model.aborted')
    expect(server.requests).toEqual([])
  })

  test('leaving the loop early closes the socket', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(`data: ${JSON.stringify(chunk({ content: 'a' }))}\n\n`)
    })

    for await (const batch of modelAt(server.url).stream(HELLO, new AbortController().signal)) {
      expect(batch).toHaveLength(1)
      break
    }

    await server.clientLeft
  })

  test('uses connections again for later requests', async () => {
    const server = await providerServer((response) =>
      sendStream(response, chatFrames(chunk({ content: 'a' }, { finish_reason: 'stop' }))),
    )
    const model = modelAt(server.url)

    for (let turn = 0; turn < 5; turn++) await ask(model)

    expect(server.requests).toHaveLength(5)
    // Two, because a connection is free a moment after its answer is over.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  test('does not wait long for the end of a connection whose answer is whole', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(chatFrames(chunk({ content: 'a' }, { finish_reason: 'stop' })))
    })

    expect((await ask(modelAt(server.url, { idleTimeoutMs: 10_000 }))).parts).toEqual([
      { kind: 'text', text: 'a' },
    ])
    await server.clientLeft
  })

  test('leaves no listener on a signal that serves many requests', async () => {
    const server = await providerServer((response) =>
      sendStream(response, chatFrames(chunk({ content: 'a' }, { finish_reason: 'stop' }))),
    )
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))

    await ask(modelAt(server.url), HELLO, signal)

    expect(listeners).toBe(0)
  })
})

describe('no way to the server', () => {
  test('names the address and the reason', async () => {
    const port = await closedPort()

    expect(await failureOf(modelAt(`http://127.0.0.1:${port}/v1`))).toEqual({
      code: 'model.unavailable',
      message: `Could not reach fake at 127.0.0.1:${port} (ECONNREFUSED); check the address and that the server runs`,
      retryable: true,
    })
  })

  test.each(['localhost:1234/v1', 'nonsense', 'ftp://host/v1', 'http://user:password@host/v1'])(
    'calls the base URL %s a mistake in the configuration, without repeating it',
    async (baseUrl) => {
      const { error } = await askUntilFailure(modelAt(baseUrl))

      expect(error).toBeInstanceOf(ConfigError)
      expect((error as ConfigError).toJSON()).toEqual({
        code: 'config.invalid',
        message:
          'The base URL for fake cannot be used; write it like https://host/v1, without a user or password in it',
        retryable: false,
      })
    },
  )
})
