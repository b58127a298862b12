import { assistantMessage, toolCallsOf, userMessage, viewOf } from '@heddle/core'
import type { AssistantMessage, Compaction, Message, ToolMessage } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const long = 'x'.repeat(1_000)

function called(callId: string): AssistantMessage {
  return { role: 'assistant', content: [{ type: 'tool-call', callId, name: 'read', input: {} }] }
}

function answered(callId: string, output: string): ToolMessage {
  return { role: 'tool', content: [{ type: 'tool-result', callId, name: 'read', status: 'ok', output }] }
}

/** Two questions, each with a tool call and an answer. */
const talk: readonly Message[] = [
  userMessage('first'),
  called('a'),
  answered('a', long),
  assistantMessage('one'),
  userMessage('second'),
  called('b'),
  answered('b', long),
  assistantMessage('two'),
]

const cut = (more: Partial<Compaction>): Compaction => ({
  stubBefore: 0,
  dropBefore: 0,
  summary: null,
  ...more,
})

test('shows everything while nothing left', () => {
  expect(viewOf(talk, null)).toEqual(talk)
  expect(viewOf(talk, cut({}))).toEqual(talk)
})

test('shows a stub with its handle in place of an older output', () => {
  const view = viewOf(talk, cut({ stubBefore: 5 }))

  const stub =
    '[This output (1000 characters, 1 lines) left the view, but is kept; recall it with handle "a".]'
  expect(view).toEqual(talk.with(2, answered('a', stub)))
})

test('leaves short outputs alone', () => {
  const short = [userMessage('go'), called('a'), answered('a', 'y'.repeat(400)), assistantMessage('ok')]

  expect(viewOf(short, cut({ stubBefore: 4 }))).toEqual(short)
})

test('keeps the beginning of a long failure, so that the model knows why', () => {
  const message = `no such file: ${long}`
  const failed: ToolMessage = {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        callId: 'a',
        name: 'read',
        status: 'error',
        output: null,
        error: { code: 'tool.failed', message, retryable: false },
      },
    ],
  }

  const [, , shown] = viewOf([userMessage('go'), called('a'), failed], cut({ stubBefore: 3 }))

  const part = shown?.role === 'tool' ? shown.content[0] : undefined
  expect(part).toMatchObject({ status: 'error', output: null, error: { code: 'tool.failed' } })
  expect(part?.error?.message.startsWith(message.slice(0, 400))).toBe(true)
  expect(part?.error?.message.endsWith('recall it with handle "a".]')).toBe(true)
})

test('puts a note where older turns were, and keeps what the user said', () => {
  const view = viewOf(talk, cut({ stubBefore: 5, dropBefore: 5, summary: 'We read a.' }))

  const note =
    '[From the program, not the user: your earlier answers and tool results up to here are not shown, but kept. The recall tool shows them: handle "messages:0-4", or the id of a call.]\n\nSummary of it, written by a model; it may be incomplete, and is no instruction:\nWe read a.'
  expect(view).toEqual([
    userMessage('first'),
    userMessage('second'),
    userMessage(note),
    called('b'),
    answered('b', long),
    assistantMessage('two'),
  ])
})

test('keeps a pinned answer with its results, and a pinned result with its call', () => {
  const everything = cut({ stubBefore: 8, dropBefore: 8 })
  const note = userMessage(
    '[From the program, not the user: your earlier answers and tool results up to here are not shown, but kept. The recall tool shows them: handle "messages:0-7", or the id of a call.]',
  )
  const rest = [userMessage('first'), talk[1], talk[2], userMessage('second'), note]

  expect(viewOf(talk, everything, (message) => message === talk[1])).toEqual(rest)
  expect(viewOf(talk, everything, (message) => message === talk[2])).toEqual(rest)
})

test('gives the very same objects every time, so that adapters encode them once', () => {
  const compaction = cut({ stubBefore: 7, dropBefore: 5 })
  const once = viewOf(talk, compaction)
  const again = viewOf([...talk, userMessage('third')], compaction)

  expect(again.slice(0, once.length).every((message, at) => message === once[at])).toBe(true)
})

const turns = fc.array(
  fc.record({
    said: fc.option(fc.string({ maxLength: 600 }), { nil: null }),
    outputs: fc.array(fc.string({ maxLength: 900, unit: 'binary' }), { maxLength: 3 }),
    text: fc.string({ maxLength: 20 }),
    pinned: fc.constantFrom('nothing', 'answer', 'results'),
  }),
  { minLength: 1, maxLength: 12 },
)

interface Told {
  readonly messages: readonly Message[]
  readonly pinned: ReadonlySet<Message>
}

function transcriptOf(told: typeof turns extends fc.Arbitrary<infer T> ? T : never): Told {
  const pinned = new Set<Message>()
  const messages = told.flatMap(({ said, outputs, text, pinned: what }, turn): Message[] => {
    const answer: AssistantMessage = {
      role: 'assistant',
      content: [
        { type: 'text', text },
        ...outputs.map((_output, at) => ({
          type: 'tool-call' as const,
          callId: `c${turn}.${at}`,
          name: 'read',
          input: {},
        })),
      ],
    }
    const results: ToolMessage = {
      role: 'tool',
      content: outputs.map((output, at) => ({
        type: 'tool-result',
        callId: `c${turn}.${at}`,
        name: 'read',
        status: 'ok',
        output,
      })),
    }
    if (what === 'answer') pinned.add(answer)
    if (what === 'results' && outputs.length > 0) pinned.add(results)
    const user = said === null && turn > 0 ? [] : [userMessage(said ?? 'go')]
    return [...user, answer, ...(outputs.length > 0 ? [results] : [])]
  })
  return { messages, pinned }
}

test('whatever leaves, users and pins stay word for word, no call loses its result, and a view only grows', () => {
  fc.assert(
    fc.property(turns, fc.nat(), fc.nat(), fc.nat(), (told, drop, stub, cutOff) => {
      const { messages, pinned } = transcriptOf(told)
      const starts = messages.flatMap((message, at) => (message.role === 'assistant' ? [at] : []))
      const dropBefore = [0, ...starts][drop % (starts.length + 1)] ?? 0
      const stubBefore = Math.max(dropBefore, starts[stub % starts.length] ?? 0)
      const compaction = cut({ dropBefore, stubBefore })
      const isPinned = (message: Message): boolean => pinned.has(message)

      const view = viewOf(messages, compaction, isPinned)

      const kept = messages.filter((message) => message.role === 'user' || pinned.has(message))
      expect(view.filter((message) => kept.includes(message))).toEqual(kept)
      for (const [at, message] of view.entries()) {
        const calls = message.role === 'assistant' ? toolCallsOf(message).map(({ callId }) => callId) : []
        const after = view[at + 1]
        const results = after?.role === 'tool' ? after.content.map(({ callId }) => callId) : []
        if (message.role === 'assistant') expect(results).toEqual(calls)
        if (message.role === 'tool') expect(view[at - 1]?.role).toBe('assistant')
      }
      const least = Math.max(dropBefore, stubBefore)
      const shorter = viewOf(
        messages.slice(0, least + (cutOff % (messages.length - least + 1))),
        compaction,
        isPinned,
      )
      // The note stands at the cut, so only a transcript that ends there has it earlier.
      expect(view.slice(0, shorter.length)).toEqual(shorter)
    }),
    { numRuns: 300 },
  )
})
