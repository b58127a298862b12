import { ApiError, GoogleGenAI } from '@google/genai'
import type {
  Content,
  FunctionDeclaration,
  GenerateContentParameters,
  GenerationConfig,
  Part,
} from '@google/genai'
import { agent, tool, userMessage } from '@heddle/core'
import type { JsonObject, Message, ModelRequest } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeTurn } from '@heddle/testkit/fake-provider'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import type { AnswerConfig, ContentPart, FunctionSpec } from '../../src/google/content-types.ts'
import { google } from '../../src/google.ts'
import { ask } from '../support/answer.ts'

/** The paths of all names in `Ours` that `Theirs` does not have. */
type StrayNames<Ours, Theirs, Path extends string = ''> = Ours extends object
  ? string extends keyof Ours
    ? never
    : {
        [Name in keyof Ours & string]-?: Name extends keyof Theirs
          ? StrayNames<NonNullable<Ours[Name]>, NonNullable<Theirs[Name]>, `${Path}.${Name}`>
          : `${Path}.${Name}`
      }[keyof Ours & string]
  : never

test('what is sent has the names and the types of the vendor’s own client', () => {
  expectTypeOf<StrayNames<ContentPart, Part>>().toEqualTypeOf<never>()
  expectTypeOf<StrayNames<FunctionSpec, FunctionDeclaration>>().toEqualTypeOf<never>()
  expectTypeOf<StrayNames<AnswerConfig, GenerationConfig>>().toEqualTypeOf<never>()
  expectTypeOf<StrayNames<{ thoughtSignatur: 1; inlineData: { mime: 1 } }, Part>>().toEqualTypeOf<
    '.thoughtSignatur' | '.inlineData.mime'
  >()
  expectTypeOf<ContentPart>().toExtend<Part>()
  expectTypeOf<FunctionSpec>().toExtend<FunctionDeclaration>()
  expectTypeOf<AnswerConfig>().toExtend<GenerationConfig>()
})

async function start(...turns: readonly FakeTurn[]): Promise<FakeProvider> {
  const provider = await startFakeProvider({ scripts: { 'gemini-3-flash': { turns } } })
  onTestFinished(() => provider.close())
  return provider
}

function sdkAt({ url }: FakeProvider): GoogleGenAI {
  return new GoogleGenAI({
    apiKey: 'test',
    httpOptions: { baseUrl: url, apiVersion: 'v1beta', retryOptions: { attempts: 1 } },
  })
}

const model = 'gemini-3-flash'

describe('the vendor’s own client', () => {
  test('asks at the same address, with the same body', async () => {
    const provider = await start({ text: 'So' })
    const inputSchema: JsonObject = { type: 'object', properties: { a: { type: 'number' } } }
    const outputSchema: JsonObject = {
      type: 'object',
      properties: { b: { type: 'string' } },
      required: ['b'],
      additionalProperties: false,
    }
    const request: ModelRequest = {
      instructions: 'Be brief.',
      messages: [userMessage('hi')],
      tools: [{ name: 'add', description: 'Adds.', inputSchema }],
      temperature: 0.5,
      maxOutputTokens: 9,
      outputSchema,
      extraBody: { generationConfig: { thinkingConfig: { includeThoughts: true } } },
    }
    const same: GenerateContentParameters = {
      model,
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      config: {
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        tools: [
          {
            functionDeclarations: [{ name: 'add', description: 'Adds.', parametersJsonSchema: inputSchema }],
          },
        ],
        temperature: 0.5,
        maxOutputTokens: 9,
        responseMimeType: 'application/json',
        responseJsonSchema: outputSchema,
        thinkingConfig: { includeThoughts: true },
      },
    }

    await ask(google({ model, apiKey: 'test', baseUrl: provider.googleBaseUrl }), request)
    for await (const _ of await sdkAt(provider).models.generateContentStream(same));

    const [ours, theirs] = provider.requests
    expect(ours?.body).toEqual(theirs?.body)
    expect(ours?.path).toBe(theirs?.path)
    expect(ours?.headers['x-goog-api-key']).toBe(theirs?.headers['x-goog-api-key'])
  })

  test('reads the fake provider: thoughts, text, calls, signatures and usage', async () => {
    const provider = await start({
      reasoning: 'hm',
      text: 'a b',
      toolCalls: [
        { name: 'add', arguments: { a: 1 } },
        { name: 'list', arguments: '' },
      ],
      usage: { input: 7, output: 5, cached: 3, reasoning: 2 },
    })

    const chunks = await Array.fromAsync(
      await sdkAt(provider).models.generateContentStream({ model, contents: 'hi' }),
    )

    const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? [])
    const signature = expect.stringMatching(/^[A-Za-z0-9+/]+=*$/)
    expect(parts).toEqual([
      { text: 'hm', thought: true },
      { text: 'a' },
      { text: ' b' },
      { functionCall: { name: 'add', args: { a: 1 } }, thoughtSignature: signature },
      { functionCall: { name: 'list' } },
      { text: '' },
    ])
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: 7,
        cachedContentTokenCount: 3,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 2,
        totalTokenCount: 12,
      },
    })
  })

  test('reads its answers that are not streamed, and its list of models', async () => {
    const provider = await start({ text: 'a b', finish: 'length' })
    const sdk = sdkAt(provider)

    const answer = await sdk.models.generateContent({ model, contents: 'hi' })
    const listed = await Array.fromAsync(await sdk.models.list())

    expect(answer.text).toBe('a b')
    expect(answer.candidates?.[0]?.finishReason).toBe('MAX_TOKENS')
    expect(listed.map(({ name }) => name)).toEqual(['models/gemini-3-flash'])
  })

  test.each([400, 401, 403, 404, 429, 500, 503])('understands its error %i', async (status) => {
    const provider = await start({ faults: [{ kind: 'status', status }] })

    const asked = sdkAt(provider).models.generateContentStream({ model, contents: 'hi' })

    const error = await asked.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status, message: expect.stringContaining(`"code":${status}`) })
  })
})

describe('the fake provider, like the vendor,', () => {
  const call = (name: string, more: object = {}): Part => ({ functionCall: { name, args: {} }, ...more })
  const result = (name: string): Part => ({ functionResponse: { name, response: { output: 'x' } } })
  const user = (...parts: Part[]): Content => ({ role: 'user', parts })
  const said = (...parts: Part[]): Content => ({ role: 'model', parts })
  const skip = { thoughtSignature: 'skip_thought_signature_validator' }

  test.each<[string, Content[], RegExp]>([
    ['an empty content', [user()], /must not be empty/],
    ['an empty text', [user({ text: '' })], /text/],
    ['a strange role', [{ role: 'assistant', parts: [{ text: 'x' }] }], /valid role/],
    ['two things in one part', [user({ text: 'x', fileData: { fileUri: 'https://a/b' } })], /oneof/],
    [
      'a call that opens the transcript',
      [said(call('a', skip)), user(result('a'))],
      /immediately after a user turn/,
    ],
    [
      'a call after a word of the model',
      [user({ text: 'x' }), said({ text: 'y' }), said(call('a', skip)), user(result('a'))],
      /immediately after a user turn/,
    ],
    [
      'a call that nobody answers',
      [user({ text: 'x' }), said(call('a', skip))],
      /number of function response parts/,
    ],
    [
      'half of the results',
      [user({ text: 'x' }), said(call('a', skip), call('b')), user(result('a'))],
      /number of function response parts/,
    ],
    [
      'a result without a call',
      [user({ text: 'x' }), user(result('a'))],
      /immediately after a function call turn/,
    ],
    [
      'a result of another name',
      [user({ text: 'x' }), said(call('a', skip)), user(result('b'))],
      /response of b/,
    ],
    [
      'a call without a signature',
      [user({ text: 'x' }), said(call('a')), user(result('a'))],
      /missing a thought_signature/,
    ],
    [
      'a signature of somebody else',
      [user({ text: 'x' }), said({ text: 'y', thoughtSignature: 'AAAA' })],
      /signature is not valid/,
    ],
    [
      'a file of a type it does not know',
      [user({ inlineData: { mimeType: 'image/tiff', data: 'AAAA' } })],
      /Unsupported MIME type/,
    ],
  ])('refuses %s', async (_, contents, words) => {
    const provider = await start({ text: 'So' })

    const asked = sdkAt(provider).models.generateContentStream({ model, contents })

    await expect(asked).rejects.toThrow(words)
  })

  test('takes an older turn whose calls have no signature', async () => {
    const provider = await start({ text: 'So' })
    const contents = [
      user({ text: 'x' }),
      said(call('a')),
      user(result('a')),
      said({ text: 'y' }),
      user({ text: 'z' }),
    ]

    const answer = await sdkAt(provider).models.generateContent({ model, contents })

    expect(answer.text).toBe('So')
  })
})

test('a run whose calls must be signed goes on, on the model that it began with and after another one', async () => {
  const turns: FakeTurn[] = [
    { reasoning: 'Two.', toolCalls: ['a', 'b'].map((x) => ({ name: 'look', arguments: { x } })) },
    { text: 'Once more.', toolCalls: [{ name: 'look', arguments: { x: 'c' } }] },
    { text: 'Done.' },
  ]
  const provider = await start(...turns)
  const look = tool({
    name: 'look',
    description: 'Looks.',
    input: { type: 'object', properties: { x: { type: 'string' } } },
    execute: () => 'seen',
  })
  const run = agent({
    model: google({ model, apiKey: 'test', baseUrl: provider.googleBaseUrl }),
    tools: [look],
  }).run('hi')

  const { stop, messages } = await run.result

  expect(stop).toMatchObject({ reason: 'done' })
  const foreign = messages.slice(0, 3).map((message): Message => {
    return message.role === 'assistant' ? { ...message, model: 'google/gemini-2.5-pro' } : message
  })
  const other = google({ model, apiKey: 'test', baseUrl: provider.googleBaseUrl })
  expect((await ask(other, { instructions: '', messages: foreign, tools: [] })).reason).toBe('tool-calls')
})
