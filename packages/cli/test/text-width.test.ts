import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutToColumns, padToColumns, textColumns, wrapToColumns } from '../src/text-width.ts'

describe('columns', () => {
  test.each([
    ['abc', 3],
    ['キャッシュ', 10],
    ['e\u0301', 1],
    ['👩‍👩‍👧 x', 4],
    ['✓ – …', 5],
    ['한국', 4],
  ])('%j takes %i', (text, columns) => {
    expect(textColumns(text)).toBe(columns)
  })

  test.each([
    ['abcdef', 4, 'abc…'],
    ['abc', 3, 'abc'],
    ['キャッシュ', 6, 'キャ…'],
    ['abc def', 5, 'abc…'],
    ['abc', 0, ''],
    ['abc', Infinity, 'abc'],
  ])('%j cut to %i is %j', (text, columns, cut) => {
    expect(cutToColumns(text, columns)).toBe(cut)
  })

  test('a padded text is as wide as asked, on either side', () => {
    expect([padToColumns('日', 4), padToColumns('日', 4, 'right'), padToColumns('long', 2)]).toEqual([
      '日  ',
      '  日',
      'long',
    ])
  })

  test('nothing that is cut or wrapped is too wide, and wrapping loses no word', () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', '日', 'e\u0301', '👍'), minLength: 1, maxLength: 12 }),
    )
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (parts, columns) => {
        const text = parts.join(' ')
        const lines = wrapToColumns(text, columns)
        expect(textColumns(cutToColumns(text, columns))).toBeLessThanOrEqual(columns)
        expect(lines.every((line) => textColumns(line) <= columns)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
