import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ConfigError } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { CATALOG_SOURCES, readApiJson } from '../../src/catalog/api-json.ts'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { tablesOf } from '../../src/catalog/tables-of.ts'

const FIXTURE = fileURLToPath(new URL('fixtures/api.json', import.meta.url))
const SCRIPT = fileURLToPath(new URL('../../scripts/make-catalog.mjs', import.meta.url))

const api = JSON.parse(await readFile(FIXTURE, 'utf8')) as JsonObject

/** A file with one model of OpenAI's, which has these members besides the usual ones. */
function withModel(model: JsonObject): ReturnType<typeof readApiJson> {
  const usual = { id: 'm', limit: { context: 10 }, modalities: { output: ['text'] }, tool_call: true }
  const good = { ...usual, id: 'good' }
  return readApiJson({ openai: { models: { good, m: { ...usual, ...model } } } })
}

function priceWith(cost: JsonObject): unknown {
  return withModel({ cost }).models.find(({ model }) => model === 'm')?.info.price
}

test('reads what answers in text of the backends that we have', () => {
  const { models, skippedModels, skippedValues, newestChange } = readApiJson(api)

  expect(models.map(({ provider, model }) => `${provider}/${model}`)).toEqual([
    'anthropic/claude-3-haiku-20240307',
    'anthropic/claude-haiku-4-5',
    'anthropic/claude-sonnet-5',
    'azure/gpt-5.4',
    'google/gemini-2.5-flash-image',
    'google/gemini-2.5-pro',
    'groq/groq/compound',
    'groq/openai/gpt-oss-120b',
    'openai/gpt-4-turbo',
    'openai/gpt-5.4',
    'openrouter/ai21/jamba-large-1.7',
    'perplexity/sonar',
    'perplexity/sonar-deep-research',
    'together/LiquidAI/LFM2-24B-A2B',
    'together/MiniMaxAI/MiniMax-M2.5',
    'zai/glm-4.7',
  ])
  expect({ skippedModels, skippedValues, newestChange }).toEqual({
    skippedModels: 0,
    skippedValues: 0,
    newestChange: '2026-06-30',
  })
})

test('takes over every ability, date and price', () => {
  const entry = readApiJson(api).models.find(({ model }) => model === 'gemini-2.5-pro')

  expect(entry).toEqual({
    provider: 'google',
    model: 'gemini-2.5-pro',
    info: {
      contextWindow: 1_048_576,
      maxOutputTokens: 65_536,
      price: {
        input: 1.25,
        output: 10,
        cacheRead: 0.125,
        above: { inputTokens: 200_000, price: { input: 2.5, output: 15, cacheRead: 0.25 } },
      },
      tools: true,
    },
    reasons: true,
    reasoningField: null,
    isStructured: true,
    inputs: ['text', 'image', 'pdf', 'audio', 'video'],
    outputs: ['text'],
    status: null,
    releaseDate: '2025-06-17',
    knowledge: '2025-01',
  })
})

test('nests several tiers, whatever their order', () => {
  const tier = (size: number, input: number): JsonObject => ({ input, output: input, tier: { size } })

  const [low, high] = [tier(32_000, 2), tier(128_000, 3)]
  for (const tiers of [
    [low, high],
    [high, low],
  ]) {
    expect(priceWith({ input: 1, output: 1, tiers })).toEqual({
      input: 1,
      output: 1,
      above: {
        inputTokens: 32_000,
        price: { input: 2, output: 2, above: { inputTokens: 128_000, price: { input: 3, output: 3 } } },
      },
    })
  }
})

test.each<[string, JsonObject]>([
  ['half a price', { input: 1 }],
  ['a price below nothing', { input: -1, output: 2 }],
  ['a price in words', { input: 'free', output: 2 }],
  ['thoughts at a price of their own', { input: 1, output: 2, reasoning: 3 }],
  ['a sum per request', { input: 1, output: 2, request: 0.005 }],
  ['a tier that cannot be read', { input: 1, output: 2, tiers: [{ input: 2, output: 4 }] }],
])('takes %s for an unknown price, not for none', (_what, cost) => {
  expect(priceWith(cost)).toBeNull()
})

test('knows a free model from one without a price', () => {
  expect(priceWith({ input: 0, output: 0, reasoning: 0 })).toEqual({ input: 0, output: 0 })
  expect(withModel({}).models.at(-1)?.info.price).toBeNull()
})

test('counts what cannot be read, and reads the rest', () => {
  const read = withModel({
    tool_call: 'yes',
    limit: { context: 10, output: '5' },
    release_date: 'soon',
    knowledge: 7,
    status: 'retired',
    cost: { input: 1, output: 2, cache_read: null, surprise: {} },
    surprise: { nested: true },
  })

  expect(read.skippedValues).toBe(5)
  expect(read.models.at(-1)).toMatchObject({
    model: 'm',
    info: { contextWindow: 10, maxOutputTokens: null, price: { input: 1, output: 2 } },
    status: null,
    releaseDate: null,
    knowledge: null,
  })
  expect(read.models.at(-1)?.info).not.toHaveProperty('tools')
})

test.each<[string, unknown]>([
  ['nothing', null],
  ['no name', { limit: { context: 1 } }],
  ['a name of several words', { id: 'a b', limit: { context: 1 } }],
  ['a name that would colour a terminal', { id: '\u001b[31mred', limit: { context: 1 } }],
])('leaves out a model with %s, and counts it', (_what, model) => {
  const good = { id: 'good', limit: { context: 10 }, modalities: { output: ['text'] } }

  const read = readApiJson({ openai: { models: { good, bad: model as JsonObject } } })

  expect(read.models.map((entry) => entry.model)).toEqual(['good'])
  expect(read.skippedModels).toBe(1)
})

test.each([null, [], 'x', {}, { openai: {} }, { openai: { models: [] } }, { somebody: api['openai'] }])(
  'refuses %j, which is no catalogue',
  (json) => {
    expect(() => readApiJson(json)).toThrow(ConfigError)
    expect(() => readApiJson(json)).toThrow(/^This is no model catalogue: it must be JSON in the shape of/)
  },
)

test('throws nothing else, whatever stands in the place of any value', () => {
  const base = JSON.stringify({ openai: api['openai'] })
  const places = [...base.matchAll(/(?<=": ?)("[^"]*"|\d[\d.]*|true|false)/g)]
  fc.assert(
    fc.property(fc.nat(places.length - 1), fc.jsonValue(), (at, value) => {
      const place = places[at]
      const text = `${base.slice(0, place?.index)}${JSON.stringify(value)}${base.slice((place?.index ?? 0) + (place?.[0].length ?? 0))}`

      const { models } = readApiJson(JSON.parse(text))

      expect(models.length).toBeGreaterThanOrEqual(1)
      expect(catalogOf([{ asOf: '2026-01-01', source: 'x', tables: tablesOf(models) }]).list()).toHaveLength(
        models.length,
      )
    }),
    { numRuns: 300 },
  )
})

test('the table that ships is made by the script', async () => {
  const root = await mkdtemp(join(tmpdir(), 'heddle-catalog-'))
  onTestFinished(() => rm(root, { recursive: true }))
  const [full, partial] = [join(root, 'full.ts'), join(root, 'partial.ts')]
  const everybody = Object.values(CATALOG_SOURCES).map((name) => [name, api[name] ?? api['openai']])
  const source = join(root, 'api.json')
  const { writeFile } = await import('node:fs/promises')
  await writeFile(source, JSON.stringify(Object.fromEntries(everybody)))
  const make = (from: string, to: string): Promise<unknown> =>
    promisify(execFile)(process.execPath, ['--conditions=@heddle/source', SCRIPT, from, to])

  await make(source, full)

  const made = await readFile(full, 'utf8')
  expect(made).toContain("export const CATALOG_AS_OF = '2026-06-30'")
  expect(made).toContain('  perplexity: `\nsonar 128000 4096 1 1 ~t ^240101 %250901\nsonar-deep')
  await expect(make(FIXTURE, partial)).rejects.toThrow(/has no models of cerebras, cohere/)
})
