import { assistantMessage, userMessage } from '@heddle/core'
import type { JsonObject, LanguageModel, Message } from '@heddle/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startFakeProvider } from '../fake-provider/start-fake-provider.ts'
import type { FakeProvider } from '../fake-provider/start-fake-provider.ts'
import type { FakeTurn, FakeWire, Fault } from '../fake-provider/script.ts'
import { hearAnswer, partsOf, promptRequest } from './hear-answer.ts'

/** Whom the adapter under test is to ask. */
export interface ModelContractTarget {
  /** Give its `openaiBaseUrl` or `anthropicBaseUrl` to the adapter; any key will do. */
  readonly provider: FakeProvider
  /** The model name to send. */
  readonly model: string
  readonly wire: FakeWire
}

/** Makes the adapter under test. It may name its `id` as it likes. */
type MakeModel = (target: ModelContractTarget) => LanguageModel | Promise<LanguageModel>

/** Starts a fake provider with one turn, and an adapter that asks it. */
type Start = (turn: FakeTurn) => Promise<{ readonly provider: FakeProvider; readonly model: LanguageModel }>

/** Where a fault is answered at once, nobody should wait longer for it than this. */
const eventually = { timeout: 5_000, interval: 5 }

/**
 * What every {@link LanguageModel} that speaks one of the two wires must do, as a Vitest suite over real HTTP.
 * Call it at the top of a test file.
 *
 * @param name - Names the adapter in the titles.
 * @param wire - Which vendor the fake provider plays.
 * @param make - Gives an adapter for the fake provider; called anew for every test.
 *
 * @example
 * languageModelContract('compatible', 'openai', ({ provider, model }) =>
 *   compatible({ provider: 'fake', model, baseUrl: provider.openaiBaseUrl, apiKey: 'test' }))
 */
export function languageModelContract(name: string, wire: FakeWire, make: MakeModel): void {
  const start: Start = async (turn) => {
    const provider = await startFakeProvider({ scripts: { 'fake-model': { turns: [turn] } } })
    onTestFinished(() => provider.close())
    return { provider, model: await make({ provider, model: 'fake-model', wire }) }
  }
  describe(`language model contract: ${name} on the ${wire} wire`, () => {
    describe('a whole answer', () => wholeAnswerTests(start))
    describe('an end', () => endTests(start))
    describe('a stream', () => streamTests(start))
    describe('a request', () => requestTests(start))
    describe('a broken answer', () => brokenAnswerTests(start))
    describe('a refused request', () => refusalTests(start, wire))
    describe('an abort', () => abortTests(start))
  })
}

function wholeAnswerTests(start: Start): void {
  test('tells text, its usage and one finish, which comes last', async () => {
    const { model } = await start({ text: 'Warp and weft.', usage: { input: 100, output: 20, cached: 60 } })

    const { events, error } = await hearAnswer(model)

    expect(error).toBeUndefined()
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'Warp and weft.' }])
    expect(events.filter(({ type }) => type === 'finish')).toHaveLength(1)
    expect(events.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: {
        inputTokens: 100,
        outputTokens: 20,
        cacheReadTokens: 60,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      },
    })
  })

  test('numbers reasoning, text and parallel calls in the order they begin', async () => {
    const { model } = await start({
      reasoning: 'Two lookups.',
      text: 'Let me look.',
      toolCalls: [
        { name: 'read_file', arguments: { path: 'a.ts' } },
        { name: 'read_file', arguments: { path: 'b.ts', limit: 10 } },
      ],
      argumentChunks: 3,
    })

    const { events } = await hearAnswer(model)

    expect(partsOf(events)).toEqual([
      { type: 'reasoning', text: 'Two lookups.' },
      { type: 'text', text: 'Let me look.' },
      { type: 'call', name: 'read_file', text: '{"path":"a.ts"}' },
      { type: 'call', name: 'read_file', text: '{"path":"b.ts","limit":10}' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' })
  })

  test.each([
    ['no arguments at all', '', ''],
    ['an empty object', '{}', '{}'],
    ['text that is not JSON', '{"path": "a', '{"path": "a'],
  ])('tells a call with %s as it came', async (_, args, told) => {
    const { model } = await start({ toolCalls: [{ name: 'list', arguments: args }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toBeUndefined()
    expect(partsOf(events)).toEqual([{ type: 'call', name: 'list', text: told }])
  })
}

function endTests(start: Start): void {
  test.each(['stop', 'length', 'content-filter', 'tool-calls'] as const)(
    'tells the finish reason %s',
    async (finish) => {
      const { model } = await start({ text: 'So', finish })

      const { events } = await hearAnswer(model)

      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: finish })
    },
  )

  test('tells an empty answer as a finish alone', async () => {
    const { model } = await start({})

    const { events, error } = await hearAnswer(model)

    expect(error).toBeUndefined()
    expect(events.map(({ type }) => type)).toEqual(['finish'])
  })
}

function streamTests(start: Start): void {
  test('gives batches that are never empty, one for a network read and not for an event', async () => {
    const { model } = await start({ text: Array.from({ length: 500 }, (_, index) => ` ${index}`) })

    const { batches } = await hearAnswer(model)

    expect(batches.filter((batch) => batch.length === 0)).toEqual([])
    expect(batches.length).toBeLessThan(100)
  })

  test('gives what has arrived without waiting for the rest', async () => {
    const { model } = await start({ text: ['now', 'never'], faults: [{ kind: 'silence', afterDeltas: 1 }] })
    const abort = new AbortController()

    const stream = model.stream(promptRequest(), abort.signal)[Symbol.asyncIterator]()
    const first = await stream.next()
    abort.abort()
    await stream.return?.()

    expect(partsOf(first.done === true ? [] : first.value)).toEqual([{ type: 'text', text: 'now' }])
  })

  test.each<Fault>([{ kind: 'split-utf8' }, { kind: 'garbage' }])(
    'is the same behind $kind',
    async (fault) => {
      const { model } = await start({
        reasoning: 'fädchen',
        text: 'warp 🧵🧶 weft € und Kette',
        chunkSize: 4,
        toolCalls: [{ name: 'echo', arguments: { text: '🧵' } }],
        faults: [fault],
      })

      const [disturbed, clean] = [await hearAnswer(model), await hearAnswer(model)]

      expect(disturbed.error).toBeUndefined()
      expect(partsOf(disturbed.events)).toEqual(partsOf(clean.events))
      expect(disturbed.events.at(-1)).toEqual(clean.events.at(-1))
    },
  )

  test('never splits a surrogate pair, even if the vendor does', async () => {
    const { model } = await start({ text: ['a \ud83e', '\uddf5 b'] })

    const { events } = await hearAnswer(model)

    const texts = events.flatMap((event) => (event.type === 'text.delta' ? [event.text] : []))
    expect(texts.join('')).toBe('a 🧵 b')
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([])
  })
}

function requestTests(start: Start): void {
  test('carries temperature, extra body and tools', async () => {
    const { provider, model } = await start({ text: 'So' })
    const inputSchema: JsonObject = { type: 'object', properties: { path: { type: 'string' } } }

    await hearAnswer(
      model,
      promptRequest({
        instructions: 'Be brief.',
        temperature: 0.5,
        tools: [{ name: 'read_file', description: 'Reads a file.', inputSchema }],
        extraBody: { metadata: { user_id: 'weaver' } },
      }),
    )

    const body = provider.requests[0]?.body
    expect(body).toMatchObject({ model: 'fake-model', temperature: 0.5, metadata: { user_id: 'weaver' } })
    expect(JSON.stringify(body)).toContain('Be brief.')
    expect(JSON.stringify(body)).toContain(JSON.stringify(inputSchema))
  })

  test('carries the schema that the answer must fit', async () => {
    const { provider, model } = await start({ text: '{"city":"Gent"}' })
    const outputSchema: JsonObject = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }

    await hearAnswer(model, promptRequest({ outputSchema }))
    await hearAnswer(model, promptRequest())

    const [asked, plain] = provider.requests.map(({ body }) => JSON.stringify(body))
    expect(asked).toContain(JSON.stringify(outputSchema))
    expect(plain).not.toContain('schema')
  })

  test('carries a transcript of calls, results and failures that the vendor accepts', async () => {
    const { provider, model } = await start({ text: 'So' })

    const { events, error } = await hearAnswer(model, promptRequest({ messages: longTranscript() }))

    expect(error).toBeUndefined()
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'So' }])
    expect(JSON.stringify(provider.requests[0]?.body)).toContain('no such file')
  })

  test('has the same bytes for the same transcript, and begins alike for a longer one', async () => {
    const { provider, model } = await start({ text: 'So' })
    const messages = longTranscript()

    await hearAnswer(model, promptRequest({ messages }))
    await hearAnswer(model, promptRequest({ messages: structuredClone(messages) }))
    await hearAnswer(
      model,
      promptRequest({ messages: [...messages, assistantMessage('So'), userMessage('more')] }),
    )

    const [first, second, third] = provider.requests.map(({ body }) =>
      JSON.stringify((body as JsonObject)['messages']),
    )
    expect(second).toBe(first)
    expect(third?.startsWith(first?.slice(0, -1) ?? '-')).toBe(true)
  })
}

/** Everything that a history can hold, as the core repairs it. */
function longTranscript(): Message[] {
  const call = (callId: string, input: JsonObject): object => ({
    type: 'tool-call',
    callId,
    name: 'read_file',
    input,
  })
  const error = { code: 'tool.failed', message: 'no such file', retryable: false }
  const result = { type: 'tool-result', name: 'read_file', status: 'ok', output: null }
  return [
    userMessage('hi'),
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Two lookups.' },
        { type: 'text', text: 'Let me look.' },
        call('call_aaaaaaaaaaaaaaaa', { path: 'a.ts' }),
        call('call_bbbbbbbbbbbbbbbb', {}),
      ],
    } as Message,
    {
      role: 'tool',
      content: [
        { ...result, callId: 'call_aaaaaaaaaaaaaaaa', output: { lines: 2 } },
        { ...result, callId: 'call_bbbbbbbbbbbbbbbb', status: 'error', error },
      ],
    } as Message,
    { role: 'assistant', content: [{ type: 'text', text: 'One of them' }], incomplete: true },
    userMessage('go on'),
  ]
}

function brokenAnswerTests(start: Start): void {
  test.each<[string, Fault, string]>([
    ['is cut', { kind: 'cut', afterDeltas: 2 }, 'model.interrupted'],
    ['ends in order but without its end', { kind: 'no-end' }, 'model.interrupted'],
    ['holds broken JSON', { kind: 'malformed', afterDeltas: 2 }, 'model.bad_response'],
    ['holds an error event', { kind: 'error-event', afterDeltas: 2 }, 'model.unavailable'],
  ])('that %s is told as far as it came, then throws a retryable error', async (_, fault, code) => {
    const { provider, model } = await start({ text: ['one ', 'two '], faults: [fault] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code, retryable: true })
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'one two ' }])
    expect(events.filter(({ type }) => type === 'finish')).toEqual([])
    await expect.poll(() => provider.openRequests, eventually).toBe(0)
  })

  test('that is cut before its first byte throws a retryable error', async () => {
    const { model } = await start({ text: 'So', faults: [{ kind: 'cut', afterBytes: 0 }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
    expect(events).toEqual([])
  })

  test('for want of money throws model.spend_limit, which no retry will mend', async () => {
    const { model } = await start({
      text: 'So',
      faults: [{ kind: 'error-event', status: 402, reason: 'quota' }],
    })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.spend_limit', retryable: false })
  })
}

function refusalTests(start: Start, wire: FakeWire): void {
  test.each([
    [400, 'model.invalid_request', false],
    [401, 'model.auth', false],
    [402, 'model.spend_limit', false],
    [403, 'model.auth', false],
    [404, 'model.not_found', false],
    [429, 'model.rate_limited', true],
    [500, 'model.unavailable', true],
    [502, 'model.unavailable', true],
    [503, 'model.unavailable', true],
    [529, 'model.unavailable', true],
  ])('with status %i throws %s', async (status, code, retryable) => {
    const { provider, model } = await start({ text: 'So', faults: [{ kind: 'status', status }] })

    const { events, error } = await hearAnswer(model)

    expect(error).toMatchObject({ code, retryable })
    expect(events).toEqual([])
    expect(provider.requests).toHaveLength(1)
  })

  test('because the prompt is too long throws model.context_overflow', async () => {
    const { model } = await start({ faults: [{ kind: 'status', status: 400, reason: 'overflow' }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.context_overflow', retryable: false })
  })

  test('for want of money throws model.spend_limit', async () => {
    // One vendor says it with a 429, the other with a 400.
    const status = wire === 'openai' ? 429 : 400
    const { model } = await start({ faults: [{ kind: 'status', status, reason: 'quota' }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.spend_limit', retryable: false })
  })

  test.each([
    ['in seconds', { form: 'seconds', ms: 2_000 }, 2_000],
    ['in milliseconds', { form: 'ms', ms: 250 }, 250],
    ['in the past', { form: 'seconds', ms: -5_000 }, 0],
  ] as const)('tells the wait that is asked %s', async (_, retryAfter, retryAfterMs) => {
    const { model } = await start({ faults: [{ kind: 'status', status: 429, retryAfter }] })

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.rate_limited', retryAfterMs })
  })

  test('tells the wait that is asked as a date', async () => {
    const { model } = await start({
      faults: [{ kind: 'status', status: 429, retryAfter: { form: 'date', ms: 60_000 } }],
    })

    const { error } = await hearAnswer(model)

    const { retryAfterMs } = error as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(30_000)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('because nobody listens throws model.unavailable', async () => {
    const { provider, model } = await start({ text: 'So' })
    await provider.close()

    const { error } = await hearAnswer(model)

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
  })
}

function abortTests(start: Start): void {
  test.each<[string, Fault]>([
    ['before the headers', { kind: 'silence', headers: false }],
    ['before the first event', { kind: 'silence' }],
    ['in the middle', { kind: 'silence', afterDeltas: 1 }],
  ])('%s throws model.aborted and closes the connection', async (_, fault) => {
    const { provider, model } = await start({ text: ['one', 'two'], faults: [fault] })
    const abort = new AbortController()

    const heard = hearAnswer(model, promptRequest(), abort.signal)
    await expect.poll(() => provider.openRequests, eventually).toBe(1)
    abort.abort()
    const { error } = await heard

    expect(error).toMatchObject({ code: 'model.aborted', retryable: false })
    await expect
      .poll(() => provider.requests.map(({ closedByClient }) => closedByClient), eventually)
      .toEqual([true])
    expect(provider.openRequests).toBe(0)
  })

  test('that came first throws model.aborted and asks nobody', async () => {
    const { provider, model } = await start({ text: 'So' })

    const { error } = await hearAnswer(model, promptRequest(), AbortSignal.abort())

    expect(error).toMatchObject({ code: 'model.aborted' })
    expect(provider.requests).toEqual([])
  })

  test('is not needed by a reader who leaves: the connection is closed for it', async () => {
    const { provider, model } = await start({
      text: ['one', 'two'],
      faults: [{ kind: 'silence', afterDeltas: 1 }],
    })

    for await (const _ of model.stream(promptRequest(), new AbortController().signal)) break

    await expect
      .poll(() => provider.requests.map(({ closedByClient }) => closedByClient), eventually)
      .toEqual([true])
  })
}
