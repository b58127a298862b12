import { agent, tool, userMessage } from '@heddle/core'
import type { FilePart, Message, UserMessage } from '@heddle/core'
import type { FakeTurn, FakeWire, TranscriptItem } from '@heddle/testkit/fake-provider'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/answer.ts'
import { expectAnswered, lastTranscript, modelOn, startProvider, WIRES, withoutIds } from './wires.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PDF = 'JVBERi0xLjQKJSVFT0YK'

const FILES: readonly FilePart[] = [
  { type: 'file', mediaType: 'image/png', data: PNG },
  { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' },
  { type: 'file', mediaType: 'application/pdf', data: PDF, name: 'plan.pdf' },
]

const PROMPT: UserMessage = { role: 'user', content: [{ type: 'text', text: 'What is there?' }, ...FILES] }

/** Everything that an answer can bring: the vendor's ids of the calls are those that servers really send. */
const LOOKS: FakeTurn = {
  reasoning: 'Two lookups.',
  serverTool: true,
  text: 'Let me look.',
  toolCalls: [
    { name: 'look', arguments: { at: 'a' }, id: 'same' },
    { name: 'look', arguments: { at: 'b' }, id: 'same' },
  ],
}

const MORE: FakeTurn = { reasoning: 'One more.', toolCalls: [{ name: 'look', arguments: { at: 'c' } }] }

const DONE: FakeTurn = { reasoning: 'All seen.', text: 'A plan.' }

const look = tool({
  name: 'look',
  description: 'Looks.',
  input: { type: 'object', properties: { at: { type: 'string' } } },
  execute: (input) => `seen ${(input as { at: string }).at}`,
})

/** A whole run on one wire: three turns, four calls of tools or of the vendor's. */
async function begin(wire: FakeWire): Promise<readonly Message[]> {
  // Chat Completions has no tools that the vendor runs.
  const provider = await startProvider({ ...LOOKS, serverTool: wire !== 'openai' }, MORE, DONE)
  const { messages, stop } = await agent({ model: modelOn(wire, provider, 'one'), tools: [look] }).run(PROMPT)
    .result
  expect(stop).toMatchObject({ reason: 'done' })
  return messages
}

/** What everybody may read of that run. */
const SAID: readonly object[] = [
  { type: 'text', role: 'user', text: 'What is there?' },
  { type: 'file', mediaType: 'image/png', data: PNG },
  { type: 'file', mediaType: expect.toSatisfy(isNullOrImage), url: 'https://example.com/a.png' },
  { type: 'file', mediaType: 'application/pdf', data: PDF },
  { type: 'text', role: 'assistant', text: 'Let me look.' },
  { type: 'call', name: 'look', arguments: { at: 'a' } },
  { type: 'call', name: 'look', arguments: { at: 'b' } },
  { type: 'result', text: 'seen a' },
  { type: 'result', text: 'seen b' },
  { type: 'call', name: 'look', arguments: { at: 'c' } },
  { type: 'result', text: 'seen c' },
  { type: 'text', role: 'assistant', text: 'A plan.' },
  { type: 'text', role: 'user', text: 'Go on.' },
]

/** An address need not tell its type. */
function isNullOrImage(mediaType: unknown): boolean {
  return mediaType === null || mediaType === 'image/png'
}

function isPublic({ type }: TranscriptItem): boolean {
  return type !== 'reasoning' && type !== 'server-item'
}

describe.each(WIRES)('a conversation that began on the %s wire', (from) => {
  test.each(WIRES)(
    'goes on with another model on the %s wire, which reads all that was said and nothing else',
    async (to) => {
      const messages = await begin(from)
      const provider = await startProvider({ text: 'So' })

      await ask(modelOn(to, provider, 'two'), {
        instructions: '',
        messages: [...messages, userMessage('Go on.')],
        tools: [],
      })

      const transcript = lastTranscript(to, provider)
      expect(withoutIds(transcript)).toEqual(SAID)
      expectAnswered(transcript)
      expect(JSON.stringify(provider.requests[0]?.body)).not.toMatch(/Two lookups|RmFrZ|gAAAAA/)
    },
  )

  test('goes on with the same model, which is given its thoughts and the items of its own tools', async () => {
    const messages = await begin(from)
    const provider = await startProvider({ text: 'So' })

    await ask(modelOn(from, provider, 'one'), {
      instructions: '',
      messages: [...messages, userMessage('Go on.')],
      tools: [],
    })

    const transcript = lastTranscript(from, provider)
    expect(withoutIds(transcript.filter(isPublic))).toEqual(SAID)
    expectAnswered(transcript)
    const thoughts = transcript.flatMap((item) => (item.type === 'reasoning' ? [item.text] : []))
    expect(thoughts).toEqual(['Two lookups.', 'One more.', 'All seen.'])
    expect(transcript.some(({ type }) => type === 'server-item')).toBe(from !== 'openai')
  })

  test.each(WIRES)('comes back to its model after a visit to the %s wire', async (visited) => {
    const messages = await begin(from)
    const there = await startProvider({ ...LOOKS, serverTool: visited !== 'openai' }, DONE)
    const visit = agent({ model: modelOn(visited, there, 'two'), tools: [look] })
    const back = await startProvider({ text: 'So' })

    const after = await visit.run('And there?', { messages }).result
    await ask(modelOn(from, back, 'one'), {
      instructions: '',
      messages: [...after.messages, userMessage('Go on.')],
      tools: [],
    })

    const transcript = lastTranscript(from, back)
    expectAnswered(transcript)
    expect(withoutIds(transcript.filter(isPublic))).toEqual([
      ...SAID.slice(0, -1),
      { type: 'text', role: 'user', text: 'And there?' },
      ...SAID.slice(4, 9),
      ...SAID.slice(-2),
    ])
    const thoughts = transcript.flatMap((item) => (item.type === 'reasoning' ? [item.text] : []))
    expect(thoughts).toEqual(['Two lookups.', 'One more.', 'All seen.'])
  })

  test.each(WIRES)(
    'changes to the %s wire in the middle of a turn, between a call and the answer',
    async (to) => {
      const messages = await begin(from)
      const provider = await startProvider({ text: 'So' })
      const upToResults = messages.slice(0, messages.findLastIndex(({ role }) => role === 'tool') + 1)

      const { parts } = await ask(modelOn(to, provider, 'two'), {
        instructions: '',
        messages: upToResults,
        tools: [],
      })

      expect(parts).toMatchObject([{ kind: 'text', text: 'So' }])
      expect(withoutIds(lastTranscript(to, provider))).toEqual(SAID.slice(0, -2))
    },
  )
})
