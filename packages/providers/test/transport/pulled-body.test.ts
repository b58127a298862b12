import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { pulledBody } from '../../src/transport/pulled-body.ts'

test('what fails after the end of an answer takes nothing of it away', async () => {
  const stream = Readable.from([Buffer.from('whole')])
  const ended = new Promise((resolve) => stream.on('end', resolve))
  const body = pulledBody(stream, () => {})
  await ended

  body.fail(new Error('too late'))

  expect(Buffer.from((await body.read()) ?? '').toString()).toBe('whole')
  expect(await body.read()).toBeNull()
  expect(body.isOver).toBe(true)
})
