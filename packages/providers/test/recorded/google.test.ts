import type { AssistantMessage, AssistantPart, JsonObject } from '@heddle/core'
import { userMessage } from '@heddle/core'
import { expect, test } from 'vitest'
import { google } from '../../src/google.ts'
import type { Answer } from '../support/answer.ts'
import { ask, HELLO } from '../support/answer.ts'
import { contentFrames } from '../support/frames.ts'
import { providerServer, sendStream } from '../support/provider-server.ts'
import { recordedAnswer, recordedEvents, recordedStreams } from '../support/recorded-stream.ts'

recordedStreams({
  folder: 'google',
  frames: (events, lineEnd) => contentFrames(...events).replaceAll('\n', lineEnd),
  model: (server) => google({ model: 'm', apiKey: 'key', ...server }),
})

test.each(['text', 'reasoning', 'tool-call'])(
  'what the recorded %s brought goes back to the same model as it came',
  async (name) => {
    const { parts } = recordedAnswer('google', name)
    const message: AssistantMessage = { role: 'assistant', content: parts.map(toPart), model: 'google/m' }

    const sent = await partsSent(message)

    // Call ids are ours.
    const expected = recordedParts(name).map((part) =>
      part.functionCall ? { ...part, functionCall: { id: 'call_1', ...part.functionCall } } : part,
    )
    expect(sent).toEqual(expected)
  },
)

interface Part extends JsonObject {
  readonly text?: string
  readonly thoughtSignature?: string
  readonly functionCall?: JsonObject
}

/** The parts of a recording, put together without the code under test: unsigned neighbours are one text. */
function recordedParts(name: string): Part[] {
  const parts: Part[] = []
  for (const line of recordedEvents('google', name)) {
    const chunk = JSON.parse(line) as { candidates: { content: { parts: Part[] } }[] }
    for (const part of chunk.candidates[0]?.content.parts ?? []) {
      const before = parts.at(-1)
      if (part.text === '' && part.thoughtSignature === undefined) continue
      const isOneText = part.thoughtSignature === undefined && typeof before?.text === 'string'
      if (isOneText) parts[parts.length - 1] = { ...before, text: String(before.text) + part.text }
      else parts.push(part)
    }
  }
  return parts
}

function toPart(part: Answer['parts'][number]): AssistantPart {
  const opaque = part.opaque === undefined ? {} : { opaque: part.opaque }
  if (part.kind === 'opaque') return { type: 'opaque', opaque: part.opaque ?? null }
  if (part.kind !== 'call') return { type: part.kind, text: part.text ?? '', ...opaque }
  const input = JSON.parse(part.text ?? '{}') as JsonObject
  return { type: 'tool-call', callId: 'call_1', name: part.name ?? '', input, ...opaque }
}

async function partsSent(message: AssistantMessage): Promise<readonly Part[] | undefined> {
  const server = await providerServer((response) =>
    sendStream(response, contentFrames(...recordedEvents('google', 'text'))),
  )
  const model = google({ model: 'm', apiKey: 'key', baseUrl: server.url })
  await ask(model, { ...HELLO, messages: [userMessage('x'), message] })
  const body = JSON.parse(server.requests[0]?.body ?? '') as { contents: { parts: Part[] }[] }
  return body.contents[1]?.parts
}
