import { LogError, ModelError, agent, agentTool, memoryRunLog, runInbox, tool } from '@heddle/core'
import type { RunLog } from '@heddle/core'
import { otelSink } from '@heddle/telemetry'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inMemory } from './support/in-memory.ts'

const object = { type: 'object' } as const
const asks = tool({
  name: 'asks',
  description: '',
  input: object,
  approval: () => ({ ask: 'sure?' }),
  execute: () => 1,
})
/** Asks for its tool once in each run, and says something afterwards. */
const child = agent({
  name: 'child',
  model: scriptedModel(
    [({ messages }) => (messages.at(-1)?.role === 'tool' ? 'done' : { toolCalls: [{ name: 'asks' }] })],
    { repeatLast: true },
  ),
  tools: [asks],
})
const tools = [
  asks,
  agentTool(child, { description: '' }),
  tool({ name: 'ok', description: '', input: object, execute: () => 'fine' }),
  tool({
    name: 'slow',
    description: '',
    input: object,
    execute: () => new Promise((resolve) => setTimeout(resolve, 1)),
  }),
  tool({
    name: 'bad',
    description: '',
    input: object,
    runsAlone: true,
    execute: () => {
      throw new Error('bad')
    },
  }),
  tool({
    name: 'ticks',
    description: '',
    input: object,
    *execute() {
      yield 1
      return 2
    },
  }),
]

const turn: fc.Arbitrary<ScriptedTurn> = fc.record(
  {
    text: fc.array(fc.constantFrom('a', 'bc', ''), { maxLength: 4 }),
    toolCalls: fc.array(
      fc.record({
        name: fc.constantFrom('ok', 'slow', 'bad', 'ticks', 'asks', 'child', 'unknown'),
        rawInput: fc.constantFrom('', '{"task":"t"}', '{"a'),
      }),
      { maxLength: 4 },
    ),
    batch: fc.integer({ min: 1, max: 3 }),
    finish: fc.constantFrom('stop', 'length', 'content-filter', 'other'),
    error: fc.constantFrom(
      new ModelError('model.unavailable', 'down', { retryable: true, retryAfterMs: 0 }),
      new ModelError('model.auth', 'no'),
    ),
    afterEvents: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ['text', 'batch'] },
)
const script = fc.array(turn, { minLength: 1, maxLength: 4 })

/** A log that stores `room` events and refuses all others. */
function fullAfter(room: number): RunLog {
  const log = memoryRunLog()
  let stored = 0
  return {
    ...log,
    append(runId, events, fence) {
      stored += events.length
      if (stored > room) throw new LogError('log.failed', 'the disk is full')
      return log.append(runId, events, fence)
    },
  }
}

type How = 'read' | 'abort' | 'leave' | 'log fails'

/** Runs the script and lets it end as told after `stopAfter` events; then resumes it, when it paused. */
async function openAfter(turns: readonly ScriptedTurn[], how: How, stopAfter: number): Promise<number[]> {
  const memory = inMemory()
  const sinks = [otelSink({ tracer: memory.tracer })]
  const log = how === 'log fails' ? fullAfter(stopAfter) : memoryRunLog()
  const model = scriptedModel([...turns, 'the end'], { repeatLast: true })
  const teller = agent({ model, tools, log, parallelTools: 2, limits: { steps: 4 } })
  const run = teller.run('go', { sinks })
  let heard = 0
  for await (const _ of run) {
    if (++heard !== stopAfter) continue
    if (how === 'leave') break
    if (how === 'abort') run.abort('enough')
  }
  const { stop } = await run.result
  const open = [memory.open()]
  if (stop.reason !== 'approval') return open
  for (const request of stop.waiting) {
    const inbox = runInbox(log, request.runId)
    await inbox.answer({ approvalId: request.approvalId, hash: request.hash, decision: 'deny', by: 'me' })
  }
  await teller.resume(log, run.runId, { sinks }).result
  return [...open, memory.open()]
}

test.each<How>(['read', 'abort', 'leave', 'log fails'])(
  'no span is open once nobody drives the run, whatever happened: %s',
  async (how) => {
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 30 }), async (turns, stopAfter) => {
        const open = await openAfter(turns, how, stopAfter)

        expect(open).toEqual(open.map(() => 0))
      }),
      { numRuns: 150 },
    )
  },
)

test('abort at every event of a run with all kinds of calls leaves no span open', async () => {
  const turns: ScriptedTurn[] = [
    {
      text: ['a', 'b'],
      batch: 1,
      toolCalls: [{ name: 'ok' }, { name: 'unknown' }, { name: 'slow' }, { name: 'ticks' }],
    },
    {
      text: ['c'],
      error: new ModelError('model.unavailable', '', { retryable: true, retryAfterMs: 0 }),
      afterEvents: 1,
    },
    { text: ['d'], toolCalls: [{ name: 'bad' }] },
    { text: ['e', 'f'], batch: 1 },
  ]
  for (let stopAfter = 1; stopAfter <= 40; stopAfter++) {
    for (const how of ['abort', 'leave', 'log fails'] as const) {
      expect({ how, stopAfter, open: await openAfter(turns, how, stopAfter) }).toEqual({
        how,
        stopAfter,
        open: [0],
      })
    }
  }
})
