import fc from 'fast-check'
import { readUIMessageStream } from 'ai'
import type { UIMessage, UIMessageChunk } from 'ai'
import { expect, test } from 'vitest'
import { ModelError, agent, tool } from '@heddle/core'
import type { AssistantPart, JsonValue, Message, ModelEvent, RunEvent } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedAnswer } from '@heddle/testkit'
import { uiChunkEncoder } from '../src/ui-chunks.ts'
import type { UiChunk, UiProfile } from '../src/ui-chunks.ts'
import { messagesFromUi } from '../src/ui-messages.ts'

interface Told {
  readonly kind: 'text' | 'reasoning' | 'good' | 'bad' | 'none'
  /** Deltas with equal keys belong to one part. */
  readonly key: string
  readonly text: string
}

type Delta = Exclude<ModelEvent, { type: 'finish' | 'part.opaque' }>

/** The deltas of one answer: a text in one piece, thoughts and calls mixed as providers mix them. */
const answer: fc.Arbitrary<Delta[]> = fc
  .record({
    text: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), { maxLength: 3 }),
    textAt: fc.nat(3),
    mixed: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('reasoning' as const), key: fc.nat(1) }),
        fc.record({
          kind: fc.constantFrom('good' as const, 'bad' as const, 'none' as const),
          key: fc.nat(1),
        }),
      ),
      { maxLength: 6 },
    ),
  })
  .map(({ text, textAt, mixed }) => {
    const told = mixed.map(({ kind, key }): Told => ({
      kind,
      key: `${kind}${key}`,
      text: kind === 'reasoning' ? 'hm' : '',
    }))
    told.splice(textAt, 0, ...text.map((piece) => ({ kind: 'text' as const, key: 'text', text: piece })))
    const parts = [...new Set(told.map(({ key }) => key))]
    return told.map(({ kind, key, text: piece }): Delta => {
      const part = parts.indexOf(key)
      if (kind === 'text') return { type: 'text.delta', part, text: piece }
      if (kind === 'reasoning') return { type: 'reasoning.delta', part, text: piece }
      return { type: 'tool.input.delta', part, name: kind, text: piece }
    })
  })
  .filter((deltas) => deltas.length > 0)

const script: fc.Arbitrary<ScriptedAnswer[]> = fc
  .array(
    fc.record({ events: answer, batch: fc.integer({ min: 1, max: 4 }), cutAfter: fc.option(fc.nat(4)) }),
    { minLength: 1, maxLength: 4 },
  )
  .map((turns) =>
    turns.flatMap(({ events, batch, cutAfter }): ScriptedAnswer[] => {
      const whole: ScriptedAnswer = { events, batch }
      if (cutAfter === null) return [whole]
      const error = new ModelError('model.interrupted', 'cut', { retryable: true })
      return [{ ...whole, error, afterEvents: Math.min(cutAfter, events.length) }, whole]
    }),
  )

const good = tool({
  name: 'good',
  description: 'Works, with progress.',
  input: { type: 'object' },
  execute: function* () {
    yield 'half'
    return { done: true }
  },
})
const bad = tool({
  name: 'bad',
  description: 'Fails.',
  input: { type: 'object' },
  execute: () => {
    throw new Error('secret')
  },
})

async function shownMessage(events: readonly RunEvent[], profile: UiProfile): Promise<UIMessage> {
  const encoder = uiChunkEncoder({ messageId: 'msg-1', profile, errorText: () => 'masked' })
  const chunks: UiChunk[] = []
  for (const event of events) encoder.encode(event, chunks)
  const stream = ReadableStream.from(JSON.parse(JSON.stringify(chunks)) as UIMessageChunk[])
  let last: UIMessage | undefined
  for await (const message of readUIMessageStream({ stream, terminateOnError: true })) last = message
  if (!last) throw new Error('The client showed no message.')
  return JSON.parse(JSON.stringify(last)) as UIMessage
}

/** What must come back from a page: no thoughts, no provider items, masked errors. */
function asThePageTellsIt(messages: readonly Message[]): Message[] {
  return messages.flatMap((message): Message[] => {
    if (message.role === 'user') return [message]
    if (message.role === 'tool') {
      const error = { code: 'tool.failed', message: 'masked', retryable: false } as const
      const content = message.content.map((part) =>
        part.error ? { ...part, status: 'error' as const, error } : part,
      )
      return [{ role: 'tool', content }]
    }
    const content = message.content.filter((part) => part.type !== 'reasoning')
    return content.length > 0 ? [{ role: 'assistant', content }] : []
  })
}

/** A text that a thought interrupted comes back in two parts. */
function withJoinedTexts(messages: readonly Message[]): Message[] {
  return messages.map((message): Message => {
    if (message.role !== 'assistant') return message
    const content: AssistantPart[] = []
    for (const part of message.content) {
      const before = content.at(-1)
      if (part.type === 'text' && before?.type === 'text')
        content.push({ ...before, text: before.text + (content.pop(), part.text) })
      else content.push(part)
    }
    return { ...message, content }
  })
}

test.each(['v6', 'v7'] as const)(
  'any run survives the way to a page and back, in profile %s',
  async (profile) => {
    await fc.assert(
      fc.asyncProperty(script, async (turns) => {
        const chat = agent({
          model: scriptedModel([...turns, 'The end.', 'The end.']),
          tools: [good, bad],
          limits: { steps: 4 },
          retry: { attempts: 2, baseDelayMs: 0 },
        })
        const run = chat.run('go')
        const events = await Array.fromAsync(run)
        const { messages } = await run.result

        const shown = await shownMessage(events, profile)
        const back = messagesFromUi(
          [JSON.parse(JSON.stringify(messages[0])) as JsonValue, shown as unknown as JsonValue].map(asPosted),
        )

        expect(withJoinedTexts(back)).toEqual(asThePageTellsIt(messages))
      }),
      { numRuns: 60 },
    )
  },
)

test('a call that was refused because it repeats is a failure on the page, and nobody denied it', async () => {
  const repeated: Delta[] = [{ type: 'tool.input.delta', part: 0, name: 'good', text: '' }]
  const chat = agent({
    model: scriptedModel([...Array.from({ length: 4 }, () => ({ events: repeated })), 'The end.']),
    tools: [good],
    limits: { repeats: 3 },
  })
  const run = chat.run('go')
  const events = await Array.fromAsync(run)
  const { messages } = await run.result

  const shown = await shownMessage(events, 'v6')

  const codes = messages.flatMap(({ role, content }) =>
    role === 'tool' ? content.map(({ error }) => error?.code) : [],
  )
  expect(codes).toContain('tool.repeated')
  const states = shown.parts.flatMap((part) => ('state' in part && 'toolCallId' in part ? [part.state] : []))
  expect(states).toContain('output-error')
  expect(states).not.toContain('output-denied')
})

/** Core's user message, as a page keeps it. */
function asPosted(message: JsonValue): JsonValue {
  const { role, content, ...rest } = message as { role: string; content?: JsonValue }
  return { role, ...(content === undefined ? {} : { parts: content }), ...rest }
}
