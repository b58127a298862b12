import { userMessage } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  JsonObject,
  Message,
  ModelRequest,
  ToolMessage,
} from '@heddle/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { google } from '../../src/google.ts'
import type { GoogleOptions } from '../../src/google.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { contentFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import type { Heard } from '../support/provider-server.ts'
import { answering, chunk, modelAt, STOP } from './answering.ts'

/** What is sent for a request. */
async function sent(
  changes: Partial<ModelRequest>,
  options: Partial<GoogleOptions> = {},
): Promise<JsonObject> {
  return JSON.parse((await heard(changes, options)).body) as JsonObject
}

async function heard(changes: Partial<ModelRequest>, options: Partial<GoogleOptions> = {}): Promise<Heard> {
  const server = await answering(STOP)
  await ask(modelAt(server, options), { ...HELLO, ...changes })
  const [request] = server.requests
  if (!request) throw new Error('nothing was sent')
  return request
}

describe('a request', () => {
  test('goes to the model, with the key in its header and nothing in the URL', async () => {
    const { path, headers } = await heard({})

    expect(path).toBe('/models/m:streamGenerateContent?alt=sse')
    expect(headers).toMatchObject({ 'x-goog-api-key': 'test-key-0001', 'content-type': 'application/json' })
  })

  test('goes to a model that has a folder of its own', async () => {
    const { path } = await heard({}, { model: 'tunedModels/my model' })

    expect(path).toBe('/tunedModels/my%20model:streamGenerateContent?alt=sse')
  })

  test('has the transcript alone when nothing else is said', async () => {
    expect(await sent({})).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] })
  })

  test('has instructions, settings and tools before the transcript', async () => {
    const inputSchema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'] } },
      additionalProperties: false,
    }

    const body = await sent({
      instructions: 'Be brief.',
      temperature: 0,
      maxOutputTokens: 9,
      tools: [{ name: 'add', description: 'Adds.', inputSchema }],
    })

    expect(Object.keys(body)).toEqual(['systemInstruction', 'generationConfig', 'tools', 'contents'])
    expect(body).toMatchObject({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { temperature: 0, maxOutputTokens: 9 },
      tools: [
        { functionDeclarations: [{ name: 'add', description: 'Adds.', parametersJsonSchema: inputSchema }] },
      ],
    })
  })

  test('merges the settings of an extra body with ours, and its tools behind ours', async () => {
    const body = await sent({
      temperature: 1,
      maxOutputTokens: 9,
      tools: [{ name: 'add', description: 'Adds.', inputSchema: { type: 'object' } }],
      extraBody: {
        generationConfig: { temperature: 0.5, thinkingConfig: { includeThoughts: true } },
        tools: [{ googleSearch: {} }],
        safetySettings: [],
      },
    })

    expect(body['generationConfig']).toEqual({
      temperature: 0.5,
      maxOutputTokens: 9,
      thinkingConfig: { includeThoughts: true },
    })
    expect(body['tools']).toMatchObject([{ functionDeclarations: [{ name: 'add' }] }, { googleSearch: {} }])
    expect(body['safetySettings']).toEqual([])
  })

  test('sends the tools of an extra body when there are no others', async () => {
    const body = await sent({ extraBody: { tools: [{ codeExecution: {} }] } })

    expect(body['tools']).toEqual([{ codeExecution: {} }])
  })

  test('without a key fails before anything is sent, and tells what to set', async () => {
    const server = await answering(STOP)

    const { error } = await askUntilFailure(modelAt(server, { apiKey: () => undefined }))

    expect(error).toMatchObject({
      code: 'config.missing_key',
      message: expect.stringContaining('GEMINI_API_KEY'),
    })
    expect(server.requests).toEqual([])
  })

  test.each([
    [{ GEMINI_API_KEY: 'gemini-key-1', GOOGLE_API_KEY: 'google-key-1' }, 'gemini-key-1'],
    [{ GEMINI_API_KEY: '', GOOGLE_API_KEY: 'google-key-1' }, 'google-key-1'],
  ])('takes its key from the environment %o', async (env, key) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
    const server = await answering(STOP)

    await ask(google({ model: 'm', baseUrl: server.url }))

    expect(server.requests[0]?.headers['x-goog-api-key']).toBe(key)
  })

  test('asks for the schema that the answer must fit, or in words where the API would not hold it', async () => {
    const properties = { a: { type: 'string' } }
    const outputSchema = { type: 'object', properties, required: ['a'], additionalProperties: false }
    const map = { type: 'object', additionalProperties: { type: 'string' } }

    const [held, told] = [
      await sent({ outputSchema, extraBody: { generationConfig: { topK: 1 } } }),
      await sent({ outputSchema: map, instructions: 'Be brief.' }),
    ]

    expect(held['generationConfig']).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: outputSchema,
      topK: 1,
    })
    expect(held['systemInstruction']).toBeUndefined()
    expect(told['generationConfig']).toEqual({ responseMimeType: 'application/json' })
    expect(JSON.stringify(told['systemInstruction'])).toMatch(/Be brief\.\\n\\n.*JSON Schema/)
  })

  test('needs no key beside a token of ones own', async () => {
    const { headers } = await heard({}, { apiKey: '', headers: { Authorization: 'Bearer token-0001' } })

    expect(headers['authorization']).toBe('Bearer token-0001')
    expect(headers['x-goog-api-key']).toBeUndefined()
  })
})

describe('a tool with a name that the API refuses', () => {
  const tools = [
    { name: '3d_view', description: '', inputSchema: { type: 'object' } },
    { name: '_3d_view', description: '', inputSchema: { type: 'object' } },
  ]

  test('has another one on the wire, everywhere the same, and its own in the answer', async () => {
    let wireName = ''
    const server = await providerServer((response, { body }) => {
      const request = JSON.parse(body) as { tools: { functionDeclarations: { name: string }[] }[] }
      wireName = request.tools[0]?.functionDeclarations[0]?.name ?? ''
      const calls = [wireName, '_3d_view'].map((name) => ({ functionCall: { name, args: {} } }))
      sendStream(response, contentFrames(chunk(calls), STOP))
    })
    const messages = [
      userMessage('x'),
      asking({ type: 'tool-call', callId: 'c1', name: '3d_view', input: {} }),
      answer('c1', '3d_view'),
    ]

    const { parts } = await ask(modelAt(server), { ...HELLO, messages, tools })

    expect(wireName).toMatch(/^_3d_view_[a-z0-9]{9}$/)
    expect(parts.map(({ name }) => name)).toEqual(['3d_view', '_3d_view'])
    const body = server.requests[0]?.body ?? ''
    expect(body.match(new RegExp(`"name":"${wireName}"`, 'g'))).toHaveLength(3)
    expect(body).not.toContain('"name":"3d_view"')
  })
})

function asking(...content: AssistantPart[]): AssistantMessage {
  return { role: 'assistant', content, model: 'google/m' }
}

function answer(callId: string, name: string, output: JsonObject | string = 'done'): ToolMessage {
  return { role: 'tool', content: [{ type: 'tool-result', callId, name, status: 'ok', output }] }
}

describe('a transcript', () => {
  const contentsOf = async (
    messages: readonly Message[],
    options?: Partial<GoogleOptions>,
  ): Promise<unknown> => (await sent({ messages }, options))['contents']

  test('has all results of parallel calls in one content, and what is said next in another', async () => {
    const calls = ['c1', 'c2'].map((callId): AssistantPart => ({
      type: 'tool-call',
      callId,
      name: 'add',
      input: { callId },
    }))

    const contents = await contentsOf([
      userMessage('x'),
      { role: 'assistant', content: [{ type: 'text', text: 'Wait.' }] },
      asking(...calls),
      answer('c1', 'add', { sum: 1 }),
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            callId: 'c2',
            name: 'add',
            status: 'error',
            output: null,
            error: { code: 'tool.failed', message: 'no', retryable: false },
          },
        ],
      },
      userMessage('y'),
      userMessage('z'),
    ])

    expect(contents).toEqual([
      { role: 'user', parts: [{ text: 'x' }] },
      {
        role: 'model',
        parts: [
          { text: 'Wait.' },
          { functionCall: { id: 'c1', name: 'add', args: { callId: 'c1' } } },
          { functionCall: { id: 'c2', name: 'add', args: { callId: 'c2' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'c1', name: 'add', response: { output: '{"sum":1}' } } },
          { functionResponse: { id: 'c2', name: 'add', response: { error: 'Error (tool.failed): no' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'y' }, { text: 'z' }] },
    ])
  })

  test.each([
    ['gemini-3-pro-preview', true],
    ['gemini-3.5-flash', true],
    ['gemini-4-pro', true],
    ['gemini-flash-latest', true],
    ['models/gemini-3-flash', true],
    ['gemini-2.5-flash', false],
    ['gemini-1.5-pro', false],
    ['gemini-robotics-er-1.5-preview', false],
    ['gemini-10-pro', true],
    ['gemma-4-31b-it', false],
  ])(
    'with a call of another model, asked of %s, says that it has no signature: %s',
    async (model, isSaid) => {
      const calls = ['c1', 'c2'].map((callId): AssistantPart => ({
        type: 'tool-call',
        callId,
        name: 'add',
        input: {},
        opaque: { thoughtSignature: 'AAAA' },
      }))

      const contents = (await contentsOf(
        [
          userMessage('x'),
          { role: 'assistant', content: calls, model: 'google/other' },
          answer('c1', 'add'),
          answer('c2', 'add'),
        ],
        { model },
      )) as { parts: { thoughtSignature?: string }[] }[]

      const expected = isSaid ? ['skip_thought_signature_validator', undefined] : [undefined, undefined]
      expect(contents[1]?.parts.map((part) => part.thoughtSignature)).toEqual(expected)
    },
  )

  test('gives back to the same model what it wants back, and to another one only what was said', async () => {
    const own: AssistantPart[] = [
      { type: 'reasoning', text: 'Hm.', opaque: { thoughtSignature: 'AAAA' } },
      { type: 'reasoning', text: '', opaque: { next: { text: '', thoughtSignature: 'BBBB' } } },
      {
        type: 'opaque',
        opaque: { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'CCCC' },
      },
      { type: 'text', text: 'So', opaque: { thoughtSignature: 'DDDD', sources: { groundingMetadata: {} } } },
      { type: 'tool-call', callId: 'c1', name: 'add', input: {}, opaque: { thoughtSignature: 'EEEE' } },
    ]
    const transcript = (model: string): Message[] => [
      userMessage('x'),
      { role: 'assistant', content: own, model },
      answer('c1', 'add'),
    ]

    const [same, other] = [await contentsOf(transcript('google/m')), await contentsOf(transcript('google/n'))]

    expect((same as JsonObject[])[1]).toEqual({
      role: 'model',
      parts: [
        { text: 'Hm.', thought: true, thoughtSignature: 'AAAA' },
        { text: '', thoughtSignature: 'BBBB' },
        { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'CCCC' },
        { text: 'So', thoughtSignature: 'DDDD' },
        { functionCall: { id: 'c1', name: 'add', args: {} }, thoughtSignature: 'EEEE' },
      ],
    })
    expect((other as JsonObject[])[1]).toEqual({
      role: 'model',
      parts: [{ text: 'So' }, { functionCall: { id: 'c1', name: 'add', args: {} } }],
    })
  })

  test('carries files by their bytes and by their address', async () => {
    const contents = await contentsOf([
      {
        role: 'user',
        content: [
          { type: 'file', mediaType: 'audio/mp3', data: 'AAAA' },
          { type: 'file', mediaType: 'video/mp4', url: 'https://example.com/a.mp4' },
        ],
      },
    ])

    expect(contents).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'audio/mp3', data: 'AAAA' } },
          { fileData: { mimeType: 'video/mp4', fileUri: 'https://example.com/a.mp4' } },
        ],
      },
    ])
  })

  test.each(['image/gif', 'application/zip', 'application/pdfx'])(
    'with a file of type %s is not sent',
    async (mediaType) => {
      const server = await answering(STOP)
      const file: Message = { role: 'user', content: [{ type: 'file', mediaType, data: 'AAAA' }] }

      const { error } = await askUntilFailure(modelAt(server), { ...HELLO, messages: [file] })

      expect(error).toMatchObject({
        code: 'model.invalid_request',
        message: expect.stringContaining(mediaType),
      })
      expect(server.requests).toEqual([])
    },
  )
})
