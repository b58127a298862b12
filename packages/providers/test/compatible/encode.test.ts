import type { AssistantMessage, Message, ModelError, ModelRequest, ToolMessage, ToolSpec } from '@heddle/core'
import { userMessage } from '@heddle/core'
import { expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import type { ChatDialect, CompatibleOptions } from '../../src/compatible.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chatFrames, chunk } from '../support/frames.ts'
import type { Fetch } from '../../src/compatible.ts'

const TOOLS: readonly ToolSpec[] = [
  {
    name: 'read',
    description: 'Reads.',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  },
]

/** A `fetch` that answers and keeps what it was sent. */
function listening(): { fetch: Fetch; bodies: string[]; headers: Headers[]; urls: string[] } {
  const bodies: string[] = []
  const headers: Headers[] = []
  const urls: string[] = []
  return {
    bodies,
    headers,
    urls,
    fetch(url, init) {
      urls.push(url)
      bodies.push(init.body as string)
      headers.push(new Headers(init.headers))
      return Promise.resolve(
        new Response(chatFrames(chunk({ content: 'ok' }, { finish_reason: 'stop' })), {
          headers: { 'content-type': 'text/event-stream' },
        }),
      )
    },
  }
}

async function sent(request: Partial<ModelRequest>, more: Partial<CompatibleOptions> = {}): Promise<unknown> {
  const { fetch, bodies } = listening()
  await ask(compatible({ provider: 'fake', model: 'm', baseUrl: 'http://host/v1', fetch, ...more }), {
    ...HELLO,
    ...request,
  })
  return JSON.parse(bodies[0] ?? '')
}

function answer(content: AssistantMessage['content'], model = 'fake/m'): AssistantMessage {
  return { role: 'assistant', content, model }
}

function result(callId: string, output: string): ToolMessage {
  return { role: 'tool', content: [{ type: 'tool-result', callId, name: 'read', status: 'ok', output }] }
}

test('sends the whole request', async () => {
  const body = await sent({
    instructions: 'Be brief.',
    messages: [
      userMessage('Read a and b.'),
      answer([
        { type: 'reasoning', text: 'hm' },
        { type: 'text', text: 'Reading.' },
        { type: 'tool-call', callId: 'call_1', name: 'read', input: { path: 'a' } },
        { type: 'tool-call', callId: 'call_2', name: 'read', input: {} },
      ]),
      {
        role: 'tool',
        content: [
          { type: 'tool-result', callId: 'call_1', name: 'read', status: 'ok', output: { lines: 2 } },
          {
            type: 'tool-result',
            callId: 'call_2',
            name: 'read',
            status: 'error',
            output: null,
            error: { code: 'tool.failed', message: 'No path', retryable: false },
          },
        ],
      },
    ],
    tools: TOOLS,
    temperature: 0.5,
    maxOutputTokens: 100,
  })

  expect(body).toEqual({
    model: 'm',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 100,
    temperature: 0.5,
    tools: [
      {
        type: 'function',
        function: {
          name: 'read',
          description: 'Reads.',
          parameters: { type: 'object', properties: { path: { type: 'string' } } },
        },
      },
    ],
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Read a and b.' },
      {
        role: 'assistant',
        content: 'Reading.',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } },
          { id: 'call_2', type: 'function', function: { name: 'read', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{"lines":2}' },
      { role: 'tool', tool_call_id: 'call_2', content: 'Error (tool.failed): No path' },
    ],
  })
})

test('sends the same bytes for the same request, from any model object', async () => {
  const messages: Message[] = [
    userMessage('Hello'),
    answer([{ type: 'text', text: 'Hi' }]),
    userMessage('Again'),
  ]
  const request: ModelRequest = { instructions: 'x', messages, tools: TOOLS }
  const { fetch, bodies } = listening()
  const options = { provider: 'fake', model: 'm', baseUrl: 'http://host/v1', fetch }

  const model = compatible(options)
  await ask(model, request)
  await ask(model, structuredClone(request))
  await ask(compatible(options), request)

  expect(new Set(bodies).size).toBe(1)
})

test('begins the request of a turn with that of the turn before it', async () => {
  const { fetch, bodies } = listening()
  const model = compatible({ provider: 'fake', model: 'm', baseUrl: 'http://host/v1', fetch })
  const messages: Message[] = [userMessage('Go')]

  for (let turn = 0; turn < 4; turn++) {
    await ask(model, { instructions: 'x', messages: messages.slice(), tools: TOOLS })
    const call = { type: 'tool-call', callId: `call_${turn}`, name: 'read', input: { turn } } as const
    messages.push(answer([call]), result(`call_${turn}`, 'é\ud83d\ude00'))
  }

  for (let turn = 1; turn < bodies.length; turn++) {
    const before = bodies[turn - 1] ?? ''
    expect(before.endsWith(']}')).toBe(true)
    expect(bodies[turn]?.startsWith(`${before.slice(0, -2)},`)).toBe(true)
  }
})

test('lets extra members win over its own, once each', async () => {
  const { fetch, bodies } = listening()
  const model = compatible({ provider: 'fake', model: 'm', baseUrl: 'http://host/v1', fetch })

  await ask(model, { ...HELLO, temperature: 1, extraBody: { temperature: 0, seed: 7, top_p: undefined } })

  expect(bodies[0]).toBe(
    '{"temperature":0,"seed":7,"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hello"}]}',
  )
})

test("puts the vendor's own tools behind the agent's, also where there are none", async () => {
  const search = { type: 'web_search' }

  const [both, alone] = [
    await sent({ tools: TOOLS, extraBody: { tools: [search] } }),
    await sent({ extraBody: { tools: [search] } }),
  ]

  expect(both).toMatchObject({ tools: [{ type: 'function', function: { name: 'read' } }, search] })
  expect(alone).toMatchObject({ tools: [search] })
})

test('sends a key, headers of its own and the right path', async () => {
  const { fetch, headers, urls } = listening()
  const keys = ['first', 'second']
  const model = compatible({
    provider: 'fake',
    model: 'm',
    baseUrl: 'http://host/v1/',
    apiKey: () => keys.shift(),
    headers: { 'x-title': 'Heddle' },
    fetch,
  })

  await ask(model)
  await ask(model)
  await ask(model)

  expect(headers.map((one) => [one.get('authorization'), one.get('x-title')])).toEqual([
    ['Bearer first', 'Heddle'],
    ['Bearer second', 'Heddle'],
    [null, 'Heddle'],
  ])
  expect(new Set(urls)).toEqual(new Set(['http://host/v1/chat/completions']))
})

test('looks up the global fetch at each request', async () => {
  const before = globalThis.fetch
  const { fetch, urls } = listening()
  const model = compatible({ provider: 'fake', model: 'm', baseUrl: 'http://host/v1' })

  try {
    globalThis.fetch = fetch as typeof globalThis.fetch
    await ask(model)
  } finally {
    globalThis.fetch = before
  }

  expect(urls).toHaveLength(1)
})

test('sends images and PDFs', async () => {
  const body = await sent({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'file', mediaType: 'image/png', data: 'AAAA' },
          { type: 'file', mediaType: 'image/jpeg', url: 'https://host/a.jpg' },
          { type: 'file', mediaType: 'application/pdf', data: 'BBBB', name: 'a.pdf' },
        ],
      },
    ],
  })

  expect(body).toMatchObject({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://host/a.jpg' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
        ],
      },
    ],
  })
})

test.each([
  [
    { type: 'file', mediaType: 'video/mp4', data: 'AAAA' },
    'fake/m takes no file of type video/mp4; send its text, or an image or a PDF of it',
  ],
  [
    { type: 'file', mediaType: 'application/pdf', url: 'https://host/a.pdf' },
    'fake/m takes no file of type application/pdf by URL; send its bytes inline',
  ],
] as const)('refuses %j before anything is sent', async (file, message) => {
  const { fetch, urls } = listening()
  const model = compatible({ provider: 'fake', model: 'm', baseUrl: 'http://host/v1', fetch })

  const { error } = await askUntilFailure(model, { ...HELLO, messages: [{ role: 'user', content: [file] }] })

  expect((error as ModelError).toJSON()).toEqual({ code: 'model.invalid_request', message, retryable: false })
  expect(urls).toEqual([])
})

test('sends nothing of what only another model understands', async () => {
  const foreign = answer(
    [
      {
        type: 'reasoning',
        text: 'hm',
        opaque: { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] },
      },
      { type: 'opaque', opaque: { type: 'redacted_thinking', data: 'x' } },
      {
        type: 'tool-call',
        callId: 'call_1',
        name: 'read',
        input: {},
        opaque: { extra_content: { google: 1 } },
      },
    ],
    'other/m',
  )
  const silent = answer([{ type: 'reasoning', text: 'hm' }], 'other/m')

  const body = await sent({ messages: [userMessage('a'), foreign, result('call_1', 'b'), silent] })

  expect((body as { messages: unknown[] }).messages).toEqual([
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'read', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'b' },
  ])
})

test('gives the model its own opaque items back as they came', async () => {
  const details = [{ type: 'reasoning.encrypted', data: 'x' }]
  const own = answer([
    { type: 'reasoning', text: 'hm', opaque: { reasoning_details: details } },
    {
      type: 'tool-call',
      callId: 'call_1',
      name: 'read',
      input: {},
      opaque: { extra_content: { google: 1 } },
    },
  ])

  const body = await sent({ messages: [userMessage('a'), own, result('call_1', 'b')] })

  expect((body as { messages: unknown[] }).messages[1]).toEqual({
    role: 'assistant',
    content: null,
    reasoning_details: details,
    tool_calls: [
      {
        id: 'call_1',
        type: 'function',
        function: { name: 'read', arguments: '{}' },
        extra_content: { google: 1 },
      },
    ],
  })
})

test('sends reasoning back only in the dialect that wants it, and only to its own model', async () => {
  const dialect: ChatDialect = { reasoningField: 'reasoning_content' }
  const said = [
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'a' },
  ] as const
  const messages = [userMessage('x'), answer(said), answer(said, 'other/m')]

  expect((await sent({ messages }, { dialect })) as object).toHaveProperty('messages', [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: 'a', reasoning_content: 'hm' },
    { role: 'assistant', content: 'a' },
  ])
  expect(JSON.stringify(await sent({ messages }))).not.toContain('hm')
})

test('speaks the dialects of vendors', async () => {
  const calls = [
    userMessage('x'),
    answer([{ type: 'tool-call', callId: 'call_abcdefghijklmnop', name: 'read', input: {} }]),
    result('call_abcdefghijklmnop', 'y'),
  ]
  const dialect: ChatDialect = {
    maxTokensField: 'max_completion_tokens',
    asksForUsage: false,
    hasShortCallIds: true,
    mustNotReasonWithTools: true,
  }

  const body = (await sent({ messages: calls, tools: TOOLS, maxOutputTokens: 5 }, { dialect })) as {
    messages: { tool_call_id?: string; tool_calls?: { id: string }[] }[]
  }

  expect(body).toMatchObject({ max_completion_tokens: 5, reasoning_effort: 'none' })
  expect(body).not.toHaveProperty('max_tokens')
  expect(body).not.toHaveProperty('stream_options')
  const [, asked, answered] = body.messages
  expect(answered?.tool_call_id).toMatch(/^[a-z0-9]{9}$/)
  expect(asked?.tool_calls?.[0]?.id).toBe(answered?.tool_call_id)
})

test('gives foreign call ids a form that every vendor takes, and keeps different ones apart', async () => {
  const ids = ['a.b', 'a:b', `long_${'x'.repeat(60)}`]
  const messages = [
    userMessage('x'),
    answer(ids.map((callId) => ({ type: 'tool-call', callId, name: 'read', input: {} }) as const)),
  ]

  const body = (await sent({ messages })) as { messages: { tool_calls?: { id: string }[] }[] }

  const wire = body.messages[1]?.tool_calls?.map(({ id }) => id) ?? []
  expect(new Set(wire).size).toBe(3)
  for (const id of wire) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/)
})

test('sends arguments that were not JSON as an object that holds them, and no half characters', async () => {
  const broken = answer([
    { type: 'tool-call', callId: 'call_1', name: 'read', input: '{"a', inputError: 'not JSON' },
  ])

  const body = await sent({ messages: [userMessage('x\ud83d'), broken, result('call_1', '\ude00')] })

  expect(body).toMatchObject({
    messages: [
      { content: 'x\ufffd' },
      { tool_calls: [{ function: { arguments: '{"invalid_arguments":"{\\"a"}' } }] },
      { content: '\ufffd' },
    ],
  })
})
