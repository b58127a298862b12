import fc from 'fast-check'
import { isAgentError, textOf, userMessage } from '@heddle/core'
import type {
  AssistantMessage,
  JsonObject,
  JsonValue,
  Message,
  ModelRequest,
  ToolMessage,
  ToolSpec,
} from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { messageEncoder } from '../../src/anthropic/message-encoder.ts'
import { chatEncoder } from '../../src/compatible/chat-encoder.ts'
import type { EncodedBody } from '../../src/wire/encoded-bodies.ts'
import { isCollected } from '../support/collect-garbage.ts'
import { bytesOf, releaseBody, textOfBody } from '../support/encoded-body.ts'

type Encode = (request: ModelRequest) => EncodedBody

const TOOLS: readonly ToolSpec[] = [
  { name: 'read', description: 'Reads.', inputSchema: { type: 'object', properties: {} } },
]

function chat(): Encode {
  return chatEncoder({ provider: 'fake', model: 'm', id: 'fake/m', dialect: {} })
}

function anthropicMessages(): Encode {
  return messageEncoder({ model: 'm', id: 'fake/m', maxOutputTokens: () => 9, isCached: true })
}

/** The messages of a chat body, for the messages that this test makes. */
function simpleChatMessages({ instructions, messages }: ModelRequest): JsonValue[] {
  const system = instructions === '' ? [] : [{ role: 'system', content: instructions }]
  return [...system, ...messages.flatMap(simpleChatMessage)]
}

function simpleChatMessage(message: Message): JsonValue[] {
  if (message.role === 'user') return [{ role: 'user', content: textOf(message).toWellFormed() }]
  if (message.role === 'tool') {
    return message.content.map(({ callId, output }) => ({
      role: 'tool',
      tool_call_id: callId,
      content: (output as string).toWellFormed(),
    }))
  }
  const text = textOf(message).toWellFormed()
  const calls = message.content.filter((part) => part.type === 'tool-call')
  if (text === '' && calls.length === 0) return []
  const toolCalls = calls.map(({ callId, name, input, opaque }) => ({
    id: callId,
    type: 'function',
    function: { name, arguments: JSON.stringify(whole(input)) },
    ...(opaque as JsonObject),
  }))
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(calls.length > 0 ? { tool_calls: toolCalls } : {}),
    },
  ]
}

function simpleAnthropicMessages({ messages }: ModelRequest): JsonValue[] {
  const joined: { role: string; content: JsonValue[] }[] = []
  for (const message of messages) {
    const blocks = simpleBlocks(message)
    if (blocks.length === 0) continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = joined.at(-1)
    if (last?.role === role) last.content.push(...blocks)
    else joined.push({ role, content: blocks })
  }
  return joined
}

function simpleBlocks(message: Message): JsonValue[] {
  if (message.role === 'tool') {
    return message.content.map(({ callId, output }) => ({
      type: 'tool_result',
      tool_use_id: callId,
      content: (output as string).toWellFormed(),
    }))
  }
  return message.content.flatMap((part): JsonValue[] => {
    if (part.type === 'tool-call') {
      const { callId: id, name, input, opaque } = part
      return [{ type: 'tool_use', id, name, input: whole(input), ...(opaque as JsonObject) }]
    }
    const isSent = part.type === 'text' && part.text.trim() !== ''
    return isSent ? [{ type: 'text', text: part.text.toWellFormed() }] : []
  })
}

/** No server takes the half of a surrogate pair. */
function whole(input: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(input), (_, value: JsonValue) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as JsonValue
}

/** A body as `JSON.stringify` makes it of one object: extra members first, then ours, then the transcript. */
function simpleBody(own: JsonObject, messages: JsonValue[], extra: JsonObject = {}): string {
  const left = Object.entries({ ...own, messages }).filter(([name]) => extra[name] === undefined)
  return JSON.stringify({ ...extra, ...Object.fromEntries(left) })
}

function simpleChat(request: ModelRequest): string {
  const own = {
    model: 'm',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    tools:
      request.tools.length === 0
        ? undefined
        : request.tools.map(({ name, description, inputSchema: parameters }) => ({
            type: 'function',
            function: { name, description, parameters },
          })),
  }
  return simpleBody(own, simpleChatMessages(request), request.extraBody)
}

function simpleAnthropic(request: ModelRequest): string {
  const mark = { cache_control: { type: 'ephemeral' } }
  const own = {
    model: 'm',
    stream: true,
    max_tokens: request.maxOutputTokens ?? 9,
    temperature: request.temperature,
    cache_control: { type: 'ephemeral' },
    tools:
      request.tools.length === 0
        ? undefined
        : request.tools.map(({ name, description, inputSchema }, at) => ({
            name,
            description,
            input_schema: inputSchema,
            ...(at === request.tools.length - 1 ? mark : {}),
          })),
    system: request.instructions === '' ? undefined : [{ type: 'text', text: request.instructions, ...mark }],
  }
  return simpleBody(own, simpleAnthropicMessages(request), request.extraBody)
}

/** Too long to be text. */
const LONG = 'so '.repeat(6_000)

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  // Empty, blank, half a character, and long ones of one to four bytes a letter.
  fc.constantFrom('', ' ', 'a\ud83d', '\ude00b', 'x'.repeat(17_000), 'é'.repeat(3_000), '€😀'.repeat(2_000)),
)

const MESSAGE: fc.Arbitrary<Message> = fc.oneof(
  TEXT.map((text) => userMessage(text)),
  TEXT.map((text): AssistantMessage => ({
    role: 'assistant',
    content: [{ type: 'text', text }],
    model: 'fake/m',
  })),
  fc
    .record({ text: TEXT, opaque: fc.constantFrom({}, { extra_content: { sign: '\ud83d' } }) })
    .map(({ text, opaque }): AssistantMessage => ({
      role: 'assistant',
      content: [
        { type: 'text', text },
        { type: 'tool-call', callId: 'call_1', name: 'read', input: { text }, opaque },
      ],
      model: 'fake/m',
    })),
  TEXT.map((output): ToolMessage => ({
    role: 'tool',
    content: [{ type: 'tool-result', callId: 'call_1', name: 'read', status: 'ok', output }],
  })),
)

const SETTINGS = fc.constantFrom<Omit<ModelRequest, 'messages'>>(
  { instructions: '', tools: [] },
  { instructions: 'Be brief.', tools: TOOLS, temperature: 0.5 },
  // As long as the one before.
  { instructions: 'Be clear.', tools: TOOLS, temperature: 0.5 },
  { instructions: 'Ö'.repeat(4_000), tools: [], maxOutputTokens: 7 },
  { instructions: '', tools: TOOLS, extraBody: { temperature: 0, seed: 7, top_p: undefined } },
  { instructions: '', tools: [], extraBody: { messages: [] } },
)

/** What may happen next, to one of several conversations; `pick` chooses where there is a choice. */
const STEP = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'ask', 'begin', 'fork', 'release'),
  pick: fc.nat(),
  added: fc.array(fc.oneof({ weight: 3, arbitrary: MESSAGE }, { weight: 1, arbitrary: fc.constant(null) }), {
    maxLength: 3,
  }),
  settings: SETTINGS,
  staysInFlight: fc.boolean(),
})

interface Flight {
  readonly body: EncodedBody
  readonly expected: string
}

describe.each([
  ['chat', chat, simpleChat],
  ['messages', anthropicMessages, simpleAnthropic],
] as const)('bodies of the %s wire', (_, encoder, simple) => {
  test('are what JSON.stringify gives, for any forks, changes and requests at the same time', () => {
    fc.assert(
      fc.property(fc.array(STEP, { minLength: 1, maxLength: 30 }), (steps) => {
        const encode = encoder()
        const transcripts: Message[][] = [[userMessage('Hello')]]
        const seen: Message[] = [userMessage('again')]
        const flights: Flight[] = []

        for (const { kind, pick, added, settings, staysInFlight } of steps) {
          const transcript = transcripts[pick % transcripts.length] ?? []
          if (kind === 'begin') transcripts.push([seen[pick % seen.length] ?? userMessage('x')])
          if (kind === 'fork') transcripts.push(transcript.slice(0, 1 + (pick % transcript.length)))
          if (kind === 'release') {
            for (const { body } of flights.splice(pick % (flights.length + 1), 1)) releaseBody(body)
          }
          if (kind !== 'ask') continue
          // The very same message may stand in several conversations, and twice in one.
          const messages = added.map((message) => message ?? seen[pick % seen.length] ?? userMessage('x'))
          transcript.push(...messages)
          seen.push(...messages)
          const request = { ...settings, messages: transcript.slice() }
          const flight = { body: encode(request), expected: simple(request) }
          expect(textOfBody(flight.body)).toBe(flight.expected)
          if (staysInFlight) flights.push(flight)
          else releaseBody(flight.body)
          for (const { body, expected } of flights) expect(textOfBody(body)).toBe(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('go on after a message that could not be encoded', () => {
    const encode = encoder()
    const messages: Message[] = [userMessage(LONG)]
    const file: Message = { role: 'user', content: [{ type: 'file', mediaType: 'video/mp4', data: 'AAAA' }] }
    releaseBody(encode({ instructions: '', messages, tools: [] }))

    expect(() =>
      encode({ instructions: '', messages: [...messages, userMessage('at'), file], tools: [] }),
    ).toThrow(expect.toSatisfy(isAgentError))
    const request: ModelRequest = { instructions: '', messages: [...messages, userMessage('up')], tools: [] }

    expect(textOfBody(encode(request))).toBe(simple(request))
  })

  test('are text while they are short', () => {
    const encode = encoder()
    const messages = [userMessage('é'), userMessage('again')]

    const bodies = [1, 2].map((count) =>
      encode({ instructions: '', messages: messages.slice(0, count), tools: [] }),
    )

    expect(bodies).toEqual([expect.any(String), expect.any(String)])
  })

  test('write on in the same memory while a conversation goes on', () => {
    const encode = encoder()
    const messages: Message[] = [userMessage(LONG)]
    const memories = new Set<ArrayBuffer>()

    for (let turn = 0; turn < 10; turn++) {
      const body = bytesOf(encode({ instructions: 'Be brief.', messages: messages.slice(), tools: TOOLS }))
      memories.add(body.bytes.buffer)
      body.release()
      messages.push(
        { role: 'assistant', content: [{ type: 'text', text: 'So' }], model: 'fake/m' },
        userMessage('on'),
      )
    }

    expect(memories.size).toBe(1)
  })

  test('are forgotten with their conversation, although its beginning lives on in others', async () => {
    const encode = encoder()
    const shared = [userMessage(LONG), userMessage('again')]
    const memoryOf = (): WeakRef<ArrayBuffer> => {
      releaseBody(encode({ instructions: '', messages: shared, tools: [] }))
      const body = bytesOf(
        encode({ instructions: '', messages: [...shared, userMessage('and on')], tools: [] }),
      )
      body.release()
      return new WeakRef(body.bytes.buffer)
    }

    const memory = memoryOf()

    expect(await isCollected(memory)).toBe(true)
    expect(textOfBody(encode({ instructions: '', messages: shared, tools: [] }))).toContain('again')
  })
})
