import Anthropic from '@anthropic-ai/sdk'
import type { ErrorCode, LanguageModel } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, Fault } from '@heddle/testkit/fake-provider'
import OpenAI from 'openai'
import { describe, expect, onTestFinished, test } from 'vitest'
import { anthropic } from '../src/anthropic.ts'
import { compatible } from '../src/compatible.ts'
import { askUntilFailure } from './support/answer.ts'

/** One failure: how the fake provider makes it, as what the vendor's own client knows it, and which code it has here. */
interface Case {
  readonly name: string
  readonly fault: Fault
  /** The class of the vendor's client, and what it read of the body. */
  readonly client: { readonly kind: new (...args: never[]) => Error; readonly facts: object }
  readonly code: ErrorCode
}

type Vendor = 'openai' | 'anthropic'

const CHAT: readonly Case[] = [
  {
    name: 'a wrong key',
    fault: { kind: 'status', status: 401 },
    client: { kind: OpenAI.AuthenticationError, facts: { status: 401, code: 'invalid_api_key' } },
    code: 'model.auth',
  },
  {
    name: 'no money left',
    fault: { kind: 'status', status: 402 },
    client: { kind: OpenAI.APIError, facts: { status: 402 } },
    code: 'model.spend_limit',
  },
  {
    name: 'a forbidden model',
    fault: { kind: 'status', status: 403 },
    client: { kind: OpenAI.PermissionDeniedError, facts: { status: 403, code: 'permission_denied' } },
    code: 'model.auth',
  },
  {
    name: 'an unknown model',
    fault: { kind: 'status', status: 404 },
    client: { kind: OpenAI.NotFoundError, facts: { status: 404, code: 'model_not_found' } },
    code: 'model.not_found',
  },
  {
    name: 'a context overflow',
    fault: { kind: 'status', status: 400, reason: 'overflow' },
    client: { kind: OpenAI.BadRequestError, facts: { status: 400, code: 'context_length_exceeded' } },
    code: 'model.context_overflow',
  },
  {
    name: 'a request that is too large',
    fault: { kind: 'status', status: 413 },
    client: { kind: OpenAI.APIError, facts: { status: 413, type: 'invalid_request_error' } },
    code: 'model.invalid_request',
  },
  {
    name: 'a rate limit',
    fault: { kind: 'status', status: 429 },
    client: { kind: OpenAI.RateLimitError, facts: { status: 429, code: 'rate_limit_exceeded' } },
    code: 'model.rate_limited',
  },
  {
    name: 'a spent quota',
    fault: { kind: 'status', status: 429, reason: 'quota' },
    client: { kind: OpenAI.RateLimitError, facts: { status: 429, code: 'insufficient_quota' } },
    code: 'model.spend_limit',
  },
  {
    name: 'a failure of the server',
    fault: { kind: 'status', status: 500 },
    client: { kind: OpenAI.InternalServerError, facts: { status: 500, type: 'server_error' } },
    code: 'model.unavailable',
  },
  {
    name: 'an overload',
    fault: { kind: 'status', status: 503 },
    client: { kind: OpenAI.InternalServerError, facts: { status: 503, code: 'overloaded' } },
    code: 'model.unavailable',
  },
  {
    name: 'an overload in the stream',
    fault: { kind: 'error-event', afterDeltas: 1, status: 503 },
    client: { kind: OpenAI.APIError, facts: { status: undefined, code: 'overloaded' } },
    code: 'model.unavailable',
  },
  {
    name: 'a rate limit in the stream',
    fault: { kind: 'error-event', afterDeltas: 1, status: 429 },
    client: { kind: OpenAI.APIError, facts: { status: undefined, code: 'rate_limit_exceeded' } },
    code: 'model.rate_limited',
  },
  {
    name: 'a spent quota in the stream',
    fault: { kind: 'error-event', afterDeltas: 1, status: 429, reason: 'quota' },
    client: { kind: OpenAI.APIError, facts: { status: undefined, code: 'insufficient_quota' } },
    code: 'model.spend_limit',
  },
]

const MESSAGES: readonly Case[] = [
  {
    name: 'a wrong key',
    fault: { kind: 'status', status: 401 },
    client: { kind: Anthropic.AuthenticationError, facts: { status: 401, type: 'authentication_error' } },
    code: 'model.auth',
  },
  {
    name: 'no money left',
    fault: { kind: 'status', status: 402 },
    client: { kind: Anthropic.APIError, facts: { status: 402, type: 'billing_error' } },
    code: 'model.spend_limit',
  },
  {
    name: 'too little credit',
    fault: { kind: 'status', status: 400, reason: 'quota' },
    client: { kind: Anthropic.BadRequestError, facts: { status: 400, type: 'invalid_request_error' } },
    code: 'model.spend_limit',
  },
  {
    name: 'a forbidden model',
    fault: { kind: 'status', status: 403 },
    client: { kind: Anthropic.PermissionDeniedError, facts: { status: 403, type: 'permission_error' } },
    code: 'model.auth',
  },
  {
    name: 'an unknown model',
    fault: { kind: 'status', status: 404 },
    client: { kind: Anthropic.NotFoundError, facts: { status: 404, type: 'not_found_error' } },
    code: 'model.not_found',
  },
  {
    name: 'a context overflow',
    fault: { kind: 'status', status: 400, reason: 'overflow' },
    client: { kind: Anthropic.BadRequestError, facts: { status: 400, type: 'invalid_request_error' } },
    code: 'model.context_overflow',
  },
  {
    name: 'a request that is too large',
    fault: { kind: 'status', status: 413 },
    client: { kind: Anthropic.APIError, facts: { status: 413, type: 'request_too_large' } },
    code: 'model.context_overflow',
  },
  {
    name: 'a rate limit',
    fault: { kind: 'status', status: 429 },
    client: { kind: Anthropic.RateLimitError, facts: { status: 429, type: 'rate_limit_error' } },
    code: 'model.rate_limited',
  },
  {
    name: 'a failure of the server',
    fault: { kind: 'status', status: 500 },
    client: { kind: Anthropic.InternalServerError, facts: { status: 500, type: 'api_error' } },
    code: 'model.unavailable',
  },
  {
    name: 'an overload',
    fault: { kind: 'status', status: 529 },
    client: { kind: Anthropic.InternalServerError, facts: { status: 529, type: 'overloaded_error' } },
    code: 'model.unavailable',
  },
  {
    name: 'an overload in the stream',
    fault: { kind: 'error-event', afterDeltas: 1 },
    client: { kind: Anthropic.APIError, facts: { status: undefined, type: 'overloaded_error' } },
    code: 'model.unavailable',
  },
  {
    name: 'a rate limit in the stream',
    fault: { kind: 'error-event', afterDeltas: 1, status: 429 },
    client: { kind: Anthropic.APIError, facts: { status: undefined, type: 'rate_limit_error' } },
    code: 'model.rate_limited',
  },
  {
    name: 'a context overflow in the stream',
    fault: { kind: 'error-event', afterDeltas: 1, status: 400, reason: 'overflow' },
    client: { kind: Anthropic.APIError, facts: { status: undefined, type: 'invalid_request_error' } },
    code: 'model.context_overflow',
  },
]

/** A provider that makes each of these mistakes, in turn. */
async function failing(...faults: readonly Fault[]): Promise<FakeProvider> {
  const provider = await startFakeProvider({ scripts: { m: { turns: [{ text: 'one two', faults }] } } })
  onTestFinished(() => provider.close())
  return provider
}

const MODELS: Readonly<Record<Vendor, (provider: FakeProvider) => LanguageModel>> = {
  openai: ({ openaiBaseUrl: baseUrl }) =>
    compatible({ provider: 'vendor', model: 'm', baseUrl, apiKey: 'key' }),
  anthropic: ({ anthropicBaseUrl: baseUrl }) => anthropic({ model: 'm', baseUrl, apiKey: 'key' }),
}

/** Asks with the vendor's own client, and reads the answer to its end. */
const CLIENTS: Readonly<Record<Vendor, (provider: FakeProvider, maxRetries: number) => Promise<unknown>>> = {
  async openai({ openaiBaseUrl: baseURL }, maxRetries) {
    const client = new OpenAI({ apiKey: 'key', baseURL, maxRetries, logLevel: 'off' })
    const messages = [{ role: 'user', content: 'hi' } as const]
    return Array.fromAsync(await client.chat.completions.create({ model: 'm', stream: true, messages }))
  },
  async anthropic({ anthropicBaseUrl: baseURL }, maxRetries) {
    const client = new Anthropic({ apiKey: 'key', baseURL, maxRetries, logLevel: 'off' })
    const messages = [{ role: 'user', content: 'hi' } as const]
    return Array.fromAsync(
      await client.messages.create({ model: 'm', max_tokens: 9, stream: true, messages }),
    )
  },
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
}

describe.each<{ vendor: Vendor; cases: readonly Case[] }>([
  { vendor: 'openai', cases: CHAT },
  { vendor: 'anthropic', cases: MESSAGES },
])("what $vendor's own client makes of a failure", ({ vendor, cases }) => {
  test.each(cases)('$name is known to it, and is $code here', async ({ fault, client, code }) => {
    const provider = await failing(fault, fault)

    const known = await thrownBy(CLIENTS[vendor](provider, 0))
    const { error } = await askUntilFailure(MODELS[vendor](provider))

    expect(known).toBeInstanceOf(client.kind)
    expect(known).toMatchObject(client.facts)
    expect(error).toMatchObject({ code })
  })

  test.each([
    { form: 'ms', ms: 60 },
    { form: 'seconds', ms: 1_000 },
    { form: 'date', ms: 1_500 },
  ] as const)('a wait of $ms ms, told as $form, is kept by it, and told here', async (retryAfter) => {
    const fault: Fault = { kind: 'status', status: 429, retryAfter }
    const provider = await failing(fault, { kind: 'none' }, fault)

    await CLIENTS[vendor](provider, 1)
    const { error } = await askUntilFailure(MODELS[vendor](provider))

    const [first, second] = provider.requests.map(({ atMs }) => atMs)
    const { retryAfterMs } = error as { retryAfterMs: number }
    // A date has whole seconds.
    const leastMs = retryAfter.form === 'date' ? retryAfter.ms - 1_100 : retryAfter.ms - 5
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(leastMs)
    expect(retryAfterMs).toBeGreaterThanOrEqual(leastMs)
    expect(retryAfterMs).toBeLessThanOrEqual(retryAfter.ms)
  })
})
