import { describe, expect, test } from 'vitest'
import { ask, askUntilFailure } from '../support/answer.ts'
import { contentFrames } from '../support/frames.ts'
import { providerServer, sendJson, sendStream } from '../support/provider-server.ts'
import { answering, chunk, modelAt, STOP } from './answering.ts'

describe('an answer', () => {
  test('with a signature on a text keeps that text apart from the ones around it', async () => {
    const server = await answering(
      chunk([{ text: 'a' }]),
      chunk([{ text: 'b', thoughtSignature: 'AAAA' }]),
      chunk([{ text: 'c' }]),
      STOP,
    )

    const { parts } = await ask(modelAt(server))

    expect(parts).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'text', text: 'b', opaque: { thoughtSignature: 'AAAA' } },
      { kind: 'text', text: 'c' },
    ])
  })

  test('keeps thoughts, calls, programs and lone signatures in their places', async () => {
    const code = { executableCode: { language: 'PYTHON', code: '1' } }
    const server = await answering(
      chunk([
        { text: 'Hm', thought: true },
        { text: ' so', thought: true },
      ]),
      chunk([{ text: '', thoughtSignature: 'AAAA' }]),
      chunk([code, { codeExecutionResult: { outcome: 'OUTCOME_OK' }, thoughtSignature: 'BBBB' }]),
      chunk([{ functionCall: { name: 'now' } }, { text: '', thoughtSignature: 'CCCC' }, {}]),
      STOP,
    )

    const answered = await ask(modelAt(server))

    expect(answered).toEqual({
      parts: [
        { kind: 'reasoning', text: 'Hm so', opaque: { next: { text: '', thoughtSignature: 'AAAA' } } },
        { kind: 'opaque', opaque: code },
        {
          kind: 'opaque',
          opaque: { codeExecutionResult: { outcome: 'OUTCOME_OK' }, thoughtSignature: 'BBBB' },
        },
        { kind: 'call', name: 'now', text: '' },
        { kind: 'opaque', opaque: { text: '', thoughtSignature: 'CCCC' } },
      ],
      reason: 'tool-calls',
      usage: null,
    })
  })

  test('keeps what a search found with the last text, beside its signature', async () => {
    const groundingMetadata = { webSearchQueries: ['heddle'] }
    const server = await answering(
      chunk([{ text: 'So' }]),
      chunk([{ text: '', thoughtSignature: 'AAAA' }], { finishReason: 'STOP', groundingMetadata }),
    )

    const { parts } = await ask(modelAt(server))

    expect(parts).toEqual([
      {
        kind: 'text',
        text: 'So',
        opaque: { next: { text: '', thoughtSignature: 'AAAA' }, sources: { groundingMetadata } },
      },
    ])
  })

  test('keeps what a search found with the text, although the model thought after it', async () => {
    const server = await answering(
      chunk([{ text: 'So' }, { text: 'Hm', thought: true }]),
      chunk([], { finishReason: 'STOP', citationMetadata: { citations: [] } }),
    )

    const { parts } = await ask(modelAt(server))

    expect(parts).toEqual([
      { kind: 'text', text: 'So', opaque: { sources: { citationMetadata: { citations: [] } } } },
      { kind: 'reasoning', text: 'Hm' },
    ])
  })

  test('keeps the texts before and after a picture apart', async () => {
    const picture = { inlineData: { mimeType: 'image/png', data: 'AAAA' } }
    const server = await answering(chunk([{ text: 'a' }]), chunk([picture]), chunk([{ text: 'b' }]), STOP)

    const { parts } = await ask(modelAt(server))

    expect(parts).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'opaque', opaque: picture },
      { kind: 'text', text: 'b' },
    ])
  })

  test('has no end before a reason that says something', async () => {
    const unset = chunk([{ text: 'a' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' })

    const { error } = await askUntilFailure(modelAt(await answering(unset)))
    const whole = await ask(modelAt(await answering(unset, STOP, unset)))

    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
    expect(whole.reason).toBe('stop')
  })

  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['OTHER', 'other'],
    ['TOO_MANY_TOOL_CALLS', 'other'],
  ])('that ends with %s finishes as %s', async (finishReason, reason) => {
    const server = await answering(chunk([{ text: 'a' }], { finishReason }))

    expect(await ask(modelAt(server))).toMatchObject({ parts: [{ text: 'a' }], reason })
  })

  test.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'MALFORMED_RESPONSE'])(
    'that ends with %s is none, and worth another try',
    async (finishReason) => {
      const server = await answering({ candidates: [{ finishReason, index: 0 }] })

      const { error } = await askUntilFailure(modelAt(server))

      expect(error).toMatchObject({
        code: 'model.bad_response',
        retryable: true,
        message: expect.stringContaining(finishReason),
      })
    },
  )

  test('that was blocked before it began is filtered content', async () => {
    const server = await answering({
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 7 },
    })

    expect(await ask(modelAt(server))).toMatchObject({
      parts: [],
      reason: 'content-filter',
      usage: { inputTokens: 7 },
    })
  })

  test('counts thoughts as output, and what tools gave the model to read as input', async () => {
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 20,
      toolUsePromptTokenCount: 30,
    }
    const server = await answering(
      { ...chunk([{ text: 'a' }]), usageMetadata: { ...usageMetadata, candidatesTokenCount: 1 } },
      { ...STOP, usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 5 } },
    )

    expect((await ask(modelAt(server))).usage).toEqual({
      inputTokens: 130,
      outputTokens: 25,
      cacheReadTokens: 60,
      cacheWriteTokens: 0,
      reasoningTokens: 20,
    })
  })

  test('is the first candidate alone', async () => {
    const server = await answering(
      {
        candidates: [
          { index: 1, content: { parts: [{ text: 'no' }] }, finishReason: 'SAFETY' },
          { index: 0, content: { parts: [{ text: 'yes' }] } },
        ],
      },
      STOP,
    )

    expect(await ask(modelAt(server))).toMatchObject({ parts: [{ text: 'yes' }], reason: 'stop' })
  })

  test('may come whole, as one array of chunks', async () => {
    const server = await providerServer((response) =>
      sendJson(response, 200, [chunk([{ text: 'a' }]), chunk([{ text: 'b' }]), STOP]),
    )

    expect(await ask(modelAt(server))).toMatchObject({ parts: [{ text: 'ab' }], reason: 'stop' })
  })

  test('with a call that has no name is no answer', async () => {
    const server = await answering(chunk([{ text: 'a' }, { functionCall: { args: {} } }]), STOP)

    const { events, error } = await askUntilFailure(modelAt(server))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'a' }])
    expect(error).toMatchObject({ code: 'model.bad_response' })
  })
})

describe('a refusal', () => {
  const refusedWith = async (status: number, error: object): Promise<unknown> => {
    const server = await providerServer((response) =>
      sendJson(response, status, { error: { code: status, ...error } }),
    )
    return (await askUntilFailure(modelAt(server))).error
  }
  const detail = (type: string, more: object): object => ({
    '@type': `type.googleapis.com/google.rpc.${type}`,
    ...more,
  })

  test('of a bad key is told as such, although its status is 400', async () => {
    const error = await refusedWith(400, {
      status: 'INVALID_ARGUMENT',
      message: 'API key not valid. Please pass a valid API key.',
      details: [detail('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' })],
    })

    expect(error).toMatchObject({ code: 'model.auth', retryable: false })
  })

  test.each([
    ['GenerateRequestsPerMinutePerProjectPerModel-FreeTier', 'model.rate_limited', 34_075],
    ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'model.spend_limit', undefined],
  ])('for want of the quota %s is %s', async (quotaId, code, retryAfterMs) => {
    const error = await refusedWith(429, {
      status: 'RESOURCE_EXHAUSTED',
      message: 'You exceeded your current quota, please check your plan and billing details.',
      details: [
        detail('QuotaFailure', { violations: [{ quotaId, quotaValue: '250' }] }),
        detail('RetryInfo', { retryDelay: '34.074824224s' }),
      ],
    })

    expect(error).toMatchObject({ code, retryAfterMs })
  })

  test('in the middle of an answer is told by its status', async () => {
    const server = await answering(chunk([{ text: 'a' }]), {
      error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' },
    })

    const { events, error } = await askUntilFailure(modelAt(server))

    expect(events).toHaveLength(1)
    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
  })

  test.each([
    ['an object', (json: string): string => json],
    ['an array', (json: string): string => `[${json}]`],
  ])('in the middle of an answer may be %s without being an event', async (_, written) => {
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Slower: {please}.' }
    const server = await providerServer((response) =>
      sendStream(
        response,
        `${contentFrames(chunk([{ text: 'a' }]))}${written(JSON.stringify({ error }, null, 2))}\n`,
      ),
    )

    const heard = await askUntilFailure(modelAt(server))

    expect(heard.events).toHaveLength(1)
    expect(heard.error).toMatchObject({
      code: 'model.rate_limited',
      message: expect.stringContaining('Slower'),
    })
  })

  test('never repeats the key', async () => {
    const error = await refusedWith(403, {
      status: 'PERMISSION_DENIED',
      message: 'The key test-key-0001 is blocked.',
    })

    expect(error).toMatchObject({ code: 'model.auth', message: expect.not.stringContaining('test-key-0001') })
  })
})
