import { describe, expect, test } from 'vitest'
import type { RunEvent } from '@heddle/core'
import { ZERO_USAGE } from '@heddle/core'
import { uiMessageChunkSchema } from 'ai'
import { uiChunkEncoder } from '../src/ui-chunks.ts'
import type { UiChunk, UiProfile } from '../src/ui-chunks.ts'
import { UI_DONE, uiFrames } from '../src/ui-frames.ts'

const STARTED: RunEvent = {
  type: 'run.started',
  schema: 1,
  seq: 1,
  atMs: 0,
  runId: 'run_1',
  parent: null,
  agent: 'agent',
  model: 'scripted/model',
  instructions: 'keep this to yourself',
  tools: [],
  history: [],
  input: { role: 'user', content: [{ type: 'text', text: 'hi' }] },
  limits: { steps: 10 },
}
const stamp = { seq: 2, atMs: 0 }
const TURN: RunEvent = { ...stamp, type: 'turn.started', turn: 1, model: 'scripted/model' }
const turnEnded = (costMicroUsd: number | null): RunEvent => ({
  ...stamp,
  type: 'turn.ended',
  turn: 1,
  finish: 'stop',
  usage: { ...ZERO_USAGE, inputTokens: 3, outputTokens: 4 },
  costMicroUsd,
})
const textDelta = (text: string, part = 0): RunEvent => ({
  type: 'text.delta',
  turn: 1,
  part,
  offset: 0,
  text,
})
const done: RunEvent = { ...stamp, type: 'run.ended', stop: { reason: 'done' } }

function chunksOf(events: readonly RunEvent[], profile: UiProfile = 'v6'): UiChunk[] {
  const encoder = uiChunkEncoder({
    messageId: 'msg-1',
    profile,
    errorText: (error) => `masked ${error.code}`,
  })
  const chunks: UiChunk[] = []
  for (const event of events) encoder.encode(event, chunks)
  return chunks
}

const START: UiChunk = { type: 'start', messageId: 'msg-1', messageMetadata: { runId: 'run_1' } }
const FINISH: UiChunk = {
  type: 'finish',
  finishReason: 'stop',
  messageMetadata: {
    runId: 'run_1',
    stop: 'done',
    usage: { ...ZERO_USAGE, inputTokens: 3, outputTokens: 4 },
    costMicroUsd: 7,
  },
}

describe('a run as UI chunks', () => {
  test('opens a text with its first delta and closes it with the message', () => {
    const events: RunEvent[] = [
      STARTED,
      TURN,
      textDelta('Hel'),
      textDelta('lo'),
      {
        ...stamp,
        type: 'message.added',
        turn: 1,
        message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
      },
      turnEnded(7),
      done,
    ]

    const chunks = chunksOf(events)

    expect(chunks).toEqual([
      START,
      { type: 'start-step' },
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'Hel' },
      { type: 'text-delta', id: 'text-1', delta: 'lo' },
      { type: 'text-end', id: 'text-1' },
      { type: 'finish-step' },
      FINISH,
    ])
  })

  test('tells the whole message when a log without deltas is read', () => {
    const events: RunEvent[] = [
      STARTED,
      TURN,
      {
        ...stamp,
        type: 'message.added',
        turn: 1,
        message: {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'hm', opaque: 'signature' },
            { type: 'text', text: 'Hello' },
          ],
        },
      },
      turnEnded(7),
      done,
    ]

    const chunks = chunksOf(events)

    expect(chunks).toEqual([
      START,
      { type: 'start-step' },
      { type: 'reasoning-start', id: 'reasoning-1' },
      { type: 'reasoning-delta', id: 'reasoning-1', delta: 'hm' },
      { type: 'reasoning-end', id: 'reasoning-1' },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'Hello' },
      { type: 'text-end', id: 'text-2' },
      { type: 'finish-step' },
      FINISH,
    ])
  })

  test('gives parts that interleave an id each time they go on', () => {
    const events: RunEvent[] = [
      STARTED,
      TURN,
      { type: 'reasoning.delta', turn: 1, part: 0, offset: 0, text: 'a' },
      textDelta('b', 1),
      { type: 'reasoning.delta', turn: 1, part: 0, offset: 1, text: 'c' },
    ]

    const chunks = chunksOf(events)

    expect(chunks.slice(2)).toEqual([
      { type: 'reasoning-start', id: 'reasoning-1' },
      { type: 'reasoning-delta', id: 'reasoning-1', delta: 'a' },
      { type: 'reasoning-end', id: 'reasoning-1' },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'b' },
      { type: 'text-end', id: 'text-2' },
      { type: 'reasoning-start', id: 'reasoning-3' },
      { type: 'reasoning-delta', id: 'reasoning-3', delta: 'c' },
    ])
  })

  test('keeps a step open until its tools are done', () => {
    const call = { type: 'tool-call', callId: 'c1', name: 'add', input: { a: 1 } } as const
    const events: RunEvent[] = [
      STARTED,
      TURN,
      { type: 'tool.input.delta', turn: 1, part: 0, callId: 'c1', name: 'add', offset: 0, text: '' },
      { type: 'tool.input.delta', turn: 1, part: 0, callId: 'c1', name: 'add', offset: 0, text: '{"a":1}' },
      { ...stamp, type: 'message.added', turn: 1, message: { role: 'assistant', content: [call] } },
      turnEnded(null),
      { ...stamp, type: 'tool.started', turn: 1, callId: 'c1', name: 'add', input: { a: 1 }, effect: 'pure' },
      { type: 'tool.progress', turn: 1, callId: 'c1', value: 'half' },
      {
        ...stamp,
        type: 'tool.ended',
        turn: 1,
        callId: 'c1',
        durationMs: 1,
        result: { type: 'tool-result', callId: 'c1', name: 'add', status: 'ok', output: null },
      },
      { ...stamp, type: 'turn.started', turn: 2, model: 'scripted/model' },
    ]

    const chunks = chunksOf(events)

    expect(chunks).toEqual([
      START,
      { type: 'start-step' },
      { type: 'tool-input-start', toolCallId: 'c1', toolName: 'add' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a":1}' },
      { type: 'tool-input-available', toolCallId: 'c1', toolName: 'add', input: { a: 1 } },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'half', preliminary: true },
      { type: 'tool-output-available', toolCallId: 'c1', output: null },
      { type: 'finish-step' },
      { type: 'start-step' },
    ])
  })

  test('masks what is wrong with arguments, tools and the model', () => {
    const error = { code: 'model.auth', message: 'secret', retryable: false } as const
    const events: RunEvent[] = [
      {
        ...stamp,
        type: 'message.added',
        turn: 1,
        message: {
          role: 'assistant',
          content: [{ type: 'tool-call', callId: 'c1', name: 'add', input: '{', inputError: 'secret' }],
        },
      },
      {
        ...stamp,
        type: 'tool.ended',
        turn: 1,
        callId: 'c1',
        durationMs: 1,
        result: {
          type: 'tool-result',
          callId: 'c1',
          name: 'add',
          status: 'timeout',
          output: null,
          error: { code: 'tool.timeout', message: 'secret', retryable: false },
        },
      },
      { ...stamp, type: 'run.ended', stop: { reason: 'failed', error } },
    ]

    const chunks = chunksOf(events)

    expect(chunks).toEqual([
      {
        type: 'tool-input-error',
        toolCallId: 'c1',
        toolName: 'add',
        input: '{',
        errorText: 'masked tool.bad_input',
      },
      { type: 'tool-output-error', toolCallId: 'c1', errorText: 'masked tool.timeout' },
      { type: 'error', errorText: 'masked model.auth' },
    ])
  })

  const BROKEN_TURN: readonly RunEvent[] = [
    STARTED,
    TURN,
    textDelta('I will'),
    { type: 'tool.input.delta', turn: 1, part: 1, callId: 'c1', name: 'add', offset: 0, text: '{"a"' },
    {
      ...stamp,
      type: 'model.retried',
      turn: 1,
      attempt: 1,
      delayMs: 5,
      error: { code: 'model.interrupted', message: 'secret', retryable: true },
    },
    { ...stamp, type: 'turn.reset', turn: 1, discarded: [] },
    textDelta('Anew'),
  ]

  test('ends and marks the void parts of a turn that is told anew, for clients of version 6', () => {
    const chunks = chunksOf(BROKEN_TURN)

    expect(chunks.slice(2)).toEqual([
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'I will' },
      { type: 'text-end', id: 'text-1' },
      { type: 'tool-input-start', toolCallId: 'c1', toolName: 'add' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a"' },
      { type: 'tool-output-error', toolCallId: 'c1', errorText: 'masked tool.interrupted' },
      { type: 'data-heddle-reset', data: { turn: 1 } },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'Anew' },
    ])
  })

  test('takes the void parts of a turn back, for clients of version 7', () => {
    const chunks = chunksOf(BROKEN_TURN, 'v7')

    expect(chunks.slice(-3)).toEqual([
      { type: 'reset-step' },
      { type: 'text-start', id: 'text-2' },
      { type: 'text-delta', id: 'text-2', delta: 'Anew' },
    ])
  })

  test('says why a run was stopped, and leaves its last text open', () => {
    const events: RunEvent[] = [
      textDelta('I wi'),
      {
        ...stamp,
        type: 'message.added',
        turn: 1,
        message: { role: 'assistant', content: [{ type: 'text', text: 'I wi' }], incomplete: true },
      },
      { ...stamp, type: 'run.ended', stop: { reason: 'aborted', message: 'the operator said so' } },
    ]

    const chunks = chunksOf(events)

    expect(chunks).toEqual([
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'I wi' },
      { type: 'abort', reason: 'The run was stopped.' },
    ])
  })

  test.each([
    [{ reason: 'length' }, 'length'],
    [{ reason: 'refused' }, 'content-filter'],
    [{ reason: 'steps', steps: 10 }, 'tool-calls'],
    [{ reason: 'stopped' }, 'other'],
  ] as const)('finishes %j as %s', (stop, finishReason) => {
    const chunks = chunksOf([STARTED, { ...stamp, type: 'run.ended', stop }])

    expect(chunks.at(-1)).toEqual({
      type: 'finish',
      finishReason,
      messageMetadata: { runId: 'run_1', stop: stop.reason, usage: ZERO_USAGE, costMicroUsd: 0 },
    })
  })

  test('leaves the cost out when that of one turn is unknown', () => {
    const chunks = chunksOf([STARTED, turnEnded(5), turnEnded(null), turnEnded(5), done])

    expect(chunks.at(-1)).toEqual({
      type: 'finish',
      finishReason: 'stop',
      messageMetadata: {
        runId: 'run_1',
        stop: 'done',
        usage: { ...ZERO_USAGE, inputTokens: 9, outputTokens: 12 },
      },
    })
  })
})

describe('UI chunks as frames', () => {
  test('are what JSON.stringify gives, one event each', () => {
    const chunks: UiChunk[] = [
      START,
      { type: 'text-start', id: 'te"xt\n' },
      { type: 'text-delta', id: 'te"xt\n', delta: 'line\nbreak "quoted" \u2028 \ud83e\udee3 \ud800' },
      { type: 'reasoning-delta', id: 'r', delta: '\u0000' },
      FINISH,
    ]

    const frames = uiFrames(chunks) + UI_DONE

    expect(frames).toBe(
      [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
    )
  })

  test('are valid for the client of the AI SDK', async () => {
    const chunks = [START, FINISH, ...chunksOf([STARTED, TURN, textDelta('a'), turnEnded(null), done])]

    const refused: unknown[] = []
    for (const chunk of chunks) {
      const verdict = await uiMessageChunkSchema().validate?.(JSON.parse(JSON.stringify(chunk)))
      if (verdict?.success !== true) refused.push([chunk, verdict])
    }

    expect(refused).toEqual([])
  })
})
