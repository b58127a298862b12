import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { ModelError } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listModels } from '../../src/backends/list-models.ts'
import { probeEndpoint } from '../../src/backends/probe-endpoint.ts'
import { closedPort, providerServer, sendJson } from '../support/provider-server.ts'

interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

/** What a backend lists whose server answers like this, and what that server heard. */
async function listed(
  provider: string,
  answer: (response: ServerResponse, path: string) => void,
  more: Record<string, string> = {},
): Promise<{ ids: string[]; models: Awaited<ReturnType<typeof listModels>>; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = await providerServer((response, { path, headers }) => {
    heard.push({ path, headers })
    answer(response, path)
  })
  const prefix = provider.toUpperCase().replace('.', '_')
  const env = { [`${prefix}_BASE_URL`]: `${server.url}/v1`, [`${prefix}_API_KEY`]: 'k', ...more }
  const models = await listModels(provider, { env })
  return { models, ids: models.map(({ id }) => id), heard }
}

const openai = (...ids: string[]): object => ({
  object: 'list',
  data: ids.map((id) => ({ id, object: 'model' })),
})

test('gives what OpenAI-compatible servers list, the newest first, with what the catalogue knows', async () => {
  const { models, ids, heard } = await listed('openai', (response) =>
    sendJson(response, 200, openai('whisper-1', 'gpt-4o', 'gpt-5.4', 'gpt-4.1')),
  )

  expect(ids).toEqual(['openai/gpt-5.4', 'openai/gpt-4.1', 'openai/gpt-4o', 'openai/whisper-1'])
  expect(models[0]).toMatchObject({
    info: { contextWindow: 1_050_000, price: { input: 2.5 } },
    entry: { releaseDate: '2026-03-05' },
  })
  expect(models[3]).toMatchObject({ info: { contextWindow: null, price: null }, entry: null })
  expect(heard).toMatchObject([{ path: '/v1/models', headers: { authorization: 'Bearer k' } }])
})

test('takes the windows that a server tells, where the catalogue knows none', async () => {
  const { models } = await listed('vllm', (response) =>
    sendJson(response, 200, { data: [{ id: 'own', max_model_len: 32_768 }] }),
  )

  expect(models[0]?.info).toEqual({
    contextWindow: 32_768,
    maxOutputTokens: null,
    price: { input: 0, output: 0 },
  })
})

test('reads every page of Anthropic, with its version and its key', async () => {
  const pages: Record<string, object> = {
    '/v1/models?limit=1000': { data: [{ id: 'claude-a' }], has_more: true, last_id: 'claude-a' },
    '/v1/models?limit=1000&after_id=claude-a': { data: [{ id: 'claude-b' }], has_more: false },
  }
  const { ids, heard } = await listed('anthropic', (response, path) =>
    sendJson(response, 200, pages[path] ?? {}),
  )

  expect(ids).toEqual(['anthropic/claude-a', 'anthropic/claude-b'])
  expect(heard[1]?.headers).toMatchObject({ 'anthropic-version': '2023-06-01', authorization: 'Bearer k' })
})

test('reads every page of Google, and leaves out what generates nothing', async () => {
  const pages: Record<string, object> = {
    '/v1/models?pageSize=1000': {
      models: [
        {
          name: 'models/gemini-x',
          inputTokenLimit: 5,
          outputTokenLimit: 2,
          supportedGenerationMethods: ['generateContent'],
        },
        { name: 'models/embedding', supportedGenerationMethods: ['embedContent'] },
      ],
      nextPageToken: 'a b',
    },
    '/v1/models?pageSize=1000&pageToken=a+b': { models: [{ name: 'models/gemini-y' }] },
  }
  const { models, ids, heard } = await listed(
    'google',
    (response, path) => sendJson(response, 200, pages[path] ?? {}),
    { GEMINI_API_KEY: 'k' },
  )

  expect(ids).toEqual(['google/gemini-x', 'google/gemini-y'])
  expect(models[0]?.info).toMatchObject({ contextWindow: 5, maxOutputTokens: 2 })
  expect(heard[0]?.headers).toMatchObject({ 'x-goog-api-key': 'k' })
})

test.each<[string, string, object]>([
  ['ollama', '/api/tags', { models: [{ name: 'qwen3:8b' }] }],
  [
    'cohere',
    '/v1/models?endpoint=chat&page_size=1000',
    { models: [{ name: 'qwen3:8b', context_length: 9 }] },
  ],
  ['together', '/v1/models', [{ id: 'qwen3:8b' }]],
  ['azure', '/v1/models', { data: [{ id: 'qwen3:8b' }] }],
  ['llama.cpp', '/v1/models', { data: [{ id: 'qwen3:8b' }] }],
])('reads the list of %s at its own place, %s', async (provider, place, body) => {
  const { ids } = await listed(provider, (response, path) =>
    sendJson(response, path === place ? 200 : 404, body),
  )

  expect(ids).toEqual([`${provider}/qwen3:8b`])
})

test('lists what the fake provider has, on every wire, and passes over what is no name', async () => {
  const provider = await startFakeProvider({ scripts: { m: { turns: [] } } })
  onTestFinished(() => provider.close())
  const names = ['openai', 'anthropic', 'google', 'ollama', 'groq']
  const env = Object.fromEntries(
    names.flatMap((name) => [
      [`${name.toUpperCase()}_API_KEY`, 'k'],
      [
        `${name.toUpperCase()}_BASE_URL`,
        name === 'google' ? `${provider.url}/v1beta` : provider.openaiBaseUrl,
      ],
    ]),
  ) as Record<string, string>

  for (const name of names) {
    expect((await listModels(name, { env })).map(({ id }) => id)).toEqual([`${name}/m`])
  }
  const { ids } = await listed('groq', (response) =>
    sendJson(response, 200, {
      data: [null, {}, { id: 7 }, { id: 'a b' }, { id: '\u001b[2J' }, { id: 'good' }],
    }),
  )
  expect(ids).toEqual(['groq/good'])
})

test('reads no more than twenty pages of a list without end, and no windows of no tokens', async () => {
  let pages = 0
  const server = await providerServer((response) => {
    const id = `m${pages++}`
    sendJson(response, 200, {
      data: [{ id, context_length: 0, max_tokens: -1 }],
      has_more: true,
      last_id: id,
    })
  })

  const found = await listModels('groq', { env: { GROQ_API_KEY: 'k', GROQ_BASE_URL: server.url } })

  expect([found.length, pages]).toEqual([20, 20])
  expect(found[0]?.info).toMatchObject({ contextWindow: null, maxOutputTokens: null })
})

describe('fails with a code when', () => {
  test.each<[string, string, (response: ServerResponse) => void]>([
    [
      'the key is wrong',
      'model.auth',
      (response) => sendJson(response, 401, { error: { message: 'bad key k-secret' } }),
    ],
    ['there is no list', 'model.not_found', (response) => sendJson(response, 404, {})],
    ['it is overloaded', 'model.unavailable', (response) => sendJson(response, 503, {})],
    ['it answers with a page', 'model.bad_response', (response) => void response.end('<html>')],
    [
      'it answers with something else',
      'model.bad_response',
      (response) => sendJson(response, 200, { ok: true }),
    ],
    [
      'it leads elsewhere',
      'model.invalid_request',
      (response) => void response.writeHead(302, { location: 'http://x' }).end(),
    ],
    ['it is silent', 'model.total_timeout', () => {}],
  ])('%s', async (_what, code, answer) => {
    const server = await providerServer(answer)
    const env = { GROQ_API_KEY: 'k-secret', GROQ_BASE_URL: server.url }

    const timeoutMs = code === 'model.total_timeout' ? 100 : 5_000
    const failure = await listModels('groq', { env, timeoutMs }).catch((thrown: unknown) => thrown)

    expect(failure).toBeInstanceOf(ModelError)
    expect(failure).toMatchObject({ code })
    expect(String(failure)).not.toContain('k-secret')
  })

  test('nothing was sent', async () => {
    const nobody = { GROQ_API_KEY: 'k', GROQ_BASE_URL: `http://127.0.0.1:${await closedPort()}` }

    await expect(listModels('groq', { env: nobody })).rejects.toMatchObject({ code: 'model.unavailable' })
    await expect(listModels('groq', { env: {} })).rejects.toMatchObject({ code: 'config.missing_key' })
    await expect(listModels('grok', { env: {} })).rejects.toMatchObject({ code: 'config.unknown_provider' })
    await expect(
      listModels('groq', { env: { GROQ_API_KEY: 'k', GROQ_BASE_URL: 'nonsense' } }),
    ).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(listModels('groq', { env: nobody, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'model.aborted',
    })
  })
})

describe('a probe', () => {
  test.each<[string, (response: ServerResponse) => void, object]>([
    [
      'a sound server',
      (response) => sendJson(response, 200, openai('a', 'b')),
      { isReachable: true, models: 2, error: null },
    ],
    [
      'a wrong key',
      (response) => sendJson(response, 401, {}),
      { isReachable: true, models: null, error: { code: 'model.auth' } },
    ],
    [
      'an overload',
      (response) => sendJson(response, 503, {}),
      { isReachable: true, error: { code: 'model.unavailable' } },
    ],
    ['silence', () => {}, { isReachable: false, error: { code: 'model.total_timeout' } }],
  ])('tells of %s', async (_what, answer, told) => {
    const server = await providerServer(answer)
    const env = { GROQ_API_KEY: 'k', GROQ_BASE_URL: server.url }

    const probe = await probeEndpoint('groq', { env, timeoutMs: 200 })

    expect(probe).toMatchObject(told)
    expect(probe.ms).toBeGreaterThanOrEqual(0)
  })

  test('tells of a port where nobody listens, and of a key that is not set', async () => {
    const env = { OLLAMA_HOST: `127.0.0.1:${await closedPort()}` }

    expect(await probeEndpoint('ollama', { env })).toMatchObject({
      isReachable: false,
      error: { code: 'model.unavailable' },
    })
    expect(await probeEndpoint('groq', { env })).toMatchObject({
      isReachable: false,
      error: { code: 'config.missing_key' },
    })
  })
})
