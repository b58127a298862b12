import { repairTranscript, userMessage } from '@heddle/core'
import type { AssistantMessage, Message, ToolMessage, ToolResultPart } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const call = (...ids: string[]): AssistantMessage => ({
  role: 'assistant',
  content: ids.map((callId) => ({ type: 'tool-call', callId, name: 'add', input: {} })),
})
const result = (callId: string, output = 'ok'): ToolResultPart => ({
  type: 'tool-result',
  callId,
  name: 'add',
  status: 'ok',
  output,
})
const answer = (...content: ToolResultPart[]): ToolMessage => ({ role: 'tool', content })

const shape = (messages: readonly Message[]): unknown[] =>
  messages.map((message) =>
    message.role === 'tool'
      ? message.content.map((part) => `${part.callId} ${part.status}`)
      : message.content.map((part) => (part.type === 'tool-call' ? `call ${part.callId}` : part.type)),
  )

test('keeps a sound transcript, the very same objects', () => {
  const sound = [userMessage('hi'), call('a', 'b'), answer(result('a'), result('b')), userMessage('and?')]

  const repaired = repairTranscript(sound)

  expect(repaired.length).toBe(4)
  for (const [at, message] of repaired.entries()) expect(message).toBe(sound[at])
})

test.each<[string, Message[], unknown[]]>([
  ['adds interrupted for a missing result', [call('a')], [['call a'], ['a interrupted']]],
  [
    'adds only what is missing',
    [call('a', 'b'), answer(result('b'))],
    [
      ['call a', 'call b'],
      ['a interrupted', 'b ok'],
    ],
  ],
  [
    'puts results into the order of the calls',
    [call('a', 'b'), answer(result('b'), result('a'))],
    [
      ['call a', 'call b'],
      ['a ok', 'b ok'],
    ],
  ],
  [
    'merges tool messages that follow each other',
    [call('a', 'b'), answer(result('a')), answer(result('b'))],
    [
      ['call a', 'call b'],
      ['a ok', 'b ok'],
    ],
  ],
  ['leaves out results without a call', [userMessage('hi'), answer(result('x'))], [['text']]],
  [
    'leaves out a second result of a call',
    [call('a'), answer(result('a', '1'), result('a', '2'))],
    [['call a'], ['a ok']],
  ],
  ['leaves out empty messages', [{ role: 'assistant', content: [] }, userMessage('hi')], [['text']]],
  [
    'renames a call id that was used before',
    [call('a'), answer(result('a')), call('a'), answer(result('a'))],
    [['call a'], ['a ok'], ['call a_2'], ['a_2 ok']],
  ],
  [
    'gives two calls of one id a result each',
    [call('a', 'a'), answer(result('a', '1'), result('a', '2'))],
    [
      ['call a', 'call a_2'],
      ['a ok', 'a_2 ok'],
    ],
  ],
  ['names a call without an id', [call(''), answer(result(''))], [['call call'], ['call ok']]],
])('%s', (_title, broken, expected) => {
  expect(shape(repairTranscript(broken))).toEqual(expected)
})

const ids = fc.constantFrom('', 'a', 'b', 'c')
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.array(ids, { maxLength: 3 }).map((some) => call(...some)),
  fc.array(ids, { maxLength: 3 }).map((some) => answer(...some.map((id) => result(id)))),
  fc.constant(userMessage('hi')),
)

test('leaves every call with exactly one result right after it, whatever came in; repairing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 8 }), (messages) => {
      const repaired = repairTranscript(messages)
      const seen = new Set<string>()
      for (const [at, message] of repaired.entries()) {
        const before = repaired[at - 1]
        const calls =
          before?.role === 'assistant'
            ? before.content.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : []))
            : []
        if (calls.length > 0 || message.role === 'tool') {
          expect(message.role === 'tool' && message.content.map((part) => part.callId)).toEqual(calls)
        }
        for (const id of calls) {
          expect(seen.has(id)).toBe(false)
          seen.add(id)
        }
      }
      const last = repaired.at(-1)
      expect(last?.role === 'assistant' && last.content.some((part) => part.type === 'tool-call')).toBe(false)
      const again = repairTranscript(repaired)
      expect(again.every((message, at) => message === repaired[at])).toBe(true)
      expect(again.length).toBe(repaired.length)
    }),
  )
})
