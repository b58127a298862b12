import { userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { expect, test } from 'vitest'
import { encodedBody } from '../../src/wire/encoded-bodies.ts'
import type { Reply } from '../../src/wire/reply.ts'
import { sendEncoded } from '../../src/wire/send-encoded.ts'

const frame = { opening: '[', closing: ']' }
const around = { full: frame, empty: frame, takesMessages: true }

function replyWhere(isRequestSent: boolean): Reply {
  return { status: 200, headers: new Headers(), body: null, isRequestSent }
}

/** How many messages of a second turn are encoded, when the first one was sent like this. */
async function encodedInSecondTurn(send: () => Promise<Reply>): Promise<number> {
  let encoded = 0
  const target = {}
  const encodeNext = (): string => `${encoded++},${' '.repeat(20_000)}`
  const first: Message[] = [userMessage('one')]

  await sendEncoded('fake', () => encodedBody(target, encodeNext, first, around), send).catch(() => {})
  encoded = 0
  encodedBody(target, encodeNext, [...first, userMessage('two')], around)
  return encoded
}

test('lets the next turn go on in bytes that were sent', async () => {
  expect(await encodedInSecondTurn(() => Promise.resolve(replyWhere(true)))).toBe(1)
})

test('lets the next turn go on in bytes that nobody reads any more', async () => {
  expect(await encodedInSecondTurn(() => Promise.reject(new Error('no connection')))).toBe(1)
})

test('leaves bytes alone that are still on their way', async () => {
  expect(await encodedInSecondTurn(() => Promise.resolve(replyWhere(false)))).toBe(2)
})

test('sends a short body as text', async () => {
  const sent: unknown[] = []

  await sendEncoded(
    'fake',
    () => '{}',
    (body) => {
      sent.push(body)
      return Promise.resolve(replyWhere(true))
    },
  )

  expect(sent).toEqual(['{}'])
})
