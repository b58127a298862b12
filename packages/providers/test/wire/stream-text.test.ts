import fc from 'fast-check'
import { expect, test } from 'vitest'
import { streamText } from '../../src/wire/stream-text.ts'

test('gives the text that the bytes are, wherever they are cut', () => {
  fc.assert(
    fc.property(pieces(), (cut) => {
      const whole = new TextDecoder().decode(Buffer.concat(cut))

      expect(textOf(cut)).toBe(whole)
    }),
    { numRuns: 500 },
  )
})

test('leaves out the byte order mark of a stream, also a cut one, and no other', () => {
  const bytes = new TextEncoder().encode('\uFEFFa\uFEFF')

  expect(textOf([bytes])).toBe('a\uFEFF')
  expect(textOf(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe('a\uFEFF')
})

test('tells half a character at the end', () => {
  expect(textOf([Uint8Array.of(0x61, 0xf0, 0x9f)])).toBe('a\uFFFD')
})

function textOf(pieces: readonly Uint8Array[]): string {
  const text = streamText()
  return pieces.map((bytes) => text.take(bytes)).join('') + text.end()
}

/** Text of all scripts, and bytes that are none, cut into pieces. */
function pieces(): fc.Arbitrary<Uint8Array[]> {
  const bytes = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
    fc
      .string({ unit: fc.constantFrom('a', 'é', '語', '😀', '\uFEFF') })
      .map((text) => new TextEncoder().encode(text)),
    fc.uint8Array(),
  )
  return fc.tuple(bytes, fc.array(fc.nat(40))).map(([all, cuts]) => {
    const at = [0, ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length]
    return at.slice(1).map((end, index) => all.subarray(at[index], end))
  })
}
