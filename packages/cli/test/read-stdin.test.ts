import { PassThrough, Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { composePrompt, readStdin } from '../src/read-stdin.ts'
import type { Patience } from '../src/read-stdin.ts'

const PATIENT: Patience = { noticeMs: 60_000, giveUpMs: null, onSilence: () => {} }

describe('composePrompt', () => {
  test('is what was typed when nothing was piped', () => {
    expect(composePrompt('do it', ' \n')).toBe('do it')
  })

  test('is what was piped when nothing was typed', () => {
    expect(composePrompt('', 'do it\nnow\n\n')).toBe('do it\nnow')
  })

  test('appends what was piped as a fenced block after a blank line', () => {
    expect(composePrompt('review this', '+ a\n- b')).toBe('review this\n\n```\n+ a\n- b\n```')
  })

  test('makes the fence longer than every run of backticks inside', () => {
    expect(composePrompt('x', 'a ````js\n```\n')).toBe('x\n\n`````\na ````js\n```\n`````')
  })

  test('refuses to have nothing to do', () => {
    expect(() => composePrompt(' ', '\n')).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringContaining('nothing to do') as string,
      }),
    )
  })
})

describe('readStdin', () => {
  test('joins bytes before it decodes them', async () => {
    const bytes = Buffer.from('Grüße 日本 👍')
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]))

    expect(await readStdin(Readable.from(pieces, { objectMode: false }), PATIENT)).toBe('Grüße 日本 👍')
  })

  test('refuses binary data in a sentence', async () => {
    const stdin = Readable.from([Buffer.from([0x7f, 0x45, 0x00])])

    await expect(readStdin(stdin, PATIENT)).rejects.toThrow('Standard input is binary')
  })

  test('stops reading once there is more than any model takes', async () => {
    let given = 0
    const endless = new Readable({
      read() {
        given += 1_000_000
        this.push(Buffer.alloc(1_000_000, 'a'))
      },
    })

    await expect(readStdin(endless, PATIENT)).rejects.toThrow('longer than 10 MB')
    expect(given).toBeLessThan(13_000_000)
  })

  test('gives up on a pipe that never says anything, having said so', async () => {
    const told: string[] = []
    const silent = new PassThrough()

    const text = await readStdin(silent, { noticeMs: 5, giveUpMs: 20, onSilence: () => told.push('silent') })

    expect([text, told, silent.destroyed]).toEqual([null, ['silent'], true])
  })

  test('waits for the end once something came', async () => {
    const slow = new PassThrough()
    slow.write('a')
    setTimeout(() => slow.end('b'), 60)

    const text = await readStdin(slow, { noticeMs: 5, giveUpMs: 20, onSilence: () => {} })

    expect(text).toBe('ab')
  })
})
