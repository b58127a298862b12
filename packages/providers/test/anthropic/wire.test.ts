import { ConfigError, userMessage } from '@heddle/core'
import type { AssistantMessage, Message, ModelError, ModelRequest, ToolMessage, ToolSpec } from '@heddle/core'
import { describe, expect, test, vi } from 'vitest'
import { anthropic } from '../../src/anthropic.ts'
import type { AnthropicOptions } from '../../src/anthropic.ts'
import type { Answer } from '../support/answer.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chunkedFetch } from '../support/chunked-fetch.ts'
import { messageFrames } from '../support/frames.ts'
import { beginStream, closedPort, providerServer, sendJson, sendStream } from '../support/provider-server.ts'
import type { Heard, ProviderServer } from '../support/provider-server.ts'

const KEY = 'sk-ant-very-secret'
const START = { type: 'message_start', message: { usage: { input_tokens: 5, output_tokens: 1 } } }
const STOP = [
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
]

function block(index: number, start: object, ...deltas: readonly object[]): object[] {
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function modelOf(frames: string): ReturnType<typeof anthropic> {
  return anthropic({ model: 'm', apiKey: KEY, fetch: chunkedFetch([new TextEncoder().encode(frames)]) })
}

function decode(...events: readonly object[]): Promise<Answer> {
  return ask(modelOf(messageFrames(START, ...events, ...STOP)))
}

function okServer(): Promise<ProviderServer> {
  const frames = messageFrames(
    START,
    ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'ok' }),
    ...STOP,
  )
  return providerServer((response) => sendStream(response, frames))
}

async function heardFor(
  request: Partial<ModelRequest>,
  more: Partial<AnthropicOptions> = {},
): Promise<Heard> {
  const server = await okServer()
  await ask(anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url, ...more }), { ...HELLO, ...request })
  const [heard] = server.requests
  if (!heard) throw new Error('nothing was sent')
  return heard
}

async function sent(request: Partial<ModelRequest>, more: Partial<AnthropicOptions> = {}): Promise<unknown> {
  return JSON.parse((await heardFor(request, more)).body)
}

function answer(content: AssistantMessage['content'], model = 'anthropic/m'): AssistantMessage {
  return { role: 'assistant', content, model }
}

function result(callId: string, output: string): ToolMessage {
  return { role: 'tool', content: [{ type: 'tool-result', callId, name: 'read', status: 'ok', output }] }
}

describe('decoding', () => {
  test('keeps a signature whose thinking was withheld, and redacted thinking', async () => {
    const answer = await decode(
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'signature_delta', signature: 'sig' },
      ),
      ...block(1, { type: 'redacted_thinking', data: 'secret' }),
      ...block(2, { type: 'text', text: '' }, { type: 'text_delta', text: 'a' }),
    )

    expect(answer.parts).toEqual([
      { kind: 'reasoning', text: '', opaque: { signature: 'sig' } },
      { kind: 'opaque', opaque: { type: 'redacted_thinking', data: 'secret' } },
      { kind: 'text', text: 'a' },
    ])
  })

  test('gives empty blocks no part, and keeps blocks it does not know', async () => {
    const answer = await decode(
      ...block(0, { type: 'text', text: '' }),
      ...block(1, { type: 'compaction', content: '' }, { type: 'compaction_delta', content: 'summary' }),
      ...block(2, { type: 'text', text: 'whole at once' }),
    )

    expect(answer.parts).toEqual([
      { kind: 'opaque', opaque: { type: 'compaction', content: 'summary' } },
      { kind: 'text', text: 'whole at once' },
    ])
  })

  test('takes an input that comes whole with its call, and what else the call carries', async () => {
    const answer = await decode(
      ...block(0, { type: 'tool_use', id: 'x', name: 'read', input: { a: 1 }, caller: { type: 'direct' } }),
    )

    expect(answer.parts).toEqual([
      { kind: 'call', name: 'read', text: '{"a":1}', opaque: { caller: { type: 'direct' } } },
    ])
  })

  test('counts cached input as input', async () => {
    const answer = await ask(
      modelOf(
        messageFrames(
          {
            type: 'message_start',
            message: {
              usage: {
                input_tokens: 5,
                cache_read_input_tokens: 100,
                cache_creation_input_tokens: 20,
                output_tokens: 1,
              },
            },
          },
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn' },
            usage: { input_tokens: null, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } },
          },
          { type: 'message_stop' },
        ),
      ),
    )

    expect(answer.usage).toEqual({
      inputTokens: 125,
      outputTokens: 9,
      cacheReadTokens: 100,
      cacheWriteTokens: 20,
      reasoningTokens: 4,
    })
  })

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool-calls'],
    ['refusal', 'content-filter'],
    ['pause_turn', 'other'],
    ['something_new', 'other'],
  ])('reads the stop reason %s as %s', async (name, reason) => {
    const end = { type: 'message_delta', delta: { stop_reason: name } }

    expect((await ask(modelOf(messageFrames(START, end, { type: 'message_stop' })))).reason).toBe(reason)
  })

  test('reads an answer that was not streamed', async () => {
    const server = await providerServer((response) =>
      sendJson(response, 200, {
        type: 'message',
        content: [
          { type: 'text', text: 'a' },
          { type: 'tool_use', id: 'x', name: 'now', input: {} },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 1, output_tokens: 2 },
      }),
    )

    expect(await ask(anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url }))).toMatchObject({
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'call', name: 'now', text: '' },
      ],
      reason: 'tool-calls',
    })
  })
})

describe('failures', () => {
  const half = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'half' }).slice(0, 2)
  const failed = (type: string, message: string): object => ({ type: 'error', error: { type, message } })

  test.each([
    [failed('overloaded_error', 'Overloaded'), 'model.unavailable', true],
    [failed('api_error', 'Internal server error'), 'model.unavailable', true],
    [failed('rate_limit_error', 'Slow down'), 'model.rate_limited', true],
    [failed('timeout_error', 'Too long'), 'model.timeout', true],
    [failed('authentication_error', 'No'), 'model.auth', false],
    [failed('permission_error', 'No'), 'model.auth', false],
    [failed('billing_error', 'Pay'), 'model.spend_limit', false],
    [failed('not_found_error', 'model: x'), 'model.not_found', false],
    [
      failed('invalid_request_error', 'prompt is too long: 5 tokens > 4 maximum'),
      'model.context_overflow',
      false,
    ],
    [failed('invalid_request_error', 'bad'), 'model.invalid_request', false],
  ])('gives the error event %j its code, after what came before it', async (event, code, retryable) => {
    const { events, error } = await askUntilFailure(modelOf(messageFrames(START, ...half, event)))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'half' }])
    expect((error as ModelError).toJSON()).toMatchObject({ code, retryable })
  })

  test.each([
    ['no end', messageFrames(START, ...half), 'model.interrupted'],
    [
      'malformed JSON',
      `${messageFrames(START, ...half)}data: {"type":\n\n${messageFrames(...STOP)}`,
      'model.bad_response',
    ],
    ['a word', `${messageFrames(START, ...half)}data: busy\n\n`, 'model.bad_response'],
  ])('fails on %s, and may be tried again', async (_what, frames, code) => {
    const { error } = await askUntilFailure(modelOf(frames))

    expect((error as ModelError).toJSON()).toMatchObject({ code, retryable: true })
  })

  test.each([
    [401, 'authentication_error', 'invalid x-api-key', 'model.auth'],
    [404, 'not_found_error', 'model: m', 'model.not_found'],
    [400, 'invalid_request_error', 'prompt is too long: 5 tokens > 4 maximum', 'model.context_overflow'],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'model.context_overflow'],
    [429, 'rate_limit_error', 'This request would exceed your rate limit', 'model.rate_limited'],
    [500, 'api_error', 'Internal server error', 'model.unavailable'],
    [529, 'overloaded_error', 'Overloaded', 'model.unavailable'],
  ])('gives status %i %s its code, at the first try', async (status, type, message, code) => {
    const server = await providerServer((response) => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '2' })
      response.end(JSON.stringify({ type: 'error', error: { type, message } }))
    })

    const { error } = await askUntilFailure(anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url }))

    const isLater = ['model.rate_limited', 'model.unavailable'].includes(code)
    expect((error as ModelError).toJSON()).toEqual({
      code,
      message: expect.stringContaining(`anthropic answered ${status}: ${message}`),
      retryable: isLater,
      ...(isLater ? { retryAfterMs: 2000 } : {}),
    })
    expect(server.requests).toHaveLength(1)
  })

  test('says where it could not connect', async () => {
    const port = await closedPort()

    const { error } = await askUntilFailure(
      anthropic({ model: 'm', apiKey: KEY, baseUrl: `http://127.0.0.1:${port}` }),
    )

    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.unavailable',
      message: `Could not reach anthropic at 127.0.0.1:${port} (ECONNREFUSED); check the address and that the server runs`,
      retryable: true,
    })
  })

  test('does not follow a redirect', async () => {
    const other = await okServer()
    const server = await providerServer((response) => {
      response.writeHead(307, { location: `${other.url}/v1/messages` })
      response.end()
    })

    const { error } = await askUntilFailure(anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url }))

    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.invalid_request',
      message: 'anthropic answered with a redirect, which is not followed; correct the base URL',
      retryable: false,
    })
    expect(other.requests).toEqual([])
  })

  test('an abort while the answer comes closes the socket', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(messageFrames(START, ...half))
    })
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 60)

    const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url })
    const { error } = await askUntilFailure(model, HELLO, abort.signal)

    expect((error as ModelError).code).toBe('model.aborted')
    await server.clientLeft
  })

  test('an abort before the answer begins closes the socket', async () => {
    const abort = new AbortController()
    const server = await providerServer(() => abort.abort())

    const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url })
    const { error } = await askUntilFailure(model, HELLO, abort.signal)

    expect((error as ModelError).code).toBe('model.aborted')
    await server.clientLeft
  })

  test('times out when no first byte comes', async () => {
    const server = await providerServer(() => {})

    const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url, firstByteTimeoutMs: 40 })
    const { error } = await askUntilFailure(model)

    expect((error as ModelError).toJSON()).toEqual({
      code: 'model.first_byte_timeout',
      message: 'anthropic sent nothing for 40 ms (first-byte time-out)',
      retryable: true,
    })
    await server.clientLeft
  })

  test('leaving the loop early closes the socket', async () => {
    const server = await providerServer((response) => {
      beginStream(response)
      response.write(messageFrames(START, ...half))
    })

    const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url })
    for await (const batch of model.stream(HELLO, new AbortController().signal)) {
      expect(batch).toHaveLength(1)
      break
    }

    await server.clientLeft
  })

  test('names the variable of a missing key', async () => {
    const model = anthropic({ model: 'm', apiKey: () => undefined, baseUrl: 'http://localhost' })

    const { error } = await askUntilFailure(model)

    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).toJSON()).toEqual({
      code: 'config.missing_key',
      message: 'No API key for anthropic: set ANTHROPIC_API_KEY, or give `apiKey` to anthropic()',
      retryable: false,
    })
  })
})

describe('encoding', () => {
  const TOOLS: readonly ToolSpec[] = [
    { name: 'read', description: 'Reads.', inputSchema: { type: 'object' } },
  ]

  test('sends the whole request', async () => {
    const body = await sent(
      {
        instructions: 'Be brief.',
        messages: [
          userMessage('Read.'),
          answer([
            { type: 'text', text: ' ' },
            { type: 'text', text: 'Reading.' },
            { type: 'tool-call', callId: 'call_1', name: 'read', input: { path: 'a' } },
            { type: 'tool-call', callId: 'call_2', name: 'read', input: 'x', inputError: 'not JSON' },
          ]),
          {
            role: 'tool',
            content: [
              { type: 'tool-result', callId: 'call_1', name: 'read', status: 'ok', output: 'A' },
              {
                type: 'tool-result',
                callId: 'call_2',
                name: 'read',
                status: 'error',
                output: null,
                error: { code: 'tool.bad_input', message: 'not JSON', retryable: false },
              },
            ],
          },
          userMessage('Go on.'),
        ],
        tools: TOOLS,
        temperature: 0.5,
        extraBody: { thinking: { type: 'adaptive' } },
      },
      { info: { contextWindow: null, maxOutputTokens: 64_000, price: null } },
    )

    expect(body).toEqual({
      model: 'm',
      stream: true,
      max_tokens: 64_000,
      temperature: 0.5,
      cache_control: { type: 'ephemeral' },
      thinking: { type: 'adaptive' },
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [
        {
          name: 'read',
          description: 'Reads.',
          input_schema: { type: 'object' },
          cache_control: { type: 'ephemeral' },
        },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Read.' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Reading.' },
            { type: 'tool_use', id: 'call_1', name: 'read', input: { path: 'a' } },
            { type: 'tool_use', id: 'call_2', name: 'read', input: { invalid_arguments: 'x' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: 'A' },
            {
              type: 'tool_result',
              tool_use_id: 'call_2',
              content: 'Error (tool.bad_input): not JSON',
              is_error: true,
            },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    })
  })

  describe('marks for the cache', () => {
    const request = { instructions: 'Be brief.', tools: [...TOOLS, ...TOOLS] }
    const marksOf = (body: unknown): unknown[] =>
      [...JSON.stringify(body).matchAll(/"cache_control":(\{[^}]*\}|null)/g)].map(
        ([, mark]) => JSON.parse(mark ?? '') as unknown,
      )

    test('the end of the tools, of the system text and of the request, and nothing else', async () => {
      const body = await sent(request)

      expect(marksOf(body)).toHaveLength(3)
      expect(body).toMatchObject({
        cache_control: { type: 'ephemeral' },
        tools: [expect.not.objectContaining({ cache_control: {} }), { cache_control: { type: 'ephemeral' } }],
        system: [{ cache_control: { type: 'ephemeral' } }],
      })
    })

    test('all for the same time, since none may stand behind a longer one', async () => {
      const hour = { type: 'ephemeral', ttl: '1h' }

      expect(marksOf(await sent({ ...request, extraBody: { cache_control: hour } }))).toEqual([
        hour,
        hour,
        hour,
      ])
    })

    test('nothing when that is not wanted', async () => {
      expect(marksOf(await sent(request, { promptCache: false }))).toEqual([])
      expect(marksOf(await sent({ ...request, extraBody: { cache_control: null } }))).toEqual([null])
    })

    test('the same bytes, whatever the conversation is about', async () => {
      const server = await okServer()
      const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url })

      for (const text of ['one', 'two']) await ask(model, { ...request, messages: [userMessage(text)] })

      const [one = '', two = ''] = server.requests.map(({ body }) =>
        body.slice(0, body.indexOf('"messages"')),
      )
      expect(one).toBe(two)
      expect(one).toContain('"cache_control":{"type":"ephemeral"}}],"system":[')
    })
  })

  test("puts the vendor's own tools behind the agent's, and the mark stays where the agent's end", async () => {
    const search = { type: 'web_search_20250305', name: 'web_search', max_uses: 3 }

    const [both, alone] = [
      await sent({ tools: TOOLS, extraBody: { tools: [search] } }),
      await sent({ extraBody: { tools: [search] } }),
    ]

    expect(both).toMatchObject({ tools: [{ name: 'read', cache_control: { type: 'ephemeral' } }, search] })
    expect(alone).toMatchObject({ tools: [search] })
  })

  test('keeps what the caller sets beside the output format, and lets a format of the caller win', async () => {
    const outputSchema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
    const format = { type: 'json_schema', schema: { ...outputSchema, additionalProperties: false } }
    const own = { type: 'json_schema', schema: { type: 'object' } }

    const [beside, instead] = [
      await sent({ outputSchema, extraBody: { output_config: { effort: 'low' } } }),
      await sent({ outputSchema, extraBody: { output_config: { format: own } } }),
    ]

    expect(beside).toMatchObject({ output_config: { effort: 'low', format } })
    expect(instead).toMatchObject({ output_config: { format: own } })
  })

  test('begins the request of a turn with that of the turn before it', async () => {
    const server = await okServer()
    const model = anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url })
    const messages: Message[] = [userMessage('Go')]

    for (let turn = 0; turn < 4; turn++) {
      await ask(model, { instructions: 'x', messages: messages.slice(), tools: TOOLS })
      const call = { type: 'tool-call', callId: `call_${turn}`, name: 'read', input: { turn } } as const
      messages.push(answer([call]), result(`call_${turn}`, 'é😀'))
    }
    await ask(anthropic({ model: 'm', apiKey: KEY, baseUrl: server.url }), {
      instructions: 'x',
      messages: structuredClone(messages.slice(0, -2)),
      tools: structuredClone(TOOLS),
    })

    const bodies = server.requests.map(({ body }) => body)
    for (let turn = 1; turn < 4; turn++) {
      expect(bodies[turn]?.startsWith(`${(bodies[turn - 1] ?? '').slice(0, -2)},`)).toBe(true)
    }
    expect(bodies[4]).toBe(bodies[3])
  })

  test("drops another model's thinking and opaque items", async () => {
    const foreign = answer(
      [
        { type: 'reasoning', text: 'hm', opaque: { signature: 's' } },
        { type: 'opaque', opaque: { type: 'redacted_thinking', data: 'x' } },
        { type: 'text', text: 'a', opaque: { citations: [] } },
      ],
      'anthropic/other',
    )
    const unsigned = answer([{ type: 'reasoning', text: 'hm' }])

    expect(await sent({ messages: [userMessage('x'), foreign, unsigned, userMessage('y')] })).toMatchObject({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'x' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
        { role: 'user', content: [{ type: 'text', text: 'y' }] },
      ],
    })
  })

  test('sends images, PDFs and plain text files', async () => {
    const body = await sent({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', mediaType: 'image/png', data: 'AAAA' },
            { type: 'file', mediaType: 'image/png', url: 'https://host/a.png' },
            { type: 'file', mediaType: 'application/pdf', data: 'BBBB', name: 'a.pdf' },
            { type: 'file', mediaType: 'text/plain', data: btoa('hello') },
          ],
        },
      ],
    })

    expect(body).toMatchObject({
      messages: [
        {
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'https://host/a.png' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'BBBB' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hello' } },
          ],
        },
      ],
    })
  })

  test('refuses a file that the API does not take', async () => {
    const file = { type: 'file', mediaType: 'video/mp4', data: 'AAAA' } as const

    const { error } = await askUntilFailure(
      anthropic({ model: 'm', apiKey: KEY, baseUrl: 'http://localhost' }),
      {
        ...HELLO,
        messages: [{ role: 'user', content: [file] }],
      },
    )

    expect((error as ModelError).code).toBe('model.invalid_request')
  })
})

describe("the vendor's SDK", () => {
  test('takes key, address and headers from us, and nothing from its environment', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'from-the-environment')
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'from-the-environment')
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:1')
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-surprise: 1\nanthropic-beta: surprise')
    vi.stubEnv('ANTHROPIC_LOG', 'debug')
    vi.stubEnv('ANTHROPIC_PROFILE', 'surprise')
    const noise = vi.spyOn(process.stderr, 'write')
    const chatter = (['debug', 'info', 'warn', 'error', 'log'] as const).map((name) =>
      vi.spyOn(console, name),
    )
    try {
      const { path, headers } = await heardFor(
        {},
        { model: 'claude-3-opus-20240229', headers: { 'x-mine': '2' } },
      )

      expect(path).toBe('/v1/messages')
      expect(headers.authorization).toBe(`Bearer ${KEY}`)
      expect(headers['x-mine']).toBe('2')
      expect(headers['content-type']).toBe('application/json')
      expect(headers).not.toHaveProperty('x-surprise')
      expect(headers).not.toHaveProperty('anthropic-beta')
      expect(JSON.stringify(headers)).not.toContain('from-the-environment')
      expect([noise, ...chatter].flatMap((spy) => spy.mock.calls)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    }
  })

  test('reads ANTHROPIC_API_KEY at each request when no key is given', async () => {
    const server = await okServer()
    const model = anthropic({ model: 'm', baseUrl: `${server.url}/v1/` })
    try {
      for (const key of ['first', 'second']) {
        vi.stubEnv('ANTHROPIC_API_KEY', key)
        await ask(model)
      }
    } finally {
      vi.unstubAllEnvs()
    }

    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/messages', 'Bearer first'],
      ['/v1/messages', 'Bearer second'],
    ])
  })
})
