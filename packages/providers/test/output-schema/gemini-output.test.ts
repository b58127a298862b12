import type { JsonObject } from '@heddle/core'
import { expect, test } from 'vitest'
import { geminiOutput } from '../../src/output-schema/gemini-output.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...more,
})

test('a schema is enforced in the words that the API takes, and the rest is told to the model', () => {
  const output = geminiOutput(
    object({
      name: { type: 'string', minLength: 2, description: 'Of the weaver' },
      at: { type: 'string', format: 'date-time' },
      mail: { type: 'string', format: 'email' },
      picks: { type: 'integer', minimum: 1, maximum: 9 },
    }),
  )

  expect(output).toEqual({
    schema: object(
      {
        name: { type: 'string', description: 'Of the weaver (minLength: 2)' },
        at: { type: 'string', format: 'date-time' },
        mail: { type: 'string', description: 'format: "email"' },
        picks: { type: 'integer', minimum: 1, maximum: 9 },
      },
      { additionalProperties: false },
    ),
    words: '',
  })
})

test('a constant is the one value of an enum, or a type alone where an enum may not hold it', () => {
  const closed = { additionalProperties: false }

  const { schema } = geminiOutput(
    object({
      kind: {
        anyOf: [
          object({ is: { type: 'string', const: 'warp' } }),
          object({ is: { type: 'number', const: 2 } }),
        ],
      },
      list: { type: 'array', items: { type: 'string', const: 'weft' } },
      yes: { type: 'boolean', const: true },
    }),
  )

  expect(schema).toEqual(
    object(
      {
        kind: {
          anyOf: [
            object({ is: { type: 'string', enum: ['warp'] } }, closed),
            object({ is: { type: 'number', enum: [2] } }, closed),
          ],
        },
        list: { type: 'array', items: { type: 'string', enum: ['weft'] } },
        yes: { type: 'boolean' },
      },
      closed,
    ),
  )
})

test('a property that has the name of a keyword is a property', () => {
  const { schema } = geminiOutput(
    object({ const: { type: 'string' }, items: { type: 'string', const: 'a' } }),
  )

  expect(schema?.['properties']).toEqual({
    const: { type: 'string' },
    items: { type: 'string', enum: ['a'] },
  })
})

test.each<[string, JsonObject]>([
  ['contains itself', object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
  ['is a map', { type: 'object', additionalProperties: { type: 'string' } }],
  ['is a tuple', object({ pair: { type: 'array', prefixItems: [{ type: 'string' }] } })],
])('a schema that %s is asked for in words', (_, schema) => {
  const output = geminiOutput(schema)

  expect(output.schema).toBeNull()
  expect(output.words).toContain(JSON.stringify(schema))
})
