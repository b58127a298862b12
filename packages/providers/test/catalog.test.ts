import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { costMicroUsd } from '@heddle/core'
import { expect, onTestFinished, test } from 'vitest'
import { CATALOG_DATA } from '../src/catalog/catalog-data.ts'
import { catalogEntry } from '../src/catalog/catalog.ts'

const SCRIPT = fileURLToPath(new URL('../scripts/make-catalog.mjs', import.meta.url))

test('knows the windows and prices of a model', () => {
  expect(catalogEntry('anthropic', 'claude-sonnet-4-5')).toEqual({
    info: {
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
      price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
      tools: true,
    },
    reasoningField: null,
    isStructured: false,
  })
})

test('knows the prices of very long prompts', () => {
  expect(catalogEntry('openai', 'gpt-5.4')).toEqual({
    info: {
      contextWindow: 1_050_000,
      maxOutputTokens: 128_000,
      price: {
        input: 2.5,
        output: 15,
        cacheRead: 0.25,
        above: { inputTokens: 272_000, price: { input: 5, output: 22.5, cacheRead: 0.5 } },
      },
      tools: true,
    },
    reasoningField: null,
    isStructured: true,
  })
})

test('knows which models call no tools', () => {
  expect(catalogEntry('perplexity', 'sonar').info.tools).toBe(false)
})

test('knows where a model wants its reasoning back', () => {
  expect(catalogEntry('zai', 'glm-4.7').reasoningField).toBe('reasoning_content')
})

test.each([
  ['nobody', 'claude-sonnet-4-5'],
  ['anthropic', 'claude'],
  ['anthropic', 'claude-sonnet-4-5 200000'],
  ['anthropic', ''],
])('knows nothing of %s/%s, and does not guess', (provider, model) => {
  expect(catalogEntry(provider, model)).toEqual({
    info: { contextWindow: null, maxOutputTokens: null, price: null },
    reasoningField: null,
    isStructured: false,
  })
})

test('finds every model of its own text, with numbers that make sense', () => {
  let models = 0
  for (const [provider, table] of Object.entries(CATALOG_DATA)) {
    for (const row of table.trim().split('\n')) {
      const { info, reasoningField } = catalogEntry(provider, row.split(' ')[0] ?? '')
      expect(['reasoning', 'reasoning_content', 'reasoning_details', null], row).toContain(reasoningField)
      expect(info.contextWindow, row).toBeGreaterThan(0)
      if (info.maxOutputTokens !== null) expect(info.maxOutputTokens, row).toBeGreaterThan(0)
      const million = {
        inputTokens: 1e6,
        outputTokens: 1e6,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        reasoningTokens: 0,
      }
      const cost = costMicroUsd(million, info.price)
      if (cost !== null) expect(cost, row).toBeLessThan(1_000_000_000)
      const { above } = info.price ?? {}
      if (above) {
        expect(above.inputTokens, row).toBeGreaterThanOrEqual(100_000)
        expect(above.price.input, row).toBeGreaterThan(info.price?.input ?? Infinity)
      }
      models++
    }
  }
  expect(models).toBeGreaterThan(400)
})

test('is made by its script from a file of the models.dev form', async () => {
  const root = await mkdtemp(join(tmpdir(), 'heddle-catalog-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await mkdir(join(root, 'scripts'))
  await mkdir(join(root, 'src', 'catalog'), { recursive: true })
  await copyFile(SCRIPT, join(root, 'scripts', 'make-catalog.mjs'))
  const text = { modalities: { output: ['text'] }, tool_call: true }
  const models = {
    b: { id: 'b', ...text, limit: { context: 10, output: 0 }, cost: { input: 1, output: 2 } },
    a: { id: 'a', ...text, limit: { context: 20, output: 5 }, interleaved: { field: 'reasoning_content' } },
    c: {
      id: 'c',
      ...text,
      tool_call: false,
      structured_output: true,
      limit: { context: 30 },
      cost: { input: 1, output: 2, tiers: [{ input: 3, output: 4, cache_read: 5, tier: { size: 7 } }] },
    },
    image: { id: 'i', modalities: { output: ['image'] }, limit: { context: 10, output: 5 } },
  }
  const names = Object.keys(CATALOG_DATA).map(
    (name) => ({ fireworks: 'fireworks-ai', together: 'togetherai' })[name] ?? name,
  )
  const source = join(root, 'api.json')
  await writeFile(source, JSON.stringify(Object.fromEntries(names.map((name) => [name, { models }]))))

  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'make-catalog.mjs'), source])

  const made = await readFile(join(root, 'src', 'catalog', 'catalog-data.ts'), 'utf8')
  expect(made).toContain('  openai: `\na 20 5 reasoning_content\nb 10 - 1 2\nc 30 - 1 2 >7 3 4 5 +s ~t\n`,\n')
})
