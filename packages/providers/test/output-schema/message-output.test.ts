import { compileSchema } from '@heddle/core'
import type { InputSchema, JsonObject } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { messageOutput } from '../../src/output-schema/message-output.ts'
import type { MessageOutput } from '../../src/output-schema/message-output.ts'

function outputOf(schema: InputSchema): MessageOutput {
  return messageOutput(compileSchema(schema, 'the test').json)
}

test('enforces optional properties, closes objects and tells the model every constraint', () => {
  const person = z.object({
    name: z.string().min(1).describe('In full.'),
    age: z.int().min(0).optional(),
    tags: z.array(z.string()).min(1),
    friends: z.array(z.string()).min(2),
    link: z.url(),
  })

  expect(outputOf(person)).toEqual({
    words: '',
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'In full. (minLength: 1)' },
          age: { type: 'integer', description: 'minimum: 0' },
          tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
          friends: { type: 'array', items: { type: 'string' }, description: 'minItems: 2' },
          link: { type: 'string', format: 'uri' },
        },
        required: ['name', 'tags', 'friends', 'link'],
        additionalProperties: false,
      },
    },
  })
})

test('resolves nothing: definitions stay where they are', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { from: { $ref: '#/$defs/place', description: 'Where.' }, to: { $ref: '#/$defs/place' } },
    required: ['from'],
    $defs: { place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
  }

  expect(outputOf(schema).format).toEqual({
    type: 'json_schema',
    schema: {
      type: 'object',
      properties: { from: { $ref: '#/$defs/place' }, to: { $ref: '#/$defs/place' } },
      required: ['from'],
      $defs: {
        place: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
  })
})

const tree = z.object({
  get children() {
    return z.array(tree)
  },
})
const pair: JsonObject = {
  type: 'object',
  properties: { a: { $ref: '#/$defs/a' } },
  $defs: {
    a: { type: 'object', properties: { b: { $ref: '#/$defs/b' } } },
    b: { type: 'object', properties: { a: { $ref: '#/$defs/a' } } },
  },
}
const manyOptional = z.object(
  Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}`, z.string().optional()])),
)
const manyUnions = z.object(
  Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`p${index}`, z.string().nullable()])),
)

test.each<[string, InputSchema]>([
  ['a tree', tree],
  ['definitions that need each other', pair],
  ['a map', z.object({ cities: z.record(z.string(), z.number()) })],
  ['more optional properties than the API takes', manyOptional],
  ['more unions than the API takes', manyUnions],
])('asks in words for %s, which the API would refuse', (_what, schema) => {
  const { json } = compileSchema(schema, 'the test')

  expect(messageOutput(json)).toEqual({
    format: null,
    words: `Give your final answer as one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(json)}`,
  })
})

test('takes as long for definitions that share others as for a plain list', () => {
  const names = Array.from({ length: 60 }, (_, index) => `d${index}`)
  const defs = names.map((name, index) => {
    const next = names.slice(index + 1).map((other) => [other, { $ref: `#/$defs/${other}` }] as const)
    return [name, { type: 'object', properties: Object.fromEntries(next), required: names.slice(index + 1) }]
  })
  const schema = {
    type: 'object',
    properties: { first: { $ref: '#/$defs/d0' } },
    required: ['first'],
    $defs: Object.fromEntries(defs) as JsonObject,
  } satisfies JsonObject

  expect(outputOf(schema).words).toBe('')
})
