import { compileSchema } from '@heddle/core'
import type { InputSchema, JsonObject } from '@heddle/core'
import type { ResponseFormatJSONSchema } from 'openai/resources/shared'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { chatOutputFormat } from '../../src/output-schema/chat-output.ts'

function formatOf(schema: InputSchema): ResponseFormatJSONSchema.JSONSchema {
  return chatOutputFormat(compileSchema(schema, 'the test').json).json_schema
}

test('is strict where every property is required, and closes the objects', () => {
  const place = z.object({ city: z.string().describe('Without its country.') })

  expect(chatOutputFormat(compileSchema(place, 'the test').json)).toEqual({
    type: 'json_schema',
    json_schema: {
      name: 'answer',
      strict: true,
      schema: {
        type: 'object',
        properties: { city: { type: 'string', description: 'Without its country.' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  })
})

test('keeps the constraints that OpenAI enforces and tells the model the others', () => {
  const { schema, strict } = formatOf(
    z.object({
      age: z.int().min(0).max(150),
      count: z.int(),
      day: z.iso.date(),
      link: z.url().describe('Of the page.'),
      name: z.string().min(1).max(80),
      code: z.string().regex(/^[a-z]{3}$/),
      word: z.string().regex(/^(?!no).*$/),
      tags: z.array(z.string()).min(2).max(5),
    }),
  )

  expect(strict).toBe(true)
  expect((schema as JsonObject)['properties']).toEqual({
    age: { type: 'integer', minimum: 0, maximum: 150 },
    count: { type: 'integer' },
    day: { type: 'string', format: 'date', description: expect.stringMatching(/^pattern: /) as string },
    link: { type: 'string', description: 'Of the page. (format: "uri")' },
    name: { type: 'string', description: 'minLength: 1, maxLength: 80' },
    code: { type: 'string', pattern: '^[a-z]{3}$' },
    word: { type: 'string', description: 'pattern: "^(?!no).*$"' },
    tags: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 5 },
  })
})

test('is strict for unions, constants, nulls and recursion', () => {
  const shape = z.object({
    kind: z.discriminatedUnion('type', [
      z.object({ type: z.literal('dot') }),
      z.object({ type: z.literal('line'), length: z.number().nullable() }),
    ]),
    get parts() {
      return z.array(shape)
    },
  })

  const { schema, strict } = formatOf(shape)

  expect(strict).toBe(true)
  expect(schema).toEqual({
    type: 'object',
    properties: {
      kind: {
        anyOf: [
          {
            type: 'object',
            properties: { type: { type: 'string', const: 'dot' } },
            required: ['type'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: {
              type: { type: 'string', const: 'line' },
              length: { type: ['number', 'null'] },
            },
            required: ['type', 'length'],
            additionalProperties: false,
          },
        ],
      },
      parts: { type: 'array', items: { $ref: '#' } },
    },
    required: ['kind', 'parts'],
    additionalProperties: false,
  })
})

const text: JsonObject = { type: 'string' }

test.each<[string, InputSchema]>([
  ['an optional property', z.object({ city: z.string().optional() })],
  ['a property with a default', z.object({ city: z.string().default('Gent') })],
  ['a map', z.object({ cities: z.record(z.string(), z.number()) })],
  ['a tuple', z.object({ at: z.tuple([z.number(), z.number()]) })],
  ['anything', z.object({ anything: z.unknown() })],
  [
    'an object of unknown shape',
    { type: 'object', properties: { any: { type: 'object' } }, required: ['any'] },
  ],
  [
    'an array of unknown items',
    { type: 'object', properties: { list: { type: 'array' } }, required: ['list'] },
  ],
  ['open objects', { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: true }],
  ['a required property that is not described', { type: 'object', properties: {}, required: ['a'] }],
  ['allOf', { type: 'object', properties: { a: { allOf: [text] } }, required: ['a'] }],
  ['not', { type: 'object', properties: { a: { type: 'string', not: { const: 'b' } } }, required: ['a'] }],
  ['a foreign reference', { type: 'object', properties: { a: { $ref: 'https://host/a' } }, required: ['a'] }],
  ['a boolean schema', { type: 'object', properties: { a: true }, required: ['a'] }],
])('is not strict for %s, and leaves the schema as it is', (_what, schema) => {
  const { json } = compileSchema(schema, 'the test')

  expect(chatOutputFormat(json)).toEqual({
    type: 'json_schema',
    json_schema: { name: 'answer', schema: json, strict: false },
  })
})

test('is not strict for a schema that is too large', () => {
  const nested = (depth: number): z.ZodType => (depth === 0 ? z.string() : z.object({ a: nested(depth - 1) }))
  const words = Array.from({ length: 1_001 }, (_, index) => `word ${index}`) as [string, ...string[]]

  const strictness = [nested(9), nested(11), z.object({ word: z.enum(words) })].map(
    (schema) => formatOf(schema)['strict'],
  )

  expect(strictness).toEqual([true, false, false])
})
