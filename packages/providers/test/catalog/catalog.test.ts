import { costMicroUsd } from '@heddle/core'
import { expect, test } from 'vitest'
import { CATALOG_DATA } from '../../src/catalog/catalog-data.ts'
import { builtInCatalog, catalogAge, catalogOf, STALE_AFTER_DAYS } from '../../src/catalog/catalog.ts'

test('knows the windows, prices and abilities of a model', () => {
  expect(builtInCatalog.find('anthropic', 'claude-sonnet-4-5')).toEqual({
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    info: {
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
      tools: true,
    },
    reasons: true,
    reasoningField: null,
    isStructured: false,
    inputs: ['text', 'image', 'pdf'],
    outputs: ['text'],
    status: null,
    releaseDate: '2025-09-29',
    knowledge: '2025-07-31',
  })
})

test('knows the prices of very long prompts', () => {
  expect(builtInCatalog.find('openai', 'gpt-5.4')?.info).toEqual({
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    price: {
      input: 2.5,
      output: 15,
      cacheRead: 0.25,
      above: { inputTokens: 272_000, price: { input: 5, output: 22.5, cacheRead: 0.5 } },
    },
    tools: true,
  })
})

test('knows which models call no tools, and which are on their way out', () => {
  expect(builtInCatalog.find('perplexity', 'sonar')?.info.tools).toBe(false)
  expect(builtInCatalog.find('anthropic', 'claude-3-haiku-20240307')?.status).toBe('deprecated')
})

test('knows where a model wants its reasoning back', () => {
  expect(builtInCatalog.find('zai', 'glm-4.7')?.reasoningField).toBe('reasoning_content')
})

test.each([
  ['nobody', 'claude-sonnet-4-5'],
  ['toString', 'claude-sonnet-4-5'],
  ['anthropic', 'claude'],
  ['anthropic', 'claude-sonnet-4-5 200000'],
  ['anthropic', 'claude-sonnet-4-5 200000\nclaude-sonnet-5'],
  ['anthropic', ''],
])('knows nothing of %s/%s, and does not guess', (provider, model) => {
  expect(builtInCatalog.find(provider, model)).toBeNull()
})

test('finds a model by an alias of its backend', () => {
  const found = builtInCatalog.find('nim', 'nvidia/nemotron-3-ultra-550b-a55b')

  expect(found?.provider).toBe('nvidia')
  expect(builtInCatalog.list('nim')).toEqual(builtInCatalog.list('nvidia'))
})

test('finds every model that it lists, with numbers that make sense', () => {
  const listed = builtInCatalog.list()
  for (const entry of listed) {
    const { provider, model, info, reasoningField } = entry
    expect(builtInCatalog.find(provider, model)).toEqual(entry)
    expect(['reasoning', 'reasoning_content', 'reasoning_details', null], model).toContain(reasoningField)
    expect(info.contextWindow, model).toBeGreaterThan(0)
    if (info.maxOutputTokens !== null) expect(info.maxOutputTokens, model).toBeGreaterThan(0)
    const cost = costMicroUsd(MILLION, info.price)
    if (cost !== null) expect(cost, model).toBeLessThan(1_000_000_000)
    const { above } = info.price ?? {}
    if (above) {
      expect(above.inputTokens, model).toBeGreaterThanOrEqual(32_000)
      expect(above.price.input, model).toBeGreaterThan(info.price?.input ?? Infinity)
    }
  }
  expect(listed.length).toBeGreaterThan(500)
  expect([...new Set(listed.map(({ provider }) => provider))]).toEqual(Object.keys(CATALOG_DATA).sort())
})

const MILLION = {
  inputTokens: 1e6,
  outputTokens: 1e6,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
}

test('lists the newest models of a backend first, those of unknown age last', () => {
  const table = '\nb 1 - ^250101\na 1 - ^250101\nnameless 1\nnew 1 - ^2601\n'

  const catalog = catalogOf([{ asOf: '2026-01-01', source: 'x', tables: { groq: table } }])

  expect(catalog.list('groq').map(({ model }) => model)).toEqual(['new', 'a', 'b', 'nameless'])
  expect(catalog.list('openai')).toEqual([])
})

test('has newer data win model by model, and keeps what only the older knows', () => {
  const catalog = catalogOf([
    { asOf: '2026-02-01', source: 'new', tables: { groq: '\na 2 - 5 5\n' } },
    { asOf: '2026-01-01', source: 'old', tables: { groq: '\na 1 - 1 1\nb 1\n' } },
  ])

  expect(catalog.list('groq').map(({ model, info }) => [model, info.contextWindow])).toEqual([
    ['a', 2],
    ['b', 1],
  ])
  expect(catalog.find('groq', 'a')?.info.price).toEqual({ input: 5, output: 5 })
  expect([catalog.asOf, catalog.source]).toEqual(['2026-02-01', 'new'])
})

test.each([
  [0, 0, false],
  [STALE_AFTER_DAYS, STALE_AFTER_DAYS, false],
  [STALE_AFTER_DAYS + 1, STALE_AFTER_DAYS + 1, true],
  [-3, 0, false],
])('is, %s days after its data, %s days old and stale: %s', (after, days, isStale) => {
  const nowMs = Date.parse(builtInCatalog.asOf) + after * 86_400_000 + 3_600_000

  expect(catalogAge(builtInCatalog, nowMs)).toEqual({ days, isStale })
})
