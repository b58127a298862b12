import type { AssistantMessage, AssistantPart, Message, ModelRequest } from '@heddle/core'
import { userMessage } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { anthropic } from '../../src/anthropic.ts'
import type { Answer } from '../support/answer.ts'
import { ask, HELLO } from '../support/answer.ts'
import { chunkedFetch, splitAt } from '../support/chunked-fetch.ts'
import { hasRecordings, recording } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'

function usage(inputTokens: number, outputTokens: number): object {
  return { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }
}

/** What each recorded answer says, read off the recording by hand. */
const EXPECTED: readonly (readonly [string, object])[] = [
  ['refusal', { parts: [], reason: 'content-filter', usage: usage(18, 5) }],
  [
    'text',
    {
      parts: [
        {
          kind: 'text',
          text: "Hello! I'm doing well, thank you for asking. How are you doing today? Is there anything I can help you with?",
        },
      ],
      reason: 'stop',
      usage: usage(12, 30),
    },
  ],
  [
    'thinking',
    {
      parts: [
        {
          kind: 'reasoning',
          text: 'The previous result was 925. Now I need to divide that by 5.\n\n925 ÷ 5 = 185',
          opaque: { signature: expect.stringMatching(/^EvQBCkYICxgCKkAx.*T6Ca17BgB$/) },
        },
        { kind: 'text', text: '925 ÷ 5 = 185' },
      ],
      reason: 'stop',
      usage: usage(69, 53),
    },
  ],
  [
    'tool-call',
    {
      parts: [{ kind: 'call', name: 'weather', text: '{"location": "San Francisco"}' }],
      reason: 'tool-calls',
      usage: usage(843, 28),
    },
  ],
  [
    'tool-no-args',
    {
      parts: [
        { kind: 'text', text: "I'll update the issue list for you." },
        { kind: 'call', name: 'updateIssueList', text: '' },
      ],
      reason: 'tool-calls',
      usage: usage(565, 48),
    },
  ],
]

async function decode(name: string): Promise<Answer> {
  const server = await providerServer((response) => sendStream(response, recording('anthropic', name)))
  return ask(anthropic({ model: 'm', apiKey: 'key', baseUrl: server.url }))
}

describe.skipIf(!hasRecordings)('recorded Messages streams', () => {
  test.each(EXPECTED)('decodes %s', async (name, expected) => {
    expect(await decode(name)).toEqual(expected)
  })

  test('decodes a web search: opaque tool items, and citations on their texts', async () => {
    const answer = await decode('web-search')

    expect(answer.parts.slice(0, 4)).toEqual([
      {
        kind: 'opaque',
        opaque: {
          type: 'server_tool_use',
          id: 'srvtoolu_01Bj5uzzLcYG5hfueSLcDH8k',
          name: 'web_search',
          input: { query: 'tech news today September 26 2025' },
        },
      },
      {
        kind: 'opaque',
        opaque: {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_01Bj5uzzLcYG5hfueSLcDH8k',
          content: expect.arrayContaining([expect.objectContaining({ type: 'web_search_result' })]),
        },
      },
      {
        kind: 'text',
        text: 'Based on my search results, here are the key tech news developments from today (September 26, 2025):\n\n## Apple News\n',
      },
      {
        kind: 'text',
        text: "Apple today announced the grand reopening of Apple Ginza on Friday, September 26, located in the vibrant Ginza district where Apple's retail journey in Japan began more than two decades ago. Apple Ginza opens to customers Friday, September 26, at 10 a.m. JST.",
        opaque: {
          citations: [
            expect.objectContaining({ type: 'web_search_result_location' }),
            expect.objectContaining({ type: 'web_search_result_location' }),
            expect.objectContaining({ type: 'web_search_result_location' }),
          ],
        },
      },
    ])
    expect(answer.reason).toBe('stop')
    // The last count is taken: the search's results were added to the input.
    expect(answer.usage).toEqual(usage(15_665, 795))
  })

  test.each(['tool-call', 'tool-no-args'])(
    'decodes %s alike wherever the network splits it',
    async (name) => {
      const bytes = new TextEncoder().encode(recording('anthropic', name))
      const [, expected] = EXPECTED.find(([other]) => other === name) ?? []

      for (let at = 0; at <= bytes.length; at++) {
        const fetch = chunkedFetch(splitAt(bytes, at))
        expect(await ask(anthropic({ model: 'm', apiKey: 'key', fetch })), `split at byte ${at}`).toEqual(
          expected,
        )
      }
    },
  )

  test.each(['thinking', 'web-search', 'tool-no-args'])(
    'gives what %s brought back to the same model as it came',
    async (name) => {
      const blocks = recordedBlocks(name)
      const answer = await decode(name)
      const message: AssistantMessage = {
        role: 'assistant',
        content: answer.parts.map(toPart),
        model: 'anthropic/m',
      }

      const sent = await bodyOf({ ...HELLO, messages: [userMessage('x'), message] })

      // Blank texts are refused by the API, and call ids are ours.
      const kept = blocks.filter((block) => block.type !== 'text' || block.text?.trim() !== '')
      expect(sent.messages[1]?.content).toEqual(
        kept.map((block) => (block.type === 'tool_use' ? { ...block, id: 'call_1' } : block)),
      )
    },
  )
})

interface Block {
  type: string
  text?: string
  [key: string]: unknown
}

/** The content blocks of a recording, put together without the code under test. */
function recordedBlocks(name: string): Block[] {
  const blocks: Block[] = []
  const inputs: string[] = []
  for (const line of recording('anthropic', name).split('\n')) {
    if (!line.startsWith('data: ')) continue
    const event = JSON.parse(line.slice(6)) as {
      type: string
      index: number
      content_block: Block
      delta: Record<string, string>
    }
    const block = blocks[event.index]
    if (event.type === 'content_block_start') {
      blocks[event.index] = { ...event.content_block }
      if (event.content_block['citations']) blocks[event.index] = { ...event.content_block, citations: [] }
    } else if (event.type === 'content_block_delta' && block) {
      const { text, thinking, signature, partial_json: json, citation } = event.delta
      if (text !== undefined) block.text = (block.text ?? '') + text
      if (thinking !== undefined) block['thinking'] = String(block['thinking']) + thinking
      if (signature !== undefined) block['signature'] = String(block['signature']) + signature
      if (citation !== undefined) (block['citations'] as unknown[]).push(citation)
      if (json) inputs[event.index] = (inputs[event.index] ?? '') + json
    }
  }
  for (const [index, json] of inputs.entries()) {
    const block = blocks[index]
    if (block && json) block['input'] = JSON.parse(json)
  }
  return blocks
}

function toPart(part: Answer['parts'][number]): AssistantPart {
  const opaque = part.opaque === undefined ? {} : { opaque: part.opaque }
  switch (part.kind) {
    case 'opaque':
      return { type: 'opaque', opaque: part.opaque ?? null }
    case 'call':
      return { type: 'tool-call', callId: 'call_1', name: part.name ?? '', input: {}, ...opaque }
    default:
      return { type: part.kind, text: part.text ?? '', ...opaque }
  }
}

async function bodyOf(
  request: ModelRequest,
): Promise<{ messages: { role: Message['role']; content: Block[] }[] }> {
  const server = await providerServer((response) => sendStream(response, recording('anthropic', 'text')))
  await ask(anthropic({ model: 'm', apiKey: 'key', baseUrl: server.url }), request)
  return JSON.parse(server.requests[0]?.body ?? '') as {
    messages: { role: Message['role']; content: Block[] }[]
  }
}
