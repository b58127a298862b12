import {
  ModelError,
  costMicroUsd,
  isAgentError,
  messageOf,
  parseToolInput,
  systemRuntime,
  textOf,
  toErrorJson,
  toolResultText,
} from '@heddle/core'
import type { Usage } from '@heddle/core'
import { expect, test } from 'vitest'

const usage = (more: Partial<Usage>): Usage => ({
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  ...more,
})

test.each([
  [
    'plain tokens',
    usage({ inputTokens: 1_000_000, outputTokens: 1_000_000 }),
    { input: 3, output: 15 },
    18_000_000,
  ],
  [
    'cached input at its own price',
    usage({ inputTokens: 1_000, cacheReadTokens: 900, cacheWriteTokens: 50 }),
    { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
    608,
  ],
  [
    'cached input at the plain price when no other is known',
    usage({ inputTokens: 100, cacheReadTokens: 90 }),
    { input: 1, output: 1 },
    100,
  ],
  ['fractions, rounded up', usage({ inputTokens: 1 }), { input: 0.1, output: 0 }, 1],
  ['binary dust, not rounded up', usage({ inputTokens: 3 }), { input: 0.1 + 0.2 + 0.7, output: 0 }, 3],
  [
    'a prompt that reaches a tier without passing it',
    usage({ inputTokens: 1_000, outputTokens: 10 }),
    { input: 1, output: 2, above: { inputTokens: 1_000, price: { input: 3, output: 4 } } },
    1_020,
  ],
  [
    'a prompt above a tier, all of it at the prices there, even if most of it was cached',
    usage({ inputTokens: 1_001, cacheReadTokens: 1_000, outputTokens: 10 }),
    {
      input: 1,
      output: 2,
      cacheRead: 0.1,
      above: { inputTokens: 1_000, price: { input: 3, output: 4, cacheRead: 0.2 } },
    },
    243,
  ],
  [
    'a prompt above two tiers',
    usage({ inputTokens: 3_000 }),
    {
      input: 1,
      output: 1,
      above: {
        inputTokens: 1_000,
        price: { input: 2, output: 2, above: { inputTokens: 2_000, price: { input: 5, output: 5 } } },
      },
    },
    15_000,
  ],
  ['a free model', usage({ inputTokens: 5 }), { input: 0, output: 0 }, 0],
])('costs %s', (_name, tokens, price, micro) => {
  expect(costMicroUsd(tokens, price)).toBe(micro)
})

test('says null, never 0, when price or usage is unknown', () => {
  expect([costMicroUsd(null, { input: 1, output: 1 }), costMicroUsd(usage({}), null)]).toEqual([null, null])
})

test.each([
  ['', { input: {} }],
  ['  \n', { input: {} }],
  ['null', { input: {} }],
  ['{"a":1}', { input: { a: 1 } }],
  ['"{\\"a\\":1}"', { input: { a: 1 } }],
  ['[1]', { input: '[1]', inputError: 'the arguments must be a JSON object' }],
])('reads the arguments %j', (text, expected) => {
  expect(parseToolInput(text)).toEqual(expected)
})

test('keeps the text of arguments that are not JSON, and says why', () => {
  expect(parseToolInput('{"a":')).toEqual({
    input: '{"a":',
    inputError: expect.stringContaining('not valid JSON') as string,
  })
})

test('writes errors as data and hides nothing but the cause', () => {
  const error = new ModelError('model.rate_limited', 'slow down', {
    retryable: true,
    retryAfterMs: 5,
    cause: new Error('secret'),
  })

  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: 'model.rate_limited',
    message: 'slow down',
    retryable: true,
    retryAfterMs: 5,
  })
  expect(isAgentError(error)).toBe(true)
  expect(toErrorJson(new TypeError('x is undefined'))).toEqual({
    code: 'internal',
    message: 'x is undefined',
    retryable: false,
  })
})

test.each([
  [new Error(''), 'Error'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [{ a: 1 }, '{"a":1}'],
  ['', 'Unknown error'],
])('finds words for a thrown %j', (thrown, text) => {
  expect(messageOf(thrown)).toBe(text)
})

test('finds words for a thrown cycle', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle

  expect(messageOf(cycle)).toBe('Unknown error')
})

test('shows a model text as it is, values as JSON and failures with their code', () => {
  const base = { type: 'tool-result', callId: 'c', name: 'n' } as const

  expect(toolResultText({ ...base, status: 'ok', output: 'plain' })).toBe('plain')
  expect(toolResultText({ ...base, status: 'ok', output: { a: [1] } })).toBe('{"a":[1]}')
  expect(
    toolResultText({
      ...base,
      status: 'error',
      output: null,
      error: { code: 'tool.failed', message: 'no', retryable: false },
    }),
  ).toBe('Error (tool.failed): no')
})

test('joins the text of a message and leaves the rest out', () => {
  expect(
    textOf({
      role: 'assistant',
      content: [
        { type: 'text', text: 'a' },
        { type: 'reasoning', text: 'x' },
        { type: 'text', text: 'b' },
      ],
    }),
  ).toBe('ab')
})

test('makes ids of the given prefix that do not repeat', () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => systemRuntime.newId('call')))

  expect(ids.size).toBe(1_000)
  for (const id of ids) expect(id).toMatch(/^call_[a-z0-9]{16}$/)
})
