import type { ServerResponse } from 'node:http'
import { ConfigError } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { endpointsFromConfig } from '../src/backends/endpoints-from-config.ts'
import { builtInCatalog } from '../src/catalog/catalog.ts'
import { chooseModel } from '../src/choose-model.ts'
import type { ChooseModelOptions } from '../src/choose-model.ts'
import { closedPort, providerServer, sendJson } from './support/provider-server.ts'

const NO_OLLAMA = { OLLAMA_HOST: `127.0.0.1:${await closedPort()}` }

async function choice(options: ChooseModelOptions): Promise<readonly string[]> {
  const { model, because, detail } = await chooseModel(options)
  return [model.id, because, detail]
}

const ALL = {
  env: { ...NO_OLLAMA, OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' },
  explicit: 'groq/x',
  configured: 'xai/y',
}

test('prefers what was asked, then what is configured, then a key', async () => {
  const { explicit: _explicit, ...unasked } = ALL
  const { configured: _configured, ...keyed } = unasked

  expect(await choice(ALL)).toEqual(['groq/x', 'explicit', 'as asked'])
  expect(await choice(unasked)).toEqual(['xai/y', 'configured', 'as configured'])
  expect(await choice(keyed)).toEqual(['anthropic/claude-sonnet-5', 'key', 'ANTHROPIC_API_KEY is set'])
})

test.each([
  ['OPENAI_API_KEY', 'openai/gpt-5.4'],
  ['GOOGLE_API_KEY', 'google/gemini-3.5-flash'],
  ['OPENROUTER_API_KEY', 'openrouter/anthropic/claude-sonnet-5'],
  ['XAI_API_KEY', 'xai/grok-4.3'],
  ['DEEPSEEK_API_KEY', 'deepseek/deepseek-v4-pro'],
  ['ZHIPU_API_KEY', 'zai/glm-5.2'],
  ['MISTRAL_API_KEY', 'mistral/mistral-medium-latest'],
  ['GROQ_API_KEY', 'groq/openai/gpt-oss-120b'],
  ['CEREBRAS_API_KEY', 'cerebras/gpt-oss-120b'],
  ['TOGETHER_API_KEY', 'together/zai-org/GLM-5.2'],
  ['FIREWORKS_API_KEY', 'fireworks/accounts/fireworks/models/glm-5p2'],
  ['NVIDIA_API_KEY', 'nvidia/nvidia/nemotron-3-ultra-550b-a55b'],
  ['COHERE_API_KEY', 'cohere/command-a-plus-05-2026'],
])('takes a known model for a lone %s', async (variable, id) => {
  expect(await choice({ env: { ...NO_OLLAMA, [variable]: 'k' } })).toEqual([id, 'key', `${variable} is set`])
  const [provider = '', ...name] = id.split('/')
  expect(builtInCatalog.find(provider, name.join('/'))?.info.contextWindow).toBeGreaterThan(0)
})

test('goes offline when there is nothing, and takes an empty key for none', async () => {
  expect(await choice({ env: { ...NO_OLLAMA, OPENAI_API_KEY: '  ' } })).toEqual([
    'heddle/offline',
    'offline',
    'no API key is set and no Ollama answers',
  ])
})

test('takes a key that stands in the configuration', async () => {
  const { endpoints } = endpointsFromConfig({ groq: { auth_key: 'literal' } })

  expect(await choice({ env: NO_OLLAMA, endpoints })).toEqual([
    'groq/openai/gpt-oss-120b',
    'key',
    'a key for groq is configured',
  ])
})

test('throws for a bad string only', async () => {
  await expect(chooseModel({ explicit: 'nonsense', env: {} })).rejects.toThrow(ConfigError)
  await expect(chooseModel({ configured: 'nobody/x', env: {} })).rejects.toThrow(ConfigError)
})

describe('a local Ollama', () => {
  async function chosenWith(
    answer: (response: ServerResponse, path: string, body: string) => void,
  ): Promise<readonly string[]> {
    const server = await providerServer((response, { path, body }) => answer(response, path, body))
    return choice({ env: { OLLAMA_HOST: server.url } })
  }

  test('gives its first model that can call tools', async () => {
    const chosen = await chosenWith((response, path, body) => {
      if (path === '/api/tags') {
        sendJson(response, 200, {
          models: [{ name: 'nomic-embed-text' }, { name: 'gemma:2b' }, { name: 'qwen3:8b' }],
        })
      } else
        sendJson(response, 200, {
          capabilities: body.includes('qwen3') ? ['completion', 'tools'] : ['completion'],
        })
    })

    expect(chosen).toEqual([
      'ollama/qwen3:8b',
      'ollama',
      expect.stringMatching(/^Ollama answers at 127\.0\.0\.1:\d+$/),
    ])
  })

  test('gives its first model when it does not tell what they can do', async () => {
    const chosen = await chosenWith((response, path) => {
      if (path === '/api/tags') sendJson(response, 200, { models: [{ name: 'a:1' }, { name: 'b:1' }] })
      else sendJson(response, 404, {})
    })

    expect(chosen.slice(0, 2)).toEqual(['ollama/a:1', 'ollama'])
  })

  test('is looked for where it will be asked', async () => {
    const server = await providerServer((response, { path }) => {
      if (path === '/api/tags') sendJson(response, 200, { models: [{ name: 'a:1' }] })
      else sendJson(response, 200, { capabilities: ['tools'] })
    })
    const found = ['ollama/a:1', 'ollama', `Ollama answers at ${new URL(server.url).host}`]
    const { endpoints } = endpointsFromConfig({ ollama: { url: server.url, auth_key: '$GATE' } })

    expect(await choice({ env: { ...NO_OLLAMA, OLLAMA_BASE_URL: `${server.url}/v1` } })).toEqual(found)
    expect(await choice({ env: { ...NO_OLLAMA, GATE: 'sesame' }, endpoints })).toEqual(found)
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/api/tags', 'Bearer ollama'],
      ['/api/show', 'Bearer ollama'],
      ['/api/tags', 'Bearer sesame'],
      ['/api/show', 'Bearer sesame'],
    ])
    expect((await choice({ env: NO_OLLAMA, endpoints })).at(1)).toBe('offline')
  })

  test('is passed over when it leads elsewhere, which might get its key', async () => {
    const chosen = await chosenWith((response, path) => {
      if (path === '/api/tags') response.writeHead(302, { location: '/elsewhere' }).end()
      else sendJson(response, 200, { models: [{ name: 'a:1' }], capabilities: ['tools'] })
    })

    expect(chosen[1]).toBe('offline')
  })

  test('is never asked with a model that only embeds', async () => {
    const chosen = await chosenWith((response, path) => {
      if (path !== '/api/tags') sendJson(response, 404, {})
      else sendJson(response, 200, { models: [{ name: 'nomic-embed-text' }, { name: 'a:1' }] })
    })

    expect(chosen[0]).toBe('ollama/a:1')
  })

  test.each([
    ['has no models', (response: ServerResponse) => sendJson(response, 200, { models: [] })],
    ['is something else', (response: ServerResponse) => void response.end('<html>')],
    ['fails', (response: ServerResponse) => sendJson(response, 500, {})],
    ['is silent', () => {}],
  ])('is passed over when it %s', async (_what, answer) => {
    expect((await chosenWith(answer)).slice(0, 2)).toEqual(['heddle/offline', 'offline'])
  })

  test('is passed over when its address is nonsense', async () => {
    expect((await choice({ env: { OLLAMA_HOST: 'http://[nonsense' } })).slice(0, 2)).toEqual([
      'heddle/offline',
      'offline',
    ])
  })
})

test('asks the standard address, at which Ollama listens, when no variable names another', async () => {
  const urls: string[] = []
  const fetch = (url: string): Promise<Response> => {
    urls.push(url)
    return Promise.resolve(Response.json({ models: [{ name: 'local:1' }], capabilities: ['tools'] }))
  }

  expect(await choice({ env: {}, fetch })).toEqual([
    'ollama/local:1',
    'ollama',
    'Ollama answers at 127.0.0.1:11434',
  ])
  expect(urls).toEqual(['http://127.0.0.1:11434/api/tags', 'http://127.0.0.1:11434/api/show'])
})
