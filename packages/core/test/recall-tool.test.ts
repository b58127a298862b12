import { agent, recallTool, userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { scriptedModel, toolContext } from '@heddle/testkit'
import { expect, test } from 'vitest'

const pictures = `x${'👍'.repeat(10_000)}`
const messages: readonly Message[] = [
  userMessage('look'),
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', callId: 'call_1', name: 'look', input: { at: 'x' } },
      { type: 'tool-call', callId: 'call_2', name: 'look', input: {} },
    ],
  },
  {
    role: 'tool',
    content: [
      { type: 'tool-result', callId: 'call_1', name: 'look', status: 'ok', output: { seen: [1, 2] } },
      {
        type: 'tool-result',
        callId: 'call_2',
        name: 'look',
        status: 'error',
        output: null,
        error: { code: 'tool.failed', message: 'nothing there', retryable: false },
      },
    ],
  },
  userMessage(pictures),
]

function recall(handle: string, offset?: number): unknown {
  const input = offset === undefined ? { handle } : { handle, offset }
  return recallTool().execute(input, toolContext({ transcript: () => messages }))
}

test('shows what a tool gave, as the model read it', () => {
  expect([recall('call_1'), recall('call_2')]).toEqual([
    '{"seen":[1,2]}',
    'Error (tool.failed): nothing there',
  ])
})

test('shows a range of messages, whoever wrote them', () => {
  expect(recall('messages:0-2')).toBe(
    [
      'user: look',
      'assistant: [reasoning]\nI look.\n[calls look {"at":"x"} as call_1]\n[calls look {} as call_2]',
      'tool: [result of call_1] {"seen":[1,2]}\n[result of call_2] Error (tool.failed): nothing there',
    ].join('\n\n'),
  )
})

test('shows a long text page by page, without loss and without half characters', () => {
  const whole = `user: ${pictures}`
  const pages: string[] = []
  for (let offset = 0; offset < whole.length; offset = pages.join('').length) {
    const page = String(recall('messages:3-3', offset))
    expect(page.isWellFormed()).toBe(true)
    expect(page.length).toBeLessThan(12_100)
    pages.push(page.replace(/\n\[characters \d+-\d+ of 20007; continue with offset \d+\]$/, ''))
  }

  expect(pages.join('')).toBe(whole)
  expect(recall('messages:3-3', 8)).toMatch(/^👍/)
})

test.each([
  [
    'call_9',
    undefined,
    'There is nothing under the handle "call_9"; use one from a note in the conversation.',
  ],
  [
    'messages:7-9',
    undefined,
    'There is nothing under the handle "messages:7-9"; use one from a note in the conversation.',
  ],
  ['call_1', 14, 'The offset 14 is beyond the end: there are 14.'],
])('says what is wrong with %s from %s', (handle, offset, message) => {
  expect(() => recall(handle, offset)).toThrow(message)
})

test('runs for a model that asks for it before it was offered, and gives way to a tool of that name', async () => {
  const ask = { toolCalls: [{ name: 'recall', input: { handle: 'messages:0-0' } }] }
  const { messages: talk } = await agent({ model: scriptedModel([ask, 'ok']) }).run('look').result
  const own = { ...recallTool(), execute: () => 'mine' }
  const { messages: ownTalk } = await agent({ model: scriptedModel([ask, 'ok']), tools: [own] }).run('look')
    .result

  const outputs = [talk, ownTalk].map((all) => (all[2]?.role === 'tool' ? all[2].content[0]?.output : null))
  expect(outputs).toEqual(['user: look', 'mine'])
})
