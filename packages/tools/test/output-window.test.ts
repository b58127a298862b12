import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outputWindow } from '../src/output-window.ts'

test('gives all of an output that fits, however it was cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ min: 97, max: 122, maxLength: 30 }), { maxLength: 20 }),
      (chunks) => {
        const window = outputWindow(1_000)
        for (const chunk of chunks) window.push(chunk)
        expect(window.render()).toBe(Buffer.concat(chunks).toString())
      },
    ),
  )
})

test('keeps the start and the end of any output, and counts the rest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ min: 97, max: 122, maxLength: 200 }), { maxLength: 40 }),
      (chunks) => {
        const whole = Buffer.concat(chunks).toString()
        fc.pre(whole.length > 30)
        const window = outputWindow(30)
        for (const chunk of chunks) window.push(chunk)

        const [start, note = '', end] = window.render().split('\n')

        expect({ start, end, total: window.totalBytes() }).toEqual({
          start: whole.slice(0, 10),
          end: whole.slice(-20),
          total: whole.length,
        })
        expect(note).toMatch(/^\[.* left out here; /)
      },
    ),
  )
})

test('shows the end of what came so far', () => {
  const window = outputWindow(10)
  window.push(Buffer.from('first\nsecond\n'))
  const early = window.renderEnd(8)
  window.push(Buffer.from('x'.repeat(500)))
  window.push(Buffer.from('\nthird\n'))

  expect([early, window.renderEnd(11), window.renderEnd(3)]).toEqual(['second\n', 'third\n', 'rd\n'])
})

test('never cuts a character in half', () => {
  const window = outputWindow(31)
  window.push(Buffer.from(`a${'👍'.repeat(400)}`))

  const text = window.render()

  expect(text.isWellFormed()).toBe(true)
  expect(text).toMatch(/^a(👍)+\n\[.*\]\n\uFFFD*(👍)+$/u)
})
