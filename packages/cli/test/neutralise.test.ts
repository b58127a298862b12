import { describe, expect, test } from 'vitest'
import { neutralise, oneLine, shorten } from '../src/neutralise.ts'

describe('neutralise', () => {
  test.each([
    ['a clipboard write (OSC 52)', '\u001b]52;c;aGk=\u0007', '␛]52;c;aGk=␇'],
    ['a screen wipe (CSI 2J)', '\u001b[2J', '␛[2J'],
    ['an 8-bit CSI', '\u009b2J', '\ufffd2J'],
    ['DEL and backspace', 'a\u007fb\bc', 'a␡b␈c'],
    ['a lone carriage return', 'good\rbad', 'goodbad'],
    ['Windows line ends', 'a\r\nb', 'a\nb'],
  ])('takes the power from %s', (_what, text, safe) => {
    expect(neutralise(text)).toBe(safe)
  })

  test('leaves tabs, line feeds and all letters alone', () => {
    const text = 'a\tb\nÄ 日本 👍🏽 \u00a0x'

    expect(neutralise(text)).toBe(text)
  })

  test('gives the same for a text in pieces, wherever it is cut', () => {
    const text = 'x\u001b]0;title\u0007y\r\nz'

    for (let cut = 0; cut <= text.length; cut++) {
      expect(neutralise(text.slice(0, cut)) + neutralise(text.slice(cut))).toBe(neutralise(text))
    }
  })
})

test('oneLine folds white space before it neutralises', () => {
  expect(oneLine('  a\r\n\n b\t\u001b[0m ')).toBe('a b ␛[0m')
})

test('shorten marks the cut and never splits a surrogate pair', () => {
  expect(shorten('abcdef', 6)).toBe('abcdef')
  expect(shorten('abcdefg', 6)).toBe('abcde…')
  expect(shorten('abcd👍x', 6)).toBe('abcd…')
})
