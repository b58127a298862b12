import { assistantMessage, userMessage } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  JsonObject,
  ModelError,
  ModelRequest,
  ToolMessage,
  ToolSpec,
} from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { openai } from '../../src/openai.ts'
import type { OpenaiOptions } from '../../src/openai.ts'
import { isReasoningModel } from '../../src/openai/reasoning-model.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { chatFrames, chunk, messageFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'

const COMPLETED = { type: 'response.completed', response: { output: [] } }

async function sent(request: Partial<ModelRequest>, more: Partial<OpenaiOptions> = {}): Promise<JsonObject> {
  const frames =
    more.api === 'chat' ? chatFrames(chunk({}, { finish_reason: 'stop' })) : messageFrames(COMPLETED)
  const server = await providerServer((response) => sendStream(response, frames))
  await ask(openai({ model: 'm', apiKey: 'key', baseUrl: server.url, ...more }), { ...HELLO, ...request })
  return JSON.parse(server.requests[0]?.body ?? '') as JsonObject
}

/** The items behind the first, which is a prompt. */
async function itemsSent(...messages: ModelRequest['messages']): Promise<readonly unknown[]> {
  const { input } = await sent({ messages: [userMessage('hi'), ...messages] })
  return (input as unknown[]).slice(1)
}

function answer(content: readonly AssistantPart[], more: Partial<AssistantMessage> = {}): AssistantMessage {
  return { role: 'assistant', content, model: 'openai/m', ...more }
}

function result(callId: string, output: string): ToolMessage {
  return { role: 'tool', content: [{ type: 'tool-result', callId, name: 'add', status: 'ok', output }] }
}

const REASONING = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'secret' }
const THOUGHT: AssistantPart = { type: 'reasoning', text: '', opaque: REASONING }
const CALL: AssistantPart = { type: 'tool-call', callId: 'call_1', name: 'add', input: { a: 1 } }
const SEARCH = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } }
const PLAIN_CALL = { type: 'function_call', call_id: 'call_1', name: 'add', arguments: '{"a":1}' }

const ADD: ToolSpec = { name: 'add', description: 'Adds.', inputSchema: { type: 'object', properties: {} } }
const ADD_SENT = {
  type: 'function',
  name: 'add',
  description: 'Adds.',
  parameters: { type: 'object', properties: {} },
  strict: false,
}

describe('a request', () => {
  test('has everything that was asked for, and keeps nothing at the vendor', async () => {
    const outputSchema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }

    const body = await sent(
      { instructions: 'Be brief.', tools: [ADD], temperature: 0.5, maxOutputTokens: 100, outputSchema },
      { model: 'gpt-5.4' },
    )

    expect(body).toEqual({
      model: 'gpt-5.4',
      stream: true,
      store: false,
      include: ['reasoning.encrypted_content'],
      instructions: 'Be brief.',
      tools: [ADD_SENT],
      temperature: 0.5,
      max_output_tokens: 100,
      text: { format: { type: 'json_schema', name: 'answer', schema: outputSchema, strict: true } },
      input: [{ role: 'user', content: 'Hello' }],
    })
  })

  test('has no more than it needs', async () => {
    expect(await sent({})).toEqual({
      model: 'm',
      stream: true,
      store: false,
      input: [{ role: 'user', content: 'Hello' }],
    })
  })

  test('has no half letters', async () => {
    expect(await sent({ instructions: 'a \ud83e' })).toMatchObject({ instructions: 'a \ufffd' })
  })

  test('has a schema that strict mode would refuse as it is', async () => {
    const outputSchema: JsonObject = { type: 'object', properties: { city: { type: 'string' } } }

    expect(await sent({ outputSchema })).toMatchObject({
      text: { format: { type: 'json_schema', name: 'answer', schema: outputSchema, strict: false } },
    })
  })

  test.each<[JsonObject, JsonObject]>([
    [
      {
        tools: [{ type: 'web_search' }],
        include: ['web_search_call.action.sources'],
        text: { verbosity: 'low' },
      },
      {
        tools: [ADD_SENT, { type: 'web_search' }],
        include: ['reasoning.encrypted_content', 'web_search_call.action.sources'],
        text: {
          format: expect.objectContaining({ name: 'answer' }) as unknown as JsonObject,
          verbosity: 'low',
        },
      },
    ],
    [
      { tools: [], include: [], text: { format: { type: 'text' } } },
      { tools: [ADD_SENT], include: ['reasoning.encrypted_content'], text: { format: { type: 'text' } } },
    ],
    [
      { tools: null, include: null, text: 'odd', store: true, input: 'mine' },
      { tools: null, include: null, text: 'odd', store: true, input: 'mine' },
    ],
  ])('is joined by what extraBody has: %j', async (extraBody, expected) => {
    const body = await sent(
      { tools: [ADD], outputSchema: { type: 'object', properties: {} }, extraBody },
      { keepsReasoning: true },
    )

    expect(body).toMatchObject(expected)
  })

  test('has the tools of extraBody alone where the agent has none', async () => {
    const body = await sent({ extraBody: { tools: [{ type: 'web_search' }], text: { verbosity: 'low' } } })

    expect(body).toMatchObject({ tools: [{ type: 'web_search' }], text: { verbosity: 'low' } })
  })

  test.each([
    ['gpt-5.4', true],
    ['gpt-5-mini', true],
    ['gpt-5.2-chat-latest', true],
    ['gpt-6-astra', true],
    ['gpt-10', true],
    ['gpt-oss-120b', true],
    ['o1', true],
    ['o3-deep-research', true],
    ['o4-mini', true],
    ['codex-mini-latest', true],
    ['ft:gpt-5-mini:org::id', true],
    ['openai/gpt-5.4', true],
    ['gpt-5-chat-latest', false],
    ['gpt-4o', false],
    ['gpt-4.1-mini', false],
    ['gpt-3.5-turbo', false],
    ['chatgpt-4o-latest', false],
    ['my-deployment', false],
    ['omni', false],
  ])('for %s asks for encrypted reasoning: %s', (model, reasons) => {
    expect(isReasoningModel(model)).toBe(reasons)
  })

  test('for Chat Completions is the one of that API', async () => {
    expect(await sent({ maxOutputTokens: 100, tools: [ADD] }, { api: 'chat' })).toEqual({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 100,
      tools: [
        { type: 'function', function: { name: 'add', description: 'Adds.', parameters: ADD.inputSchema } },
      ],
      messages: [{ role: 'user', content: 'Hello' }],
    })
  })

  test('for Chat Completions takes a dialect', async () => {
    const dialect = { maxTokensField: 'max_tokens', asksForUsage: false } as const

    expect(await sent({ maxOutputTokens: 100 }, { api: 'chat', dialect })).toEqual({
      model: 'm',
      stream: true,
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    })
  })
})

describe('an answer of the same model', () => {
  test('goes back as it came, but for the ids of its calls', async () => {
    const items = await itemsSent(
      answer([
        THOUGHT,
        { type: 'opaque', opaque: SEARCH },
        {
          type: 'text',
          text: 'Let me ',
          opaque: { id: 'msg_1', phase: 'commentary', annotations: [{ a: 1 }] },
        },
        { type: 'text', text: 'add.', opaque: { id: 'msg_1', phase: 'commentary' } },
        { type: 'text', text: 'No.', opaque: { id: 'msg_2', status: 'incomplete', refused: true } },
        { ...CALL, opaque: { id: 'fc_1', status: 'completed', namespace: 'sums' } },
      ]),
      result('call_1', '2'),
    )

    expect(items).toEqual([
      REASONING,
      SEARCH,
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        phase: 'commentary',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'Let me ', annotations: [{ a: 1 }] },
          { type: 'output_text', text: 'add.', annotations: [] },
        ],
      },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_2',
        status: 'incomplete',
        content: [{ type: 'refusal', refusal: 'No.' }],
      },
      { ...PLAIN_CALL, id: 'fc_1', status: 'completed', namespace: 'sums' },
      { type: 'function_call_output', call_id: 'call_1', output: '2' },
    ])
  })

  test.each<[string, AssistantPart[]]>([
    ['nothing came of it', []],
    ['what came of it broke off', [{ type: 'text', text: 'So' }]],
  ])('leaves its reasoning behind when %s', async (_, rest) => {
    const items = await itemsSent(answer([THOUGHT, ...rest], { incomplete: true }))

    expect(items).toEqual(rest.length === 0 ? [] : [{ role: 'assistant', content: 'So' }])
  })

  test.each<[string, AssistantPart]>([
    [
      'reasoning that was not encrypted',
      { ...THOUGHT, opaque: { type: 'reasoning', id: 'rs_1', summary: [] } },
    ],
    ['reasoning of another API', { type: 'reasoning', text: 'Hm.', opaque: { reasoning_details: [] } }],
    ['a call that nobody answered', { type: 'opaque', opaque: { type: 'custom_tool_call', id: 'ct_1' } }],
  ])('goes without ids, and without items of its own, from %s on', async (_, first) => {
    const items = await itemsSent(
      answer([
        first,
        { type: 'opaque', opaque: SEARCH },
        { type: 'text', text: 'So', opaque: { id: 'msg_1' } },
        { ...CALL, opaque: { id: 'fc_1' } },
      ]),
      result('call_1', '2'),
    )

    expect(items).toEqual([
      { role: 'assistant', content: 'So' },
      PLAIN_CALL,
      { type: 'function_call_output', call_id: 'call_1', output: '2' },
    ])
  })

  test('goes back with reasoning in plain text, from servers that keep nothing secret', async () => {
    const open = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'Hm.' }],
    }

    const items = await itemsSent(
      answer([
        { type: 'reasoning', text: 'Hm.', opaque: open },
        { type: 'text', text: 'So', opaque: { id: 'msg_1' } },
      ]),
    )

    expect(items[0]).toEqual(open)
  })

  test('that spoke Responses goes on in Chat Completions, and the other way round', async () => {
    const messages = [
      userMessage('hi'),
      answer([
        THOUGHT,
        { type: 'opaque', opaque: SEARCH },
        { ...CALL, opaque: { id: 'fc_1', status: 'completed' } },
      ]),
      result('call_1', '2'),
      answer([{ ...CALL, callId: 'call_2', opaque: { extra_content: { google: {} } } }]),
      result('call_2', '3'),
    ]

    const chat = await sent({ messages }, { api: 'chat' })
    const responses = await sent({ messages })

    const called = { type: 'function', function: { name: 'add', arguments: '{"a":1}' } }
    expect(chat['messages']).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: null, tool_calls: [{ ...called, id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: '2' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ ...called, id: 'call_2', extra_content: { google: {} } }],
      },
      { role: 'tool', tool_call_id: 'call_2', content: '3' },
    ])
    expect((responses['input'] as unknown[]).slice(-2)).toEqual([
      { ...PLAIN_CALL, call_id: 'call_2' },
      { type: 'function_call_output', call_id: 'call_2', output: '3' },
    ])
  })
})

describe('an answer of another model', () => {
  test('goes as words and calls, without reasoning, items and ids', async () => {
    const items = await itemsSent(
      answer(
        [
          { type: 'reasoning', text: 'Hm.', opaque: { signature: 's' } },
          { type: 'opaque', opaque: SEARCH },
          { type: 'text', text: 'So', opaque: { id: 'msg_1', citations: [] } },
          { ...CALL, callId: `toolu_${'x'.repeat(100)}`, opaque: { id: 'fc_1' } },
        ],
        { model: 'anthropic/m' },
      ),
      result(`toolu_${'x'.repeat(100)}`, '2'),
    )

    const [text, call, output] = items as JsonObject[]
    expect(text).toEqual({ role: 'assistant', content: 'So' })
    expect(call).toEqual({ ...PLAIN_CALL, call_id: expect.stringMatching(/^call_[a-z0-9]{14}$/) })
    expect(output?.['call_id']).toBe(call?.['call_id'])
  })

  test('of the same vendor goes as words and calls too', async () => {
    const items = await itemsSent(
      answer(
        [
          THOUGHT,
          { type: 'opaque', opaque: SEARCH },
          { type: 'text', text: 'So', opaque: { id: 'msg_1', phase: 'commentary' } },
        ],
        { model: 'openai/other' },
      ),
    )

    expect(items).toEqual([{ role: 'assistant', content: 'So' }])
  })

  test('written by hand goes as words', async () => {
    expect(await itemsSent(assistantMessage('So'))).toEqual([{ role: 'assistant', content: 'So' }])
  })
})

describe('a file', () => {
  test.each<[FilePart, object]>([
    [
      { type: 'file', mediaType: 'image/png', data: 'AAAA' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
    ],
    [
      { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' },
      { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'auto' },
    ],
    [
      { type: 'file', mediaType: 'application/pdf', data: 'AAAA' },
      { type: 'input_file', filename: 'file.pdf', file_data: 'data:application/pdf;base64,AAAA' },
    ],
    [
      { type: 'file', mediaType: 'application/pdf', url: 'https://example.com/a.pdf', name: 'a.pdf' },
      { type: 'input_file', file_url: 'https://example.com/a.pdf' },
    ],
    [
      { type: 'file', mediaType: 'text/csv', data: 'AAAA', name: 'sums.csv' },
      { type: 'input_file', filename: 'sums.csv', file_data: 'data:text/csv;base64,AAAA' },
    ],
    [
      { type: 'file', mediaType: 'text/x-python', data: 'AAAA', name: 'sum.py' },
      { type: 'input_file', filename: 'sum.py', file_data: 'data:text/x-python;base64,AAAA' },
    ],
  ])('%j goes as %j', async (file, expected) => {
    const { input } = await sent({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Look:' }, file] }],
    })

    expect(input).toEqual([{ role: 'user', content: [{ type: 'input_text', text: 'Look:' }, expected] }])
  })

  test.each<FilePart>([
    { type: 'file', mediaType: 'video/mp4', data: 'AAAA', name: 'a.mp4' },
    { type: 'file', mediaType: 'audio/wav', url: 'https://example.com/a.wav' },
    { type: 'file', mediaType: 'application/vnd.ms-excel', data: 'AAAA' },
  ])('that the API does not take is refused with what to do: %j', async (file) => {
    const model = openai({ model: 'm', apiKey: 'key', baseUrl: 'http://localhost' })

    const { error } = await askUntilFailure(model, {
      ...HELLO,
      messages: [{ role: 'user', content: [file] }],
    })

    expect(error).toMatchObject({ code: 'model.invalid_request', retryable: false })
    expect((error as ModelError).message).toContain(file.mediaType)
  })
})
