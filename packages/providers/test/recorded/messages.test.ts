import type { AssistantMessage, AssistantPart, JsonObject } from '@heddle/core'
import { userMessage } from '@heddle/core'
import { expect, test } from 'vitest'
import { anthropic } from '../../src/anthropic.ts'
import type { Answer } from '../support/answer.ts'
import { ask, HELLO } from '../support/answer.ts'
import { messageFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import { recordedAnswer, recordedEvents, recordedStreams } from '../support/recorded-stream.ts'

recordedStreams({
  folder: 'anthropic',
  frames: (events, lineEnd) => messageFrames(...events).replaceAll('\n', lineEnd),
  model: (server) => anthropic({ model: 'm', apiKey: 'key', ...server }),
})

test.each(['thinking', 'web-search', 'tool-no-args'])(
  'what the recorded %s brought goes back to the same model as it came',
  async (name) => {
    const { parts } = recordedAnswer('anthropic', name)
    const message: AssistantMessage = {
      role: 'assistant',
      content: parts.map(toPart),
      model: 'anthropic/m',
    }

    const sent = await blocksSent(message)

    // Blank texts are refused by the API, and call ids are ours.
    const kept = recordedBlocks(name).filter(({ type, text }) => type !== 'text' || text?.trim() !== '')
    expect(sent).toEqual(
      kept.map((block) => (block.type === 'tool_use' ? { ...block, id: 'call_1' } : block)),
    )
  },
)

interface Block {
  type: string
  text?: string
  [key: string]: unknown
}

/** The content blocks of a recording, put together without the code under test. */
function recordedBlocks(name: string): Block[] {
  const blocks: Block[] = []
  const inputs: string[] = []
  for (const line of recordedEvents('anthropic', name)) {
    const event = JSON.parse(line) as {
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

async function blocksSent(message: AssistantMessage): Promise<JsonObject[] | undefined> {
  const server = await providerServer((response) =>
    sendStream(response, messageFrames(...recordedEvents('anthropic', 'text'))),
  )
  const model = anthropic({ model: 'm', apiKey: 'key', baseUrl: server.url })
  await ask(model, { ...HELLO, messages: [userMessage('x'), message] })
  const body = JSON.parse(server.requests[0]?.body ?? '') as { messages: { content: JsonObject[] }[] }
  return body.messages[1]?.content
}
