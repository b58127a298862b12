import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { renderTranscript } from '../../src/bridge/render-transcript.ts'

function textOf(messages: readonly Message[]): string {
  return renderTranscript(messages, 'x-subscription').text
}

const ALL: readonly Message[] = [
  userMessage('hi'),
  {
    role: 'assistant',
    model: 'a/b',
    content: [
      { type: 'reasoning', text: 'Two lookups.', opaque: { signature: 's' } },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', callId: 'call_1', name: 'read_file', input: { path: 'a "b".ts' } },
      { type: 'tool-call', callId: 'call_2', name: 'grep', input: '{"half', inputError: 'not JSON' },
      { type: 'opaque', opaque: { type: 'server_tool' } },
    ],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', callId: 'call_1', name: 'read_file', status: 'ok', output: 'const a = 1' },
      {
        type: 'tool-result',
        callId: 'call_2',
        name: 'grep',
        status: 'error',
        output: null,
        error: { code: 'tool.bad_input', message: 'no JSON', retryable: false },
      },
    ],
  },
  { role: 'assistant', content: [{ type: 'text', text: 'So' }], incomplete: true },
  { role: 'assistant', content: [{ type: 'reasoning', text: 'only thoughts' }] },
  userMessage('go on'),
]

test('a transcript becomes one text, each turn in a tag of its speaker', () => {
  expect(textOf(ALL)).toBe(`<conversation>
<user>
hi
</user>
<assistant>
Let me look.
<tool_call id="call_1" name="read_file">
{"path":"a \\"b\\".ts"}
</tool_call>
<tool_call id="call_2" name="grep">
{"half
</tool_call>
</assistant>
<tool_result id="call_1" name="read_file" status="ok">
const a = 1
</tool_result>
<tool_result id="call_2" name="grep" status="error">
Error (tool.bad_input): no JSON
</tool_result>
<assistant broken_off="true">
So
</assistant>
<user>
go on
</user>
</conversation>`)
})

const TAG = /<(\/?)(conversation|user|assistant|tool_call|tool_result|image|system-reminder)(?![\w-])/gi

/** Texts in which tags, and what a careless rule would turn into one, are likely. */
const nasty: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('<', '</', '\\', '<\\', 'user', 'USER', '</user>', '<assistant>', '<tool_call id="x">'),
      fc.constantFrom('<system-reminder>', '</conversation>', '\n', ' ', '<users>', '<user-name>'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((pieces) => pieces.join(''))

describe('whatever somebody writes,', () => {
  test('it opens and closes no turn', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (text, name, output) => {
        const result = { type: 'tool-result', callId: name, name, status: 'ok', output } as const
        const rendered = textOf([userMessage(text), { role: 'tool', content: [result] }])
        const tags = [...rendered.matchAll(TAG)].map(([tag]) => tag)
        expect(tags).toEqual([
          '<conversation',
          '<user',
          '</user',
          '<tool_result',
          '</tool_result',
          '</conversation',
        ])
      }),
    )
  })

  test('it can be read back from the text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const body = textOf([userMessage(text)]).slice(
          '<conversation>\n<user>\n'.length,
          -'\n</user>\n</conversation>'.length,
        )
        const back = body.replace(
          /<\\(\\*\/?(?:conversation|user|assistant|tool_call|tool_result|image|system-reminder)(?![\w-]))/gi,
          '<$1',
        )
        expect(back).toBe(text)
      }),
    )
  })

  test('a longer transcript begins as the shorter one did', () => {
    fc.assert(
      fc.property(fc.array(nasty), nasty, (texts, next) => {
        const messages = [...ALL, ...texts.map(userMessage)]
        const shorter = textOf(messages).slice(0, -'</conversation>'.length)
        expect(textOf([...structuredClone(messages), userMessage(next)]).startsWith(shorter)).toBe(true)
      }),
    )
  })
})

test('images are numbered through all messages, in their order', () => {
  const image = (data: string): Message => ({
    role: 'user',
    content: [{ type: 'file', mediaType: 'image/webp', data }],
  })

  const { text, images } = renderTranscript([image('AAAA'), image('BBBB')], 'x-subscription')

  expect(text).toContain('<image number="1"/>\n</user>\n<user>\n<image number="2"/>')
  expect(images.map(({ data }) => data)).toEqual(['AAAA', 'BBBB'])
})
