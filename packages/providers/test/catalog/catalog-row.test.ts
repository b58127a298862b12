import type { ModelInfo, Price } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MEDIA } from '../../src/catalog/catalog-model.ts'
import type { CatalogModel, Medium } from '../../src/catalog/catalog-model.ts'
import { readRow, writeRow } from '../../src/catalog/catalog-row.ts'

const amount = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.double({ min: 0, max: 1000, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
)
const four: fc.Arbitrary<Price> = fc.record(
  { input: amount, output: amount, cacheRead: amount, cacheWrite: amount },
  { requiredKeys: ['input', 'output'] },
)

const price: fc.Arbitrary<Price | null> = fc.oneof(
  fc.constant(null),
  fc
    .array(four, { minLength: 1, maxLength: 4 })
    .map((tiers) =>
      tiers.reduceRight<Price | null>(
        (above, tier, at) =>
          above === null ? tier : { ...tier, above: { inputTokens: (at + 1) * 32_000, price: above } },
        null,
      ),
    ),
)

const tokens = fc.option(fc.integer({ min: 1, max: 10_000_000 }))
const media: fc.Arbitrary<readonly Medium[]> = fc
  .subarray([...MEDIA.slice(1)])
  .map((some): Medium[] => ['text', ...some])
const date = fc.constantFrom('2025-01-31', '2024-12', null)

const info: fc.Arbitrary<ModelInfo> = fc.record(
  { contextWindow: tokens, maxOutputTokens: tokens, price, tools: fc.boolean() },
  { requiredKeys: ['contextWindow', 'maxOutputTokens', 'price'] },
)

const entry: fc.Arbitrary<CatalogModel> = fc.record({
  provider: fc.constant('groq'),
  model: fc.stringMatching(/^[\w./:@=!^%+~-]+$/),
  info,
  reasons: fc.boolean(),
  reasoningField: fc.constantFrom(null, 'reasoning', 'reasoning_content', 'reasoning_details'),
  isStructured: fc.boolean(),
  inputs: media,
  outputs: media,
  status: fc.constantFrom(null, 'alpha', 'beta', 'deprecated'),
  releaseDate: date,
  knowledge: fc.oneof(date, fc.constant('2023')),
})

test('reads every line that it writes as it was, without a line break in it', () => {
  fc.assert(
    fc.property(entry, (model) => {
      const row = writeRow(model)

      expect(row).not.toContain('\n')
      expect(readRow('groq', row)).toEqual(model)
    }),
    { numRuns: 300 },
  )
})
