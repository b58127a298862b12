import { userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'

/** A result without its call's id. */
export const RESULT = { type: 'tool-result', name: 'read_file', status: 'ok', output: null } as const

/** Calls with these ids, and their results. */
export function callsAndResults(...ids: string[]): Message[] {
  return [
    userMessage('hi'),
    {
      role: 'assistant',
      content: ids.map((callId) => ({ type: 'tool-call', callId, name: 'read_file', input: {} })),
    },
    { role: 'tool', content: ids.map((callId) => ({ ...RESULT, callId })) },
  ]
}

/** The text in every place that a transcript has. */
export function transcriptSaying(text: string): Message[] {
  return [
    userMessage(text),
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0xLjQKJSVFT0YK', name: text },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text },
        { type: 'text', text },
        { type: 'tool-call', callId: 'call_a', name: 'read_file', input: { path: text } },
        { type: 'tool-call', callId: 'call_b', name: 'read_file', input: text, inputError: 'no JSON' },
      ],
    },
    {
      role: 'tool',
      content: [
        { ...RESULT, callId: 'call_a', output: text },
        { ...RESULT, callId: 'call_b', output: { [text]: [text] } },
      ],
    },
  ]
}

/** Everything that a history can hold, as the core repairs it. */
export function longTranscript(): Message[] {
  const error = { code: 'tool.failed', message: 'no such file', retryable: false } as const
  const [first, second] = ['call_aaaaaaaaaaaaaaaa', 'call_bbbbbbbbbbbbbbbb']
  return [
    userMessage('hi'),
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Two lookups.' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool-call', callId: first, name: 'read_file', input: { path: 'a.ts' } },
        { type: 'tool-call', callId: second, name: 'read_file', input: {} },
      ],
    },
    {
      role: 'tool',
      content: [
        { ...RESULT, callId: first, output: { lines: 2 } },
        { ...RESULT, callId: second, status: 'error', error },
      ],
    },
    { role: 'assistant', content: [{ type: 'text', text: 'One of them' }], incomplete: true },
    userMessage('go on'),
  ]
}
