import fc from 'fast-check'
import { userMessage } from '@heddle/core'
import type { AssistantPart, JsonObject, Message, ModelRequest, ToolSpec } from '@heddle/core'
import { expect, test } from 'vitest'
import { contentEncoder } from '../../src/google/content-encoder.ts'
import { releaseBody, textOfBody } from '../support/encoded-body.ts'

const TOOLS: readonly ToolSpec[] = [
  { name: 'read', description: 'Reads.', inputSchema: { type: 'object', properties: {} } },
]

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', ' ', 'a\ud83d', 'é'.repeat(3_000)),
)

const OPAQUE = fc.constantFrom(
  {},
  { thoughtSignature: 'AAAA' },
  { next: { text: '', thoughtSignature: 'BBBB' } },
)

const PART: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record({ type: fc.constantFrom('text' as const, 'reasoning' as const), text: TEXT, opaque: OPAQUE }),
  OPAQUE.map((opaque): AssistantPart => ({
    type: 'tool-call',
    callId: 'c1',
    name: 'read',
    input: { a: 1 },
    opaque,
  })),
  fc.constant<AssistantPart>({
    type: 'opaque',
    opaque: { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
  }),
)

const MESSAGE: fc.Arbitrary<Message> = fc.oneof(
  TEXT.map((text) => userMessage(text)),
  fc
    .record({ content: fc.array(PART, { maxLength: 3 }), model: fc.constantFrom('google/m', 'google/n') })
    .map(({ content, model }): Message => ({ role: 'assistant', content, model })),
  TEXT.map((output): Message => ({
    role: 'tool',
    content: [{ type: 'tool-result', callId: 'c1', name: 'read', status: 'ok', output }],
  })),
)

const SETTINGS = fc.constantFrom<Omit<ModelRequest, 'messages'>>(
  { instructions: '', tools: [] },
  { instructions: 'Be brief.', tools: TOOLS, temperature: 0.5, extraBody: { labels: { a: 'b' } } },
)

/** The contents, made the long way: neighbours of one role are one, and what is empty is left out. */
function simpleContents(messages: readonly Message[]): JsonObject[] {
  const kinds: string[] = []
  const contents: { role: string; parts: JsonObject[] }[] = []
  for (const message of messages) {
    const parts = simpleParts(message)
    if (parts.length === 0) continue
    if (kinds.at(-1) === message.role) contents.at(-1)?.parts.push(...parts)
    else contents.push({ role: message.role === 'assistant' ? 'model' : 'user', parts })
    kinds.push(message.role)
  }
  return contents
}

function simpleParts(message: Message): JsonObject[] {
  if (message.role === 'tool') {
    return message.content.map(({ name, output }) => ({
      functionResponse: { id: 'c1', name, response: { output: (output as string).toWellFormed() } },
    }))
  }
  const isOwn = message.role === 'assistant' && message.model === 'google/m'
  return message.content.flatMap((part): JsonObject[] => {
    if (part.type === 'file') return []
    const kept = (isOwn && 'opaque' in part ? part.opaque : {}) as {
      thoughtSignature?: string
      next?: JsonObject
    }
    const signature = kept.thoughtSignature === undefined ? {} : { thoughtSignature: kept.thoughtSignature }
    if (part.type === 'opaque') return isOwn ? [part.opaque as JsonObject] : []
    if (part.type === 'tool-call')
      return [{ functionCall: { id: 'c1', name: 'read', args: { a: 1 } }, ...signature }]
    if (part.type === 'reasoning' && !isOwn) return []
    const thought = part.type === 'reasoning' ? { thought: true } : {}
    const isSaid = part.text !== '' || kept.thoughtSignature !== undefined
    const said = isSaid ? [{ text: part.text.toWellFormed(), ...thought, ...signature }] : []
    return [...said, ...(kept.next === undefined ? [] : [kept.next])]
  })
}

test('bodies hold the whole transcript, and each begins with the one before it', () => {
  fc.assert(
    fc.property(fc.array(MESSAGE, { minLength: 1, maxLength: 8 }), SETTINGS, (messages, settings) => {
      const encode = contentEncoder({ id: 'google/m', needsSignatures: false })
      let before = ''
      for (let count = 1; count <= messages.length; count++) {
        const part = messages.slice(0, count)

        const body = encode({ ...settings, messages: part })
        const text = textOfBody(body)
        const again = contentEncoder({ id: 'google/m', needsSignatures: false })
        const anew = textOfBody(again({ ...settings, messages: structuredClone(part) }))
        releaseBody(body)

        const { contents, ...rest } = JSON.parse(text) as { contents: JsonObject[] }
        expect(contents).toEqual(simpleContents(part))
        expect(JSON.stringify({ ...rest, contents })).toBe(text)
        expect(anew).toBe(text)
        expect(text.startsWith(before)).toBe(true)
        // What closes the transcript moves on.
        before = text.replace(/(\]\})?\]\}$/, '')
      }
    }),
    { numRuns: 200 },
  )
})
