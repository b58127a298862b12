import type { JsonValue } from '@heddle/core'
import { afterEach, describe, expect, test } from 'vitest'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeScript } from '@heddle/testkit/fake-provider'
import { anthropicBody, openaiBody, postAnthropic, postOpenai } from './client.ts'

let provider: FakeProvider

afterEach(() => provider.close())

async function start(script: FakeScript): Promise<void> {
  provider = await startFakeProvider({ scripts: { m: script } })
}

const prompt: JsonValue = { role: 'user', content: 'hi' }
const said: JsonValue = { role: 'assistant', content: 'ok' }

const openaiCall = (id: string): JsonValue => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'add', arguments: '{}' } }],
})
const openaiResult = (id: string): JsonValue => ({ role: 'tool', tool_call_id: id, content: '3' })
const anthropicCall = (...ids: string[]): JsonValue => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'add', input: {} })),
})
const anthropicResult = (...ids: string[]): JsonValue => ({
  role: 'user',
  content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: '3' })),
})

interface Reply {
  readonly status: number
  readonly text: string
}

async function askOpenai(...messages: JsonValue[]): Promise<Reply> {
  const response = await postOpenai(provider, { ...openaiBody, stream: false, messages })
  const body = (await response.json()) as {
    choices?: { message: { content: string } }[]
    error?: { message: string }
  }
  return { status: response.status, text: body.choices?.[0]?.message.content ?? body.error?.message ?? '' }
}

async function askAnthropic(...messages: JsonValue[]): Promise<Reply> {
  const response = await postAnthropic(provider, { ...anthropicBody, stream: false, messages })
  const body = (await response.json()) as { content?: { text: string }[]; error?: { message: string } }
  return { status: response.status, text: body.content?.[0]?.text ?? body.error?.message ?? '' }
}

describe('the turn', () => {
  test('is the number of assistant messages since the last prompt, tool results being none', async () => {
    await start({ turns: [{ text: 'first' }, { text: 'second' }, { text: 'third' }] })

    const answers = [
      await askOpenai(prompt),
      await askOpenai(prompt, openaiCall('1'), openaiResult('1')),
      await askOpenai(prompt, openaiCall('1'), openaiResult('1'), openaiCall('2'), openaiResult('2')),
      await askOpenai(prompt, said, prompt),
      await askAnthropic(prompt),
      await askAnthropic(prompt, anthropicCall('1'), anthropicResult('1')),
      await askAnthropic(prompt, said, prompt),
    ]

    expect(answers.map(({ text }) => text)).toEqual([
      'first',
      'second',
      'third',
      'first',
      'first',
      'second',
      'first',
    ])
  })

  test('counts through the conversation when the script continues', async () => {
    await start({ turns: [{ text: 'first' }, { text: 'second' }], continues: true })

    const answers = [await askOpenai(prompt, said, prompt), await askAnthropic(prompt, said, prompt)]

    expect(answers.map(({ text }) => text)).toEqual(['second', 'second'])
  })

  test('beyond the script is refused, unless the last one repeats', async () => {
    await start({ turns: [{ text: 'first' }] })
    const refused = await askOpenai(prompt, openaiCall('1'), openaiResult('1'))
    await provider.close()
    await start({ turns: [{ text: 'first' }], repeatLast: true })
    const repeated = await askOpenai(prompt, openaiCall('1'), openaiResult('1'))

    expect(refused).toEqual({
      status: 400,
      text: 'The script of model "m" has 1 turn(s) and was asked for turn 2.',
    })
    expect(repeated).toEqual({ status: 200, text: 'first' })
  })

  test('is the same for any number of agents at once, and their calls have ids of their own', async () => {
    await start({ turns: [{ toolCalls: [{ name: 'add', arguments: {} }] }], repeatLast: true })
    const idOf = async (...messages: JsonValue[]): Promise<string> => {
      const response = await postOpenai(provider, { ...openaiBody, stream: false, messages })
      const { choices } = (await response.json()) as {
        choices: { message: { tool_calls: { id: string }[] } }[]
      }
      return choices[0]?.message.tool_calls[0]?.id ?? ''
    }

    const ids = await Promise.all(
      Array.from({ length: 300 }, (_, agent) =>
        agent % 2 === 0 ? idOf(prompt) : idOf(prompt, openaiCall('1'), openaiResult('1')),
      ),
    )

    expect(new Set(ids.filter((_, agent) => agent % 2 === 0))).toEqual(new Set(['call_fake_0_0']))
    expect(new Set(ids.filter((_, agent) => agent % 2 === 1))).toEqual(new Set(['call_fake_1_0']))
  })

  test('may give calls the ids that the script says, equal and empty ones too', async () => {
    const calls = ['same', 'same', ''].map((id) => ({ name: 'add', arguments: {}, id }))
    await start({ turns: [{ toolCalls: calls }] })

    const body = (await (await postAnthropic(provider, { ...anthropicBody, stream: false })).json()) as {
      content: { id: string }[]
    }

    expect(body.content.map(({ id }) => id)).toEqual(['same', 'same', ''])
  })

  test('of an unknown model is a 404 that names those there are', async () => {
    await start({ turns: [] })

    const response = await postOpenai(provider, { ...openaiBody, model: 'toString' })

    expect([response.status, await response.json()]).toEqual([
      404,
      {
        error: expect.objectContaining({
          message: 'The model "toString" does not exist; the fake provider has a script for: m.',
          code: 'model_not_found',
        }),
      },
    ])
  })
})

describe('transcripts that the vendors refuse', () => {
  test.each([
    [
      'an OpenAI call without its result',
      () => askOpenai(prompt, openaiCall('1'), prompt),
      /did not have response/,
    ],
    [
      'an OpenAI call at the end',
      () => askOpenai(prompt, openaiCall('1')),
      /did not have response messages: 1/,
    ],
    [
      'an OpenAI result without its call',
      () => askOpenai(prompt, openaiResult('1')),
      /must be a response to/,
    ],
    [
      'an OpenAI result given twice',
      () => askOpenai(prompt, openaiCall('1'), openaiResult('1'), openaiResult('1')),
      /must be a response to/,
    ],
    ['no OpenAI message', () => askOpenai(), /empty array/],
    [
      'an Anthropic call without its result',
      () => askAnthropic(prompt, anthropicCall('1', '2'), anthropicResult('1')),
      /ids were found without `tool_result` blocks immediately after: 2/,
    ],
    [
      'an Anthropic result without its call',
      () => askAnthropic(prompt, said, anthropicResult('1')),
      /unexpected `tool_use_id`/,
    ],
    [
      'an Anthropic id used twice',
      () =>
        askAnthropic(
          prompt,
          anthropicCall('1'),
          anthropicResult('1'),
          anthropicCall('1'),
          anthropicResult('1'),
        ),
      /must be unique/,
    ],
    ['an Anthropic answer at the start', () => askAnthropic(said, prompt), /must use the "user" role/],
    ['an empty Anthropic message', () => askAnthropic({ role: 'user', content: '' }), /non-empty content/],
    [
      'an empty Anthropic text',
      () => askAnthropic({ role: 'user', content: [{ type: 'text', text: '' }] }),
      /non-empty/,
    ],
  ])('%s', async (_, ask, reason) => {
    await start({ turns: [{ text: 'fine' }], repeatLast: true })

    const answer = await ask()

    expect(answer).toEqual({ status: 400, text: expect.stringMatching(reason) })
  })

  test('an Anthropic request without max_tokens or without its version header', async () => {
    await start({ turns: [{ text: 'fine' }] })
    const url = `${provider.anthropicBaseUrl}/v1/messages`

    const withoutVersion = await fetch(url, { method: 'POST', body: JSON.stringify(anthropicBody) })
    const withoutMax = await postAnthropic(provider, { ...anthropicBody, max_tokens: undefined })

    expect([withoutVersion.status, withoutMax.status]).toEqual([400, 400])
  })
})

describe('records', () => {
  test('keep what was asked, with parsed body and lower-case headers', async () => {
    await start({ turns: [{ text: 'fine' }] })

    await postOpenai(provider)

    expect(provider.requests).toEqual([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
        body: openaiBody,
        atMs: expect.any(Number),
        closedByClient: false,
      },
    ])
  })

  test('keep the latest requests only', async () => {
    provider = await startFakeProvider({ scripts: { m: { turns: [{ text: 'fine' }] } }, keepRequests: 2 })

    for (let count = 0; count < 3; count++) await askOpenai({ role: 'user', content: `${count}` })

    expect(provider.requests.map(({ body }) => JSON.stringify(body).match(/"content":"(\d)"/)?.[1])).toEqual([
      '1',
      '2',
    ])
  })
})
