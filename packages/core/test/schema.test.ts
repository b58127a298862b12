import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { compileSchema, tool } from '@heddle/core'
import type { InputSchema, JsonObject } from '@heddle/core'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'

const raw: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city'],
}

describe.each<[string, InputSchema]>([
  ['zod', z.object({ city: z.string(), days: z.int().optional() })],
  [
    'valibot',
    toStandardJsonSchema(v.object({ city: v.string(), days: v.optional(v.pipe(v.number(), v.integer())) })),
  ],
  ['raw JSON Schema', raw],
])('a schema of %s', (_name, schema) => {
  test('becomes JSON Schema without $schema', () => {
    const { json } = compileSchema(schema, 'tool "weather"')

    expect(json).toMatchObject({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    })
    expect(json).not.toHaveProperty('$schema')
  })

  test('accepts what fits and names what does not', async () => {
    const compiled = compileSchema(schema, 'tool "weather"')

    expect(await compiled.validate({ city: 'Oslo', days: 3 })).toEqual({ value: { city: 'Oslo', days: 3 } })
    expect(await compiled.validate({ days: 3 })).toHaveProperty('problem', expect.stringContaining('city'))
    expect(await compiled.validate({ city: 'Oslo', days: 1.5 })).toHaveProperty(
      'problem',
      expect.stringContaining('days'),
    )
  })
})

test('hands transformed values to the tool, typed', async () => {
  const seen: unknown[] = []
  const trim = tool({
    name: 'trim',
    description: '',
    input: z.object({ text: z.string().trim(), times: z.number().default(2) }),
    execute: (input) => {
      expectTypeOf(input).toEqualTypeOf<{ text: string; times: number }>()
      seen.push(input)
    },
  })

  const checked = await trim.input.validate({ text: '  a ' })

  expect(checked).toEqual({ value: { text: 'a', times: 2 } })
})

test('awaits asynchronous validation', async () => {
  const schema = z.object({
    id: z.string().refine(async (id) => Promise.resolve(id === 'known'), 'is not known'),
  })

  const { validate } = compileSchema(schema, 'tool "look"')

  expect(await validate({ id: 'known' })).toEqual({ value: { id: 'known' } })
  expect(await validate({ id: 'x' })).toEqual({ problem: 'id: is not known' })
})

test.each<[string, unknown, string]>([
  ['does not describe an object', { type: 'string' }, 'must describe an object'],
  [
    'offers no JSON Schema',
    { '~standard': { version: 1, vendor: 'old', validate: () => ({ value: 1 }) } },
    'offers no JSON Schema',
  ],
  ['cannot be written as JSON Schema', z.object({ at: z.date() }), 'has no JSON Schema'],
])('throws config.invalid for a schema that %s', (_why, schema, sentence) => {
  expect(() => compileSchema(schema as InputSchema, 'tool "t"')).toThrow(
    expect.objectContaining({ code: 'config.invalid', message: expect.stringContaining(sentence) as string }),
  )
})
