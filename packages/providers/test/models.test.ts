import { ConfigError } from '@heddle/core'
import type { ToolSpec } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import type { Endpoints } from '../src/backends/find-endpoint.ts'
import { BACKENDS } from '../src/backends/backend-table.ts'
import { ollamaHost } from '../src/backends/ollama-host.ts'
import { models } from '../src/models.ts'
import type { Fetch } from '../src/wire/transport-options.ts'
import { ask, askUntilFailure, HELLO } from './support/answer.ts'
import { chatFrames, chunk, messageFrames } from './support/frames.ts'

const TOOLS: readonly ToolSpec[] = [{ name: 'read', description: '', inputSchema: { type: 'object' } }]

interface Heard {
  readonly url: string
  readonly authorization: string | null
  /** Those headers that can hold a key. */
  readonly keys: Record<string, string>
  readonly body: Record<string, unknown>
}

const KEY_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']

/** An answer of the wire that was asked at this address. */
function framesFor(url: string): string {
  if (url.endsWith('/messages')) {
    return messageFrames(
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    )
  }
  if (url.includes(':streamGenerateContent')) {
    return `data: ${JSON.stringify({ candidates: [{ finishReason: 'STOP' }] })}\n\n`
  }
  if (url.endsWith('/responses')) {
    return `data: ${JSON.stringify({ type: 'response.completed', response: { status: 'completed' } })}\n\n`
  }
  return chatFrames(chunk({}, { finish_reason: 'stop' }))
}

/** A `fetch` for all wires that keeps what it was sent. */
function listening(): { fetch: Fetch; heard: Heard[] } {
  const heard: Heard[] = []
  return {
    heard,
    fetch(url, init) {
      const headers = new Headers(init.headers)
      const keys = KEY_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)]] : []))
      heard.push({
        url,
        authorization: headers.get('authorization'),
        keys: Object.fromEntries(keys) as Record<string, string>,
        body: JSON.parse(init.body as string) as Record<string, unknown>,
      })
      const frames = framesFor(url)
      return Promise.resolve(new Response(frames, { headers: { 'content-type': 'text/event-stream' } }))
    },
  }
}

/** Asks `provider/some-model` with every key set, and gives what was sent. */
async function heardBy(
  modelString: string,
  env: Record<string, string> = {},
  endpoints: Endpoints = {},
): Promise<Heard | undefined> {
  const { fetch, heard } = listening()
  const keys = Object.values(BACKENDS).flatMap((endpoint) => endpoint.keyVariables ?? [])
  await ask(
    models(modelString, {
      fetch,
      endpoints,
      env: { ...Object.fromEntries(keys.map((name) => [name, `key of ${name}`])), ...env },
    }),
    {
      ...HELLO,
      tools: TOOLS,
    },
  )
  return heard[0]
}

describe('the table of backends', () => {
  test.each([
    ['anthropic', 'https://api.anthropic.com/v1/messages', 'ANTHROPIC_API_KEY'],
    ['openai', 'https://api.openai.com/v1/responses', 'OPENAI_API_KEY'],
    ['zai', 'https://api.z.ai/api/paas/v4/chat/completions', 'ZAI_API_KEY'],
    ['xai', 'https://api.x.ai/v1/chat/completions', 'XAI_API_KEY'],
    ['groq', 'https://api.groq.com/openai/v1/chat/completions', 'GROQ_API_KEY'],
    ['deepseek', 'https://api.deepseek.com/v1/chat/completions', 'DEEPSEEK_API_KEY'],
    ['openrouter', 'https://openrouter.ai/api/v1/chat/completions', 'OPENROUTER_API_KEY'],
    ['mistral', 'https://api.mistral.ai/v1/chat/completions', 'MISTRAL_API_KEY'],
    ['cerebras', 'https://api.cerebras.ai/v1/chat/completions', 'CEREBRAS_API_KEY'],
    ['together', 'https://api.together.xyz/v1/chat/completions', 'TOGETHER_API_KEY'],
    ['fireworks', 'https://api.fireworks.ai/inference/v1/chat/completions', 'FIREWORKS_API_KEY'],
    ['cohere', 'https://api.cohere.ai/compatibility/v1/chat/completions', 'COHERE_API_KEY'],
    ['perplexity', 'https://api.perplexity.ai/chat/completions', 'PERPLEXITY_API_KEY'],
    ['nvidia', 'https://integrate.api.nvidia.com/v1/chat/completions', 'NVIDIA_API_KEY'],
    ['ollama', 'http://127.0.0.1:11434/v1/chat/completions', 'OLLAMA_API_KEY'],
    ['lms', 'http://127.0.0.1:1234/v1/chat/completions', 'LMS_API_KEY'],
    ['vllm', 'http://127.0.0.1:8000/v1/chat/completions', 'VLLM_API_KEY'],
    ['sglang', 'http://127.0.0.1:30000/v1/chat/completions', 'SGLANG_API_KEY'],
    ['exo', 'http://127.0.0.1:52415/v1/chat/completions', 'EXO_API_KEY'],
    ['litellm', 'http://127.0.0.1:4000/v1/chat/completions', 'LITELLM_API_KEY'],
    ['llama.cpp', 'http://127.0.0.1:8080/v1/chat/completions', 'LLAMA_CPP_API_KEY'],
    ['llamacpp', 'http://127.0.0.1:8080/v1/chat/completions', 'LLAMA_CPP_API_KEY'],
    ['nim', 'https://integrate.api.nvidia.com/v1/chat/completions', 'NVIDIA_API_KEY'],
  ])('asks %s at its address with its key', async (provider, url, variable) => {
    expect(await heardBy(`${provider}/some/model:1`)).toMatchObject({
      url,
      authorization: `Bearer key of ${variable}`,
      body: { model: 'some/model:1' },
    })
  })

  test('asks Google in its own words, with its own header', async () => {
    expect(await heardBy('google/gemini-3.5-flash')).toMatchObject({
      url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse',
      keys: { 'x-goog-api-key': 'key of GEMINI_API_KEY' },
    })
  })

  test('tells vLLM its key in both headers that may be read', async () => {
    expect((await heardBy('vllm/m'))?.keys).toEqual({
      authorization: 'Bearer key of VLLM_API_KEY',
      'x-api-key': 'key of VLLM_API_KEY',
    })
  })

  test.each([
    [{ AZURE_RESOURCE_NAME: 'mine' }, 'https://mine.openai.azure.com/openai/v1'],
    [{ AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/' }, 'https://mine.openai.azure.com/openai/v1'],
    [
      { AZURE_OPENAI_ENDPOINT: 'https://x.services.ai.azure.com/openai' },
      'https://x.services.ai.azure.com/openai/v1',
    ],
    [{ AZURE_OPENAI_ENDPOINT: 'https://x/openai/v1/' }, 'https://x/openai/v1'],
    [{ AZURE_BASE_URL: 'http://proxy/a', AZURE_RESOURCE_NAME: 'mine' }, 'http://proxy/a'],
  ])('finds Azure by %j, with its own header and no other', async (env, base) => {
    const heard = await heardBy('azure/my-deployment', env)

    expect(heard?.url).toMatch(new RegExp(`^${base}/[a-z]+`))
    expect(heard?.keys).toEqual({ 'api-key': 'key of AZURE_API_KEY' })
    expect(heard?.body).toMatchObject({ model: 'my-deployment' })
  })

  test('says which variables can tell where Azure is', () => {
    expect(() => models('azure/x', { env: { AZURE_API_KEY: 'k' } })).toThrow(
      'There is no address for azure, because each customer has another one: set one of AZURE_RESOURCE_NAME, AZURE_OPENAI_ENDPOINT, AZURE_BASE_URL',
    )
  })

  test('gives what an alias names its own name', () => {
    expect(['nim/m', 'llamacpp/m', 'LMStudio/m'].map((name) => models(name, { env: {} }).id)).toEqual([
      'nvidia/m',
      'llama.cpp/m',
      'lms/m',
    ])
  })

  test('has the base URL of a variable win, and Ollama listen to its own', async () => {
    expect((await heardBy('openai/m', { OPENAI_BASE_URL: '  ' }))?.url).toMatch(
      /^https:\/\/api\.openai\.com\/v1\//,
    )
    expect(await heardBy('openai/m', { OPENAI_BASE_URL: 'http://proxy/v1/' })).toMatchObject({
      url: 'http://proxy/v1/responses',
    })
    expect(await heardBy('anthropic/m', { ANTHROPIC_BASE_URL: 'http://proxy' })).toMatchObject({
      url: 'http://proxy/v1/messages',
    })
    expect(await heardBy('ollama/m', { OLLAMA_HOST: 'gpu:9000' })).toMatchObject({
      url: 'http://gpu:9000/v1/chat/completions',
    })
    expect(
      await heardBy('ollama/m', { OLLAMA_HOST: 'gpu', OLLAMA_BASE_URL: 'http://other/v1' }),
    ).toMatchObject({
      url: 'http://other/v1/chat/completions',
    })
  })

  test.each(['openai', 'azure'])('asks %s with Chat Completions when told to', async (name) => {
    const row = BACKENDS[name]
    if (!row) throw new Error(`There is no ${name}.`)
    const endpoints = { [name]: { ...row, wire: 'chat' } } as const
    const bodyOf = async (model: string): Promise<unknown> =>
      (await heardBy(`${name}/${model}`, { AZURE_RESOURCE_NAME: 'mine' }, endpoints))?.body

    expect(await bodyOf('gpt-5.5')).toMatchObject({ messages: [{}], reasoning_effort: 'none' })
    expect(await bodyOf('gpt-5.4')).not.toHaveProperty('reasoning_effort')
    expect(await bodyOf('gpt-4o')).not.toHaveProperty('reasoning_effort')
  })

  test('speaks the dialects of Mistral and Cohere', async () => {
    expect((await heardBy('mistral/m'))?.body).not.toHaveProperty('stream_options')
    expect((await heardBy('cohere/m'))?.body).not.toHaveProperty('stream_options')
    expect((await heardBy('groq/m'))?.body).toHaveProperty('stream_options')
  })

  test('needs no key for local servers', async () => {
    const { fetch, heard } = listening()

    await ask(models('ollama:qwen3:8b', { fetch, env: {} }))
    await ask(models('vllm/m', { fetch, env: {} }))

    expect(heard.map(({ authorization }) => authorization)).toEqual(['Bearer ollama', null])
  })
})

test.each([
  [undefined, 'http://127.0.0.1:11434'],
  ['', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:80', 'http://127.0.0.1:80'],
  [':9000', 'http://127.0.0.1:9000'],
  ['gpu', 'http://gpu:11434'],
  ['gpu:9000/', 'http://gpu:9000'],
  ['http://gpu:9000', 'http://gpu:9000'],
  ['https://gpu', 'https://gpu'],
  ['[::1]:9000', 'http://[::1]:9000'],
])('reads OLLAMA_HOST=%s as %s', (value, host) => {
  expect(ollamaHost(value)).toBe(host)
})

test('carries id, windows and price, and calls a local model free', () => {
  expect(models('openai:gpt-5.4', { env: {} })).toMatchObject({
    id: 'openai/gpt-5.4',
    info: { maxOutputTokens: 128_000, price: { input: 2.5, output: 15 } },
  })
  expect(models('openai/no-such-model', { env: {} }).info).toEqual({
    contextWindow: null,
    maxOutputTokens: null,
    price: null,
  })
  expect(models('litellm/anything', { env: {} }).info.price).toBeNull()
  expect(models('ollama:qwen3:8b', { env: {} })).toMatchObject({
    id: 'ollama/qwen3:8b',
    info: { price: { input: 0, output: 0 } },
  })
})

test.each([
  ['anthropic/claude-sonnet-5', true],
  ['anthropic/claude-opus-4-5-20251101', true],
  ['anthropic/claude-opus-5', true],
  ['anthropic/claude-opus-4-1', false],
  ['anthropic/claude-opus-4-20250514', false],
  ['anthropic/claude-3-7-sonnet-20250219', false],
  ['openai/gpt-5.4', true],
  ['openai/gpt-4o', true],
  ['openai/gpt-4o-2024-05-13', false],
  ['openai/gpt-4-turbo', false],
  ['openai/no-such-model', false],
  ['google/gemini-3.5-flash', true],
  ['google/gemini-2.5-pro', false],
  ['xai/grok-4.3', true],
  ['xai/grok-build-0.1', false],
  ['openrouter/openai/gpt-5.4', true],
  ['openrouter/openai/gpt-oss-120b', false],
  ['openrouter/openai/gpt-4o-2024-05-13', false],
  ['groq/openai/gpt-oss-120b', false],
  ['cerebras/gpt-oss-120b', false],
  ['mistral/mistral-medium-2604', false],
  ['deepseek/deepseek-v4-pro', false],
  ['ollama/gpt-5.4', false],
])('says of %s that it enforces schemas: %s', (modelString, isEnforced) => {
  const { info } = models(modelString, { env: {} })

  expect(info.outputSchema ?? false).toBe(isEnforced)
})

test('has an endpoint of its own say whether schemas are enforced', () => {
  const own = { wire: 'chat', baseUrl: 'http://mine/v1' } as const
  const endpoints = { openai: own, mine: { ...own, enforcesSchema: (name: string) => name === 'big' } }

  const told = ['openai/gpt-5.4', 'mine/big', 'mine/small'].map(
    (modelString) => models(modelString, { env: {}, endpoints }).info.outputSchema,
  )

  expect(told).toEqual([undefined, true, undefined])
})

test('reads the key when the model is asked, not when it is made', async () => {
  const { fetch, heard } = listening()
  const env: Record<string, string> = {}
  const model = models('groq/m', { fetch, env })

  env['GROQ_API_KEY'] = ' first\n'
  await ask(model)
  env['GROQ_API_KEY'] = 'second'
  await ask(model)

  expect(heard.map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second'])
  expect(JSON.stringify(model)).not.toContain('second')
})

test.each(['openai', 'anthropic'])(
  'names the variable of a missing key of %s, before anything is sent',
  async (provider) => {
    const { fetch, heard } = listening()

    const { error } = await askUntilFailure(models(`${provider}/m`, { fetch, env: {} }))

    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).toJSON()).toEqual({
      code: 'config.missing_key',
      message: `No API key for ${provider}: set ${provider.toUpperCase()}_API_KEY, or choose a model that needs none, such as ollama:qwen3:8b or heddle/offline`,
      retryable: false,
    })
    expect(heard).toEqual([])
  },
)

test.each([
  ['opnai', 'openai'],
  ['antropic', 'anthropic'],
  ['gemini', 'google'],
  ['lm-studio', 'lms'],
  ['olama', 'ollama'],
])('takes %s for a slip of %s', (given, meant) => {
  expect(() => models(`${given}/m`)).toThrow(
    `Unknown provider "${given}": did you mean "${meant}"? Known are anthropic, azure, `,
  )
})

test('lists every backend, our own planner and what was added', () => {
  const endpoints = { mine: { wire: 'chat', baseUrl: 'http://mine/v1' } } as const

  for (const name of [...Object.keys(BACKENDS), 'heddle', 'mine']) {
    expect(() => models('zzzzzzzzzz/m', { endpoints })).toThrow(new RegExp(`[ ,]${name}(,|$)`))
  }
})

test('does not guess at a name like no other', () => {
  expect(() => models('constructor/m')).toThrow(/^Unknown provider "constructor": Known are /)
})

test('knows one model of its own', () => {
  expect(models('heddle/offline')).toMatchObject({
    id: 'heddle/offline',
    info: { price: { input: 0, output: 0 } },
  })
  expect(() => models('heddle/online')).toThrow(
    '"heddle/online" does not exist; the only model of its own is heddle/offline',
  )
})

test.each(['chat', 'responses', 'messages', 'gemini'] as const)(
  'sends the key of an endpoint in the header that it names, on the wire %s',
  async (wire) => {
    const endpoints = {
      gate: { wire, baseUrl: 'http://gate/v1', keyVariables: ['GATE_KEY'], keyHeaders: ['x-api-key'] },
    } as const

    const heard = await heardBy('gate/m', { GATE_KEY: 'k' }, endpoints)

    expect(heard?.keys).toMatchObject({ 'x-api-key': 'k' })
    if (wire === 'chat') expect(heard?.keys).toEqual({ 'x-api-key': 'k' })
  },
)

test('takes further endpoints, on either wire, with or without a key', async () => {
  const { fetch, heard } = listening()
  const endpoints = {
    mine: { wire: 'chat', baseUrl: 'http://mine/v1' },
    gate: { wire: 'messages', baseUrl: 'http://gate', keyVariables: ['GATE_KEY'] },
  } as const

  await ask(models('mine/m', { fetch, env: {}, endpoints }))
  await ask(models('gate:m', { fetch, env: { GATE_KEY: 'k' }, endpoints }))

  expect(heard.map(({ url, authorization }) => [url, authorization])).toEqual([
    ['http://mine/v1/chat/completions', null],
    ['http://gate/v1/messages', 'Bearer k'],
  ])
})
