import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../src/index.ts'
import type { JsonValue } from '../src/index.ts'

test('puts members in order, at every depth, and leaves out what is undefined', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true, e: undefined })).toBe(
    '{"a":true,"b":[1,{"c":"x","d":null}]}',
  )
})

test('puts whole numbers first, as JavaScript keeps them', () => {
  expect(canonicalJson({ b: 1, 10: 2, 9: 3, a: 4, '01': 5 })).toBe('{"9":3,"10":2,"01":5,"a":4,"b":1}')
})

test('writes what JSON.stringify writes of the sorted value', () => {
  const sorted = (value: JsonValue): string =>
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    )

  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(canonicalJson(value as JsonValue)).toBe(sorted(value as JsonValue))
    }),
  )
})
