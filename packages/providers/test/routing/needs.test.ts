import { agent, tool } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import { expect, onTestFinished, test } from 'vitest'
import { builtInCatalog } from '../../src/catalog/catalog.ts'
import type { ModelCatalog } from '../../src/catalog/catalog.ts'
import type { CatalogModel } from '../../src/catalog/catalog-model.ts'
import { models } from '../../src/models.ts'
import type { Need } from '../../src/routing/needs.ts'

const env = { XAI_API_KEY: 'k' }

test.each<[string, Need, string]>([
  [
    'groq/groq/compound',
    'tools',
    'groq/groq/compound calls no tools, which is needed: choose a model such as groq/openai/gpt-oss-120b or xai/grok-4.3',
  ],
  [
    'perplexity/sonar',
    'tools',
    'perplexity/sonar calls no tools, which is needed: choose a model such as xai/grok-4.3 or anthropic/claude-sonnet-5',
  ],
  [
    'deepseek/deepseek-v4-pro',
    'images',
    'deepseek/deepseek-v4-pro takes no images, which is needed: choose a model such as xai/grok-4.3 or anthropic/claude-sonnet-5',
  ],
  [
    'groq/openai/gpt-oss-120b',
    'structured output',
    'groq/openai/gpt-oss-120b is not held to a JSON Schema by its vendor, which is needed: choose a model such as xai/grok-4.3 or anthropic/claude-sonnet-5',
  ],
  [
    'openai/gpt-4o',
    'reasoning',
    'openai/gpt-4o does not reason, which is needed: choose a model such as openai/gpt-5.4 or xai/grok-4.3',
  ],
  [
    'claude-subscription/sonnet',
    'tools',
    'claude-subscription/sonnet calls no tools, which is needed: choose a model such as xai/grok-4.3 or anthropic/claude-sonnet-5',
  ],
])('refuses %s where %s is needed, with two that have it', (name, need, message) => {
  expect(() => models(name, { env, needs: [need] })).toThrow(
    expect.objectContaining({ code: 'config.unfit_model', message }),
  )
})

test('advises nobody to take a model that is on its way out', () => {
  const ids = (status: CatalogModel['status']): string => {
    const good = builtInCatalog.find('openai', 'gpt-5.4')
    const one = good && { ...good, provider: 'perplexity', model: 'sonar-tools', status }
    const catalog: ModelCatalog = {
      ...builtInCatalog,
      find: (provider, model) => (model === 'sonar-tools' ? one : builtInCatalog.find(provider, model)),
      list: (provider) => (one && provider === 'perplexity' ? [one] : builtInCatalog.list(provider)),
    }
    try {
      return models('perplexity/sonar', { env, catalog, needs: ['tools'] }).id
    } catch (thrown) {
      return String(thrown)
    }
  }

  expect(ids(null)).toContain('such as perplexity/sonar-tools or')
  expect(ids('deprecated')).not.toContain('sonar-tools')
})

test.each<[string, Need[]]>([
  ['anthropic/claude-sonnet-5', ['tools', 'structured output', 'reasoning', 'images', 'pdf']],
  ['google/gemini-2.5-pro', ['audio', 'video']],
  ['ollama:qwen3:8b', ['tools', 'images', 'reasoning']],
  ['openai/no-such-model', ['tools', 'images']],
])('lets %s do %j, as far as it is known', (name, needs) => {
  expect(models(name, { env, needs }).id).toContain('/')
})

test('looks at each model of a chain', () => {
  expect(() => models('xai/grok-4.3, perplexity/sonar', { env, needs: ['tools'] })).toThrow(
    /^perplexity\/sonar calls no tools/,
  )
})

test('a judge with tools and a model that calls none fails before anything is sent', async () => {
  const provider = await startFakeProvider({ scripts: { sonar: { turns: [{ text: 'never' }] } } })
  onTestFinished(() => provider.close())
  const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 1 })
  const model = models('judge', {
    env: { PERPLEXITY_API_KEY: 'k', PERPLEXITY_BASE_URL: provider.openaiBaseUrl },
    roles: { judge: 'perplexity/sonar' },
  })

  expect(() => agent({ name: 'judge', model, tools: [look] })).toThrow(
    expect.objectContaining({
      code: 'config.unfit_model',
      message:
        'perplexity/sonar calls no tools, but agent "judge" has some: choose a model that calls tools, such as anthropic/claude-sonnet-5 or openai/gpt-5.4, or give the agent none.',
    }),
  )
  expect(provider.requests).toEqual([])
})
