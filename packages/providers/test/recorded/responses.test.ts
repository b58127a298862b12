import type { AssistantMessage, AssistantPart, JsonObject } from '@heddle/core'
import { userMessage } from '@heddle/core'
import { expect, test } from 'vitest'
import { openai } from '../../src/openai.ts'
import type { Answer } from '../support/answer.ts'
import { ask, HELLO } from '../support/answer.ts'
import { messageFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import { recordedAnswer, recordedEvents, recordedStreams } from '../support/recorded-stream.ts'

recordedStreams({
  folder: 'openai-responses',
  frames: (events, lineEnd) => messageFrames(...events).replaceAll('\n', lineEnd),
  model: (server) => openai({ model: 'm', apiKey: 'key', ...server }),
})

test.each(['reasoning-encrypted-1', 'reasoning-encrypted-4', 'azure-tool-call'])(
  'what the recorded %s brought goes back to the same model as it came',
  async (name) => {
    const { parts } = recordedAnswer('openai-responses', name)

    const sent = await itemsSent({ role: 'assistant', content: parts.map(toPart), model: 'openai/m' })

    // Call ids are ours, and nobody wants probabilities back.
    const expected = itemsDone(name).map((item) =>
      item['type'] === 'function_call' ? { ...item, call_id: 'call_1' } : withoutLogprobs(item),
    )
    expect(sent).toEqual(expected)
  },
)

test('what a recorded search brought goes back without its items, because its reasoning was not encrypted', async () => {
  const { parts } = recordedAnswer('openai-responses', 'web-search')

  const sent = await itemsSent({ role: 'assistant', content: parts.map(toPart), model: 'openai/m' })

  expect(sent).toEqual([{ role: 'assistant', content: parts.at(-1)?.text }])
})

/** The items of a recording as they were in the end. */
function itemsDone(name: string): JsonObject[] {
  return recordedEvents('openai-responses', name).flatMap((line) => {
    const event = JSON.parse(line) as { type: string; item: JsonObject }
    return event.type === 'response.output_item.done' ? [event.item] : []
  })
}

function withoutLogprobs(item: JsonObject): JsonObject {
  if (!Array.isArray(item['content'])) return item
  const content = (item['content'] as JsonObject[]).map(({ logprobs: _, ...part }) => part)
  return { ...item, content }
}

function toPart(part: Answer['parts'][number]): AssistantPart {
  const opaque = part.opaque === undefined ? {} : { opaque: part.opaque }
  if (part.kind === 'opaque') return { type: 'opaque', opaque: part.opaque ?? null }
  if (part.kind !== 'call') return { type: part.kind, text: part.text ?? '', ...opaque }
  const input = JSON.parse(part.text ?? '{}') as JsonObject
  return { type: 'tool-call', callId: 'call_1', name: part.name ?? '', input, ...opaque }
}

/** The input items of a request with this message. */
async function itemsSent(message: AssistantMessage): Promise<readonly JsonObject[]> {
  const server = await providerServer((response) =>
    sendStream(response, messageFrames(...recordedEvents('openai-responses', 'azure-text'))),
  )
  const model = openai({ model: 'm', apiKey: 'key', baseUrl: server.url })
  await ask(model, { ...HELLO, messages: [userMessage('x'), message] })
  const body = JSON.parse(server.requests[0]?.body ?? '') as { input: JsonObject[] }
  return body.input.slice(1)
}
