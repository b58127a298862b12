import { compileSchema } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { expect, test } from 'vitest'

function problemOf(schema: JsonValue, value: unknown): string | null {
  const compiled = compileSchema({ type: 'object', properties: { x: schema } }, 'test')
  const checked = compiled.validate({ x: value }) as { problem?: string }
  return checked.problem ?? null
}

test.each<[JsonValue, unknown]>([
  [{ type: 'string' }, 'a'],
  [{ type: ['string', 'null'] }, null],
  [{ type: 'integer' }, 3],
  [{ type: 'integer' }, 3.0],
  [{ type: 'number', minimum: 1, maximum: 2 }, 1.5],
  [{ multipleOf: 0.1 }, 0.3],
  [{ type: 'boolean' }, false],
  [{ enum: ['a', { b: [1] }] }, { b: [1] }],
  [{ const: 5 }, 5],
  [{ type: 'string', minLength: 2, maxLength: 2 }, '👍👍'],
  [{ type: 'string', pattern: '^a+$' }, 'aaa'],
  [{ type: 'array', items: { type: 'number' }, minItems: 1, uniqueItems: true }, [1, 2]],
  [{ prefixItems: [{ type: 'string' }], items: { type: 'number' } }, ['a', 1, 2]],
  [{ type: 'object', additionalProperties: { type: 'number' } }, { a: 1 }],
  [{ patternProperties: { '^n': { type: 'number' } }, additionalProperties: false }, { n1: 1 }],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 1],
  [{ oneOf: [{ type: 'string' }, { type: 'number' }] }, 1],
  [{ not: { type: 'string' } }, 1],
  [{ if: { type: 'string' }, then: { minLength: 1 }, else: { minimum: 0 } }, 0],
  [true, 'anything'],
])('%j accepts %j', (schema, value) => {
  expect(problemOf(schema, value)).toBe(null)
})

test.each<[JsonValue, unknown, string]>([
  [{ type: 'string' }, 1, 'x: must be string, not number'],
  [{ type: 'integer' }, 1.5, 'x: must be integer, not number'],
  [{ type: 'object' }, [], 'x: must be object, not array'],
  [{ minimum: 1 }, 0, 'x: must be at least 1'],
  [{ maximum: 1 }, 2, 'x: must be at most 1'],
  [{ exclusiveMinimum: 1 }, 1, 'x: must be more than 1'],
  [{ exclusiveMaximum: 1 }, 1, 'x: must be less than 1'],
  [{ multipleOf: 5 }, 7, 'x: must be a multiple of 5'],
  [{ enum: ['a', 'b'] }, 'c', 'x: must be one of "a", "b"'],
  [{ const: null }, 0, 'x: must be null'],
  [{ minLength: 2 }, '👍', 'x: must have at least 2 characters'],
  [{ maxLength: 1 }, 'ab', 'x: must have at most 1 characters'],
  [{ pattern: '^a+$' }, 'b', 'x: must match ^a+$'],
  [{ minItems: 1 }, [], 'x: must have at least 1 items'],
  [{ maxItems: 1 }, [1, 2], 'x: must have at most 1 items'],
  [{ items: { type: 'number' } }, [1, 'a'], 'x[1]: must be number, not string'],
  [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], 'x: must not hold the same item twice'],
  [{ required: ['a'] }, {}, 'x.a: is required'],
  [
    { properties: { a: { type: 'string' } }, additionalProperties: false },
    { b: 1 },
    'x.b: is not a known argument; known are a',
  ],
  [
    { properties: { a: { properties: { b: false } } } },
    { a: { b: 1 } },
    'x.a.b: is not a known argument; known are b',
  ],
  [
    { anyOf: [{ type: 'string' }, { type: 'number' }] },
    true,
    'x: must be string, not boolean (and no alternative fits)',
  ],
  [{ oneOf: [{ minimum: 0 }, { minimum: 1 }] }, 2, 'x: fits more than one of the alternatives'],
  [{ oneOf: [{ type: 'string' }] }, 2, 'x: must be string, not number (and no alternative fits)'],
  [{ allOf: [{ minimum: 0 }, { maximum: 1 }] }, 2, 'x: must be at most 1'],
  [{ not: { type: 'string' } }, 'a', 'x: is of a kind that is not allowed'],
  [{ if: { type: 'string' }, then: { minLength: 1 } }, '', 'x: must have at least 1 characters'],
  [false, 1, 'x: is not a known argument; known are x'],
])('%j refuses %j', (schema, value, sentence) => {
  expect(problemOf(schema, value)).toBe(sentence)
})

test('follows references within the schema, also recursive ones', () => {
  const tree: JsonObject = {
    type: 'object',
    properties: { root: { $ref: '#/$defs/node' } },
    $defs: {
      node: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          children: { type: 'array', items: { $ref: '#/$defs/node' } },
        },
        required: ['name'],
      },
    },
  }
  const { validate } = compileSchema(tree, 'test')

  expect(validate({ root: { name: 'a', children: [{ name: 'b' }] } })).not.toHaveProperty('problem')
  expect(validate({ root: { name: 'a', children: [{}] } })).toEqual({
    problem: 'root.children[0].name: is required',
  })
})

test('ends, with a fault, when a schema refers to itself', () => {
  const { validate } = compileSchema({ type: 'object', $ref: '#' }, 'test')

  expect(validate({})).toHaveProperty('problem', expect.stringContaining('nested too deeply'))
})

test('is not fooled by properties of Object.prototype', () => {
  const { validate } = compileSchema({ type: 'object', properties: {}, required: ['constructor'] }, 'test')

  expect(validate({})).toEqual({ problem: 'constructor: is required' })
})
