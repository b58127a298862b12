import { expect, test } from 'vitest'
import { fileNamePattern, globMatcher } from '../src/glob-pattern.ts'

test.each([
  ['*.ts', 'a.ts', true],
  ['*.ts', 'src/a.ts', true],
  ['*.ts', 'a.tsx', false],
  ['a/*.ts', 'a/b.ts', true],
  ['a/*.ts', 'a/b/c.ts', false],
  ['a/**/c.ts', 'a/c.ts', true],
  ['a/**/c.ts', 'a/b/b/c.ts', true],
  ['**', 'a/b', true],
  ['a/**', 'a/b/c', true],
  ['a/**', 'b/a/c', false],
  ['/a', 'a', true],
  ['/a', 'b/a', false],
  ['./a', 'b/a', false],
  ['?', '日', true],
  ['?', '👍', true],
  ['?', 'ab', false],
  ['[a-c]', 'b', true],
  ['[a-c]', 'd', false],
  ['[!a-c]', 'd', true],
  ['[^a-c]', 'a', false],
  ['[]]', ']', true],
  ['[a-]', '-', true],
  ['[', '[', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['{a,b}c', 'bc', true],
  ['{a,{b,c}}d', 'cd', true],
  ['{a,b', '{a,b', true],
  ['a}', 'a}', true],
  ['x{,s}', 'x', true],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['.*', '.env', true],
  ['*', '.env', true],
  ['a.c', 'abc', false],
  ['', 'a', false],
])('%j on %j: %j', (pattern, path, fits) => {
  expect(globMatcher(pattern)(path)).toBe(fits)
})

test('takes no exponential time for many stars', () => {
  const matches = globMatcher(`${'**/'.repeat(30)}${'*a'.repeat(60)}b`)

  expect(matches(`${'a'.repeat(200)}/`.repeat(20) + 'a'.repeat(200))).toBe(false)
})

test.each([
  ['src/**/*.ts', '*.ts'],
  ['*.{ts,tsx}', '*.{ts,tsx}'],
  ['src/', null],
  ['src/**', null],
  ['a/{b,c/d}', null],
  ['{a,b}/c.ts', 'c.ts'],
  ['a\\/b', null],
  ['{a', null],
  ['x{,s}', null],
  ['src/?.ts', null],
  ['[ab].ts', null],
])('narrows %j to files called %j', (pattern, name) => {
  expect(fileNamePattern(pattern)).toBe(name)
})
