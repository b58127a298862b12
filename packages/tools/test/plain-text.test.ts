import { expect, test } from 'vitest'
import { plainText } from '../src/plain-text.ts'

test.each([
  ['colours', '\u001B[1;31mred\u001B[0m', 'red'],
  ['titles', '\u001B]0;title\u0007text', 'text'],
  ['links', '\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'link'],
  ['clipboard writes', '\u001B]52;c;ZXZpbA==\u0007ok', 'ok'],
  ['device strings', '\u001BP+q544e\u001B\\ok', 'ok'],
  ['short escapes', '\u001B(B\u001B7a\u001B8\u001Bc', 'a'],
  ['eight-bit codes', '\u009B31mred', 'red'],
  ['an escape that never ends', 'a\u001B]b', 'ab'],
  ['bells and backspaces', 'a\u0007b\u0008c\u0000', 'abc'],
  ['rewritten lines', '10%\r50%\r100%\r\nok\r\n', '100%\nok\n'],
  ['nothing of plain text', 'a\tb\n größe 日本 👍\n', 'a\tb\n größe 日本 👍\n'],
])('takes out %s', (_title, raw, plain) => {
  expect(plainText(Buffer.from(raw))).toBe(plain)
})

test('marks bytes that are not UTF-8', () => {
  expect(plainText(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\uFFFDb')
})

test.each(['\u001B]', '\u001B[', '\u001B[1;', '\r', '\u001B]a/', '\u001B', '\u001BP\u001B'])(
  'takes no quadratic time for 240 KB of %j',
  (piece) => {
    // Quadratic would be a minute, past any test's timeout.
    expect(plainText(Buffer.from(piece.repeat(240_000 / piece.length))).length).toBeLessThan(240_000)
  },
)
