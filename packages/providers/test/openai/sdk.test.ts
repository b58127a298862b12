import { ConfigError } from '@heddle/core'
import { describe, expect, test, vi } from 'vitest'
import { openai } from '../../src/openai.ts'
import type { OpenaiOptions } from '../../src/openai.ts'
import { ask, askUntilFailure } from '../support/answer.ts'
import { messageFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import type { Heard, ProviderServer } from '../support/provider-server.ts'

const KEY = 'sk-very-secret-key'

function okServer(): Promise<ProviderServer> {
  const frames = messageFrames({ type: 'response.completed', response: { output: [] } })
  return providerServer((response) => sendStream(response, frames))
}

async function heardFor(options: Partial<OpenaiOptions>): Promise<Heard> {
  const server = await okServer()
  await ask(openai({ model: 'm', baseUrl: server.url, ...options }))
  const [heard] = server.requests
  if (!heard) throw new Error('nothing was sent')
  return heard
}

describe("the vendor's SDK", () => {
  test('takes key, address and headers from us, and nothing from its environment', async () => {
    const variables = [
      'OPENAI_API_KEY',
      'OPENAI_ADMIN_KEY',
      'OPENAI_ORG_ID',
      'OPENAI_PROJECT_ID',
      'OPENAI_WEBHOOK_SECRET',
    ]
    for (const name of variables) vi.stubEnv(name, 'from-the-environment')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1')
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-surprise: 1\nopenai-beta: surprise')
    vi.stubEnv('OPENAI_LOG', 'debug')
    const noise = vi.spyOn(process.stderr, 'write')
    const chatter = (['debug', 'info', 'warn', 'error', 'log'] as const).map((name) =>
      vi.spyOn(console, name),
    )
    try {
      const { path, headers } = await heardFor({ apiKey: KEY, headers: { 'x-mine': '2' } })

      expect(path).toBe('/responses')
      expect(headers.authorization).toBe(`Bearer ${KEY}`)
      expect(headers['x-mine']).toBe('2')
      expect(headers['content-type']).toBe('application/json')
      expect(headers.accept).toBe('text/event-stream')
      expect(headers).not.toHaveProperty('x-surprise')
      expect(headers).not.toHaveProperty('openai-beta')
      expect(headers).not.toHaveProperty('openai-organization')
      expect(headers).not.toHaveProperty('openai-project')
      expect(JSON.stringify(headers)).not.toContain('from-the-environment')
      expect([noise, ...chatter].flatMap((spy) => spy.mock.calls)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    }
  })

  test('reads OPENAI_API_KEY at each request when no key is given', async () => {
    const server = await okServer()
    const model = openai({ model: 'm', baseUrl: `${server.url}/v1/` })
    try {
      for (const key of ['first', 'second']) {
        vi.stubEnv('OPENAI_API_KEY', key)
        await ask(model)
      }
    } finally {
      vi.unstubAllEnvs()
    }

    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/responses', 'Bearer first'],
      ['/v1/responses', 'Bearer second'],
    ])
  })

  test.each<[string, Partial<OpenaiOptions>]>([
    ['is not set', {}],
    ['is empty', { apiKey: () => '' }],
  ])('is not asked when the key %s', async (_, options) => {
    vi.stubEnv('OPENAI_API_KEY', options.apiKey === undefined ? '' : 'not-this-one')
    const server = await okServer()

    const { error } = await askUntilFailure(openai({ model: 'm', baseUrl: server.url, ...options }))
    vi.unstubAllEnvs()

    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ code: 'config.missing_key' })
    expect(server.requests).toEqual([])
  })

  test("gives Azure its key, its version and its path, and never OpenAI's key", async () => {
    vi.stubEnv('OPENAI_API_KEY', 'not-for-azure')
    const server = await okServer()

    await ask(
      openai({
        provider: 'azure',
        model: 'deployment',
        baseUrl: `${server.url}/openai/v1`,
        headers: { 'Api-Key': KEY },
        query: { 'api-version': 'preview' },
      }),
    )
    vi.unstubAllEnvs()

    const [heard] = server.requests
    expect(heard?.path).toBe('/openai/v1/responses?api-version=preview')
    expect(heard?.headers['api-key']).toBe(KEY)
    expect(heard?.headers).not.toHaveProperty('authorization')
  })

  test('sends what Chat Completions are asked to their own path', async () => {
    const server = await okServer()

    await askUntilFailure(openai({ api: 'chat', model: 'm', apiKey: KEY, baseUrl: server.url }))

    expect(server.requests.map(({ path }) => path)).toEqual(['/chat/completions'])
  })

  test('says what to do about a server that knows nothing of Responses', async () => {
    const server = await providerServer((response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"detail":"Not Found"}')
    })
    const settings = { model: 'm', apiKey: KEY, baseUrl: server.url }

    const [responses, chat] = [
      await askUntilFailure(openai(settings)),
      await askUntilFailure(openai({ ...settings, api: 'chat' })),
    ]

    expect(responses.error).toMatchObject({
      code: 'model.not_found',
      message: `openai answered 404: Not Found; check the name of the model and the base URL; if the server speaks Chat Completions alone, set wire = "chat" in its endpoint, or api: 'chat' in openai()`,
    })
    expect(chat.error).toMatchObject({
      message: 'openai answered 404: Not Found; check the name of the model and the base URL',
    })
  })

  test('gives no such advice for a model that is not there', async () => {
    const server = await providerServer((response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"error":{"code":"DeploymentNotFound","message":"It does not exist."}}')
    })

    const { error } = await askUntilFailure(openai({ model: 'm', apiKey: KEY, baseUrl: server.url }))

    expect(error).toMatchObject({ message: expect.stringMatching(/exist; check the name [^;]*$/) })
  })

  test('gives no such advice for OpenAI itself', async () => {
    const fetch = (): Promise<Response> =>
      Promise.resolve(Response.json({ error: { message: 'no' } }, { status: 404 }))

    const { error } = await askUntilFailure(openai({ model: 'm', apiKey: KEY, fetch }))

    expect(error).toMatchObject({
      message: 'openai answered 404: no; check the name of the model and the base URL',
    })
  })

  test('asks once, also when the connection breaks', async () => {
    const server = await providerServer((response) => void response.destroy())

    const { error } = await askUntilFailure(openai({ model: 'm', apiKey: KEY, baseUrl: server.url }))

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
    expect(server.requests).toHaveLength(1)
  })

  test.each(['ours', "the caller's"])(
    'never retries, and loses nothing of an error: %s fetch',
    async (whose) => {
      const server = await providerServer((response) => {
        response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' })
        response.end(JSON.stringify({ detail: `Too many requests of ${KEY}` }))
      })
      const fetch =
        whose === 'ours' ? {} : { fetch: (url: string, init: RequestInit) => globalThis.fetch(url, init) }

      const { error } = await askUntilFailure(
        openai({ model: 'm', apiKey: KEY, baseUrl: server.url, ...fetch }),
      )

      expect(error).toMatchObject({
        code: 'model.rate_limited',
        retryAfterMs: 7_000,
        message: 'openai answered 429: Too many requests of ***',
      })
      expect(server.requests).toHaveLength(1)
    },
  )
})
