import { describe, expect, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import { ask } from '../support/answer.ts'
import { chunkedFetch, splitAt } from '../support/chunked-fetch.ts'
import { hasRecordings, recording } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'

const WEATHER_CALL = { kind: 'call', name: 'weather', text: '{"location": "San Francisco"}' }

function usage(inputTokens: number, outputTokens: number, cacheReadTokens = 0, reasoningTokens = 0): object {
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens: 0, reasoningTokens }
}

/** What each recorded answer says, read off the recording by hand. */
const EXPECTED: readonly (readonly [string, object])[] = [
  [
    'deepseek-tool-call',
    {
      parts: [
        {
          kind: 'reasoning',
          text: 'The user is asking for the weather in San Francisco. I need to use the weather tool to get this information. Let me invoke the weather tool with the location parameter set to "San Francisco".',
        },
        WEATHER_CALL,
      ],
      reason: 'tool-calls',
      usage: usage(339, 83, 320, 39),
    },
  ],
  [
    'groq-tool-call',
    { parts: [{ kind: 'call', name: 'weather', text: '{}' }], reason: 'tool-calls', usage: usage(210, 15) },
  ],
  [
    'mistral-text',
    {
      parts: [{ kind: 'text', text: 'Hello, world! This is a test response.' }],
      reason: 'stop',
      usage: usage(13, 8),
    },
  ],
  ['mistral-tool-call', { parts: [WEATHER_CALL], reason: 'tool-calls', usage: usage(124, 22) }],
  [
    'perplexity-citations',
    {
      parts: [{ kind: 'text', text: 'The current population of **[2][3]' }],
      reason: 'stop',
      usage: usage(10, 336),
    },
  ],
  [
    'xai-tool-call',
    {
      parts: [
        { kind: 'reasoning', text: 'First, the user is' },
        { kind: 'call', name: 'weather', text: '{"location":"San Francisco"}' },
      ],
      reason: 'tool-calls',
      // 26 tokens of text and, beside them, 196 of reasoning.
      usage: usage(291, 222, 290, 196),
    },
  ],
]

describe.skipIf(!hasRecordings)('recorded Chat Completions streams', () => {
  test.each(EXPECTED)('decodes %s', async (name, expected) => {
    const server = await providerServer((response) => sendStream(response, recording('openai-chat', name)))
    const model = compatible({ provider: 'recorded', model: name, baseUrl: server.url })

    expect(await ask(model)).toEqual(expected)
  })

  test('decodes a long text with its usage in a last chunk without choices', async () => {
    const server = await providerServer((response) =>
      sendStream(response, recording('openai-chat', 'openai-text')),
    )

    const answer = await ask(compatible({ provider: 'recorded', model: 'm', baseUrl: server.url }))

    expect(answer).toEqual({
      parts: [
        { kind: 'text', text: expect.stringMatching(/^\*\*Holiday Name:\*\* Harmony Day\n\n[^]*respect\.$/) },
      ],
      reason: 'stop',
      usage: usage(16, 300),
    })
    expect(answer.parts[0]?.text).toHaveLength(1724)
  })

  test('decodes reasoning and then text', async () => {
    const server = await providerServer((response) =>
      sendStream(response, recording('openai-chat', 'deepseek-reasoning')),
    )

    const answer = await ask(compatible({ provider: 'recorded', model: 'm', baseUrl: server.url }))

    expect(answer).toEqual({
      parts: [
        { kind: 'reasoning', text: expect.stringMatching(/^We need to count the number[^]*$/) },
        { kind: 'text', text: 'The word "strawberry" contains three "r"s.' },
      ],
      reason: 'stop',
      usage: usage(18, 219, 0, 205),
    })
  })

  test.each(['groq-tool-call', 'mistral-text', 'mistral-tool-call', 'xai-tool-call'])(
    'decodes %s alike wherever the network splits it',
    async (name) => {
      const bytes = new TextEncoder().encode(recording('openai-chat', name))
      const [, expected] = EXPECTED.find(([other]) => other === name) ?? []

      for (let at = 0; at <= bytes.length; at++) {
        const fetch = chunkedFetch(splitAt(bytes, at))
        const model = compatible({ provider: 'recorded', model: 'm', baseUrl: 'http://localhost', fetch })
        expect(await ask(model), `split at byte ${at}`).toEqual(expected)
      }
    },
  )

  test('decodes every byte in a read of its own', async () => {
    const bytes = new TextEncoder().encode(recording('openai-chat', 'xai-tool-call'))
    const fetch = chunkedFetch([...bytes].map((byte) => Uint8Array.of(byte)))
    const [, expected] = EXPECTED.find(([name]) => name === 'xai-tool-call') ?? []

    const answer = await ask(
      compatible({ provider: 'recorded', model: 'm', baseUrl: 'http://localhost', fetch }),
    )

    expect(answer).toEqual(expected)
  })
})
