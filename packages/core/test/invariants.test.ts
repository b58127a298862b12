import { ModelError, agent, foldRun, isDurable, memoryRunLog, tool, toolCallsOf } from '@heddle/core'
import type { DurableEvent, Message, RunEvent, RunResult } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const ok = tool({ name: 'ok', description: '', input: { type: 'object' }, execute: () => 'fine' })
const slow = tool({
  name: 'slow',
  description: '',
  input: { type: 'object' },
  execute: () => new Promise((resolve) => setTimeout(resolve, 1)),
})
const bad = tool({
  name: 'bad',
  description: '',
  input: { type: 'object' },
  runsAlone: true,
  execute: () => {
    throw new Error('bad')
  },
})
const ticks = tool({
  name: 'ticks',
  description: '',
  input: { type: 'object' },
  *execute() {
    yield 1
    yield 2
    return 3
  },
})

const turn: fc.Arbitrary<ScriptedTurn> = fc.record(
  {
    reasoning: fc.constantFrom('hm', ''),
    text: fc.array(fc.constantFrom('a', 'bc', '', 'déf👍'), { maxLength: 4 }),
    toolCalls: fc.array(
      fc.record({
        name: fc.constantFrom('ok', 'slow', 'bad', 'ticks', 'unknown'),
        rawInput: fc.constantFrom('', '{}', '{"a":1}', '{"a', '[]'),
      }),
      { maxLength: 4 },
    ),
    batch: fc.integer({ min: 1, max: 3 }),
    finish: fc.constantFrom('stop', 'length', 'content-filter', 'tool-calls', 'other'),
    error: fc.constantFrom(
      new ModelError('model.unavailable', 'down', { retryable: true, retryAfterMs: 0 }),
      new ModelError('model.auth', 'no'),
    ),
    afterEvents: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ['text', 'batch'] },
)
const script = fc.array(turn, { minLength: 1, maxLength: 5 })

interface Told {
  readonly model: ScriptedModel
  readonly events: readonly RunEvent[]
  readonly logged: readonly DurableEvent[]
  readonly result: RunResult
}

/** Runs the script; aborts (or leaves) after `stopAfter` events when it is given. */
async function tell(
  turns: readonly ScriptedTurn[],
  how: 'read' | 'abort' | 'leave' = 'read',
  stopAfter = Infinity,
): Promise<Told> {
  const model = scriptedModel([...turns, 'the end'], { repeatLast: true })
  const log = memoryRunLog()
  const run = agent({
    model,
    tools: [ok, slow, bad, ticks],
    log,
    parallelTools: 2,
    limits: { steps: 5 },
  }).run('go')
  const events: RunEvent[] = []
  for await (const event of run) {
    events.push(event)
    if (events.length !== stopAfter) continue
    if (how === 'leave') break
    run.abort('enough')
  }
  return { model, events, logged: await Array.fromAsync(log.read(run.runId)), result: await run.result }
}

function expectSound({ model, logged, result }: Told): void {
  expect(logged.map((event) => event.seq)).toEqual(logged.map((_event, at) => at + 1))
  expect(logged[0]?.type).toBe('run.started')
  expect(logged.map((event) => event.type).indexOf('run.ended')).toBe(logged.length - 1)
  expect(structuredClone(logged)).toEqual(logged)
  expect(model.openStreams).toBe(0)
  for (const request of model.requests) expectAnswered(request.messages)
  expectAnswered(result.messages)
  const state = foldRun(logged)
  expect({ messages: state.messages, stop: state.stop, usage: state.usage, steps: state.turn }).toEqual({
    messages: result.messages,
    stop: result.stop,
    usage: result.usage,
    steps: result.steps,
  })
}

function expectAnswered(messages: readonly Message[]): void {
  for (const [at, message] of messages.entries()) {
    if (message.role !== 'assistant') continue
    const calls = toolCallsOf(message).map((call) => call.callId)
    const next = messages[at + 1]
    expect(next?.role === 'tool' ? next.content.map((part) => part.callId) : []).toEqual(calls)
  }
}

test('whatever a model does, the log is whole and every call has one result', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (turns) => {
      const told = await tell(turns)

      expectSound(told)
      expect(told.logged).toEqual(told.events.filter(isDurable))
    }),
    { numRuns: 200 },
  )
})

test('offsets say exactly what is new: the deltas of a turn rebuild its message', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (turns) => {
      const { events } = await tell(turns)

      let parts = new Map<number, string>()
      for (const event of events) {
        if (event.type === 'turn.started' || event.type === 'turn.reset') parts = new Map()
        if (event.type === 'text.delta' || event.type === 'reasoning.delta') {
          expect(event.offset).toBe(parts.get(event.part)?.length ?? 0)
          parts.set(event.part, (parts.get(event.part) ?? '') + event.text)
        }
        if (event.type !== 'message.added') continue
        const texts = event.message.content.flatMap((part) =>
          part.type === 'text' || part.type === 'reasoning' ? [part.text] : [],
        )
        expect([...parts.values()].filter(Boolean)).toEqual(texts)
      }
    }),
    { numRuns: 100 },
  )
})

test.each(['abort', 'leave'] as const)(
  '%s at any event leaves nothing open and a valid transcript',
  async (how) => {
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 25 }), async (turns, stopAfter) => {
        const told = await tell(turns, how, stopAfter)

        expectSound(told)
      }),
      { numRuns: 200 },
    )
  },
)

test('the same log leads to the same request, and each request begins with the one before', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (turns) => {
      const { model, logged } = await tell(turns)

      for (const [at, request] of model.requests.entries()) {
        const before = model.requests[at - 1]
        if (!before) continue
        expect(JSON.stringify(request.messages.slice(0, before.messages.length))).toBe(
          JSON.stringify(before.messages),
        )
        expect(request.tools).toBe(before.tools)
      }
      const beforeEnd = foldRun(
        logged.slice(0, logged.findLastIndex((event) => event.type === 'turn.started') + 1),
      )
      expect(beforeEnd.messages).toEqual(model.requests.at(-1)?.messages ?? [])
    }),
    { numRuns: 100 },
  )
})
