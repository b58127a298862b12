import {
  ModelError,
  agent,
  budget,
  fallback,
  rateLimited,
  repairTranscript,
  sleep,
  tokenBucket,
  tool,
} from '@heddle/core'
import type { RunEvent, Tool } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedRuntime, ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { passTime } from './virtual-time.ts'
import { watchedLog } from './watched-log.ts'

/** A controller that knows who still listens to its signal. */
function countedAbort() {
  const abort = new AbortController()
  const listeners = new Set<unknown>()
  const { signal } = abort
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1])
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1])
    remove(...args)
  }
  return { abort, listeners }
}

function tools(runtime: ScriptedRuntime): Tool[] {
  const make = (name: string, execute: (signal: AbortSignal) => unknown, more: object = {}): Tool =>
    tool({
      name,
      description: '',
      input: { type: 'object' },
      execute: (_input, { signal }) => execute(signal) as string,
      ...more,
    })
  return [
    make('quick', () => 'ok'),
    make('slow', async (signal) => {
      await sleep(runtime, 3_000, signal)
      return 'waited'
    }),
    make('deaf', () => new Promise(() => {}), { timeoutMs: 5_000 }),
    make('asks', () => 'allowed', { approval: () => ({ ask: 'sure?' }) }),
    make('ticks', async function* (signal: AbortSignal) {
      for (let tick = 0; tick < 3; tick++) {
        yield tick
        await sleep(runtime, 500, signal)
      }
      return 'ticked'
    }),
  ]
}

const down = new ModelError('model.unavailable', '529', { retryable: true })
const denied = new ModelError('model.auth', '401')

const answer = fc.record({
  text: fc.constantFrom<string[]>([], ['a', 'b']),
  toolCalls: fc.array(
    fc.record({ name: fc.constantFrom('quick', 'slow', 'deaf', 'asks', 'ticks', 'nope') }),
    {
      maxLength: 3,
    },
  ),
  batch: fc.integer({ min: 1, max: 2 }),
  delayMs: fc.constantFrom(0, 700),
  usage: fc.constant({ inputTokens: 10, outputTokens: 5 }),
})
const trouble = fc.record({
  text: fc.constant(['a', 'b']),
  batch: fc.constant(1),
  error: fc.constantFrom(down, down, denied),
  afterEvents: fc.integer({ min: 0, max: 2 }),
})
const silence = fc.record({
  text: fc.constant(['a']),
  hang: fc.constant(true),
  afterEvents: fc.integer({ min: 0, max: 1 }),
})
const turn: fc.Arbitrary<ScriptedTurn> = fc.oneof(
  { arbitrary: answer, weight: 6 },
  { arbitrary: trouble, weight: 1 },
  { arbitrary: silence, weight: 1 },
)

const end = fc.record({
  how: fc.constantFrom('read', 'read', 'signal', 'abort', 'leave'),
  after: fc.integer({ min: 1, max: 40 }),
  approvals: fc.constantFrom('wait' as const, 'pause' as const),
  limits: fc.record(
    {
      ms: fc.integer({ min: 1, max: 8_000 }),
      usd: fc.constantFrom(0, 0.001, 1),
      toolCalls: fc.integer({ min: 0, max: 4 }),
    },
    { requiredKeys: [] },
  ),
})

test('however a run ends, no timer, listener, watcher, stream, lease or money is left behind', async () => {
  const ends = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 1, maxLength: 4 }),
      end,
      async (turns, { how, after, approvals, limits }) => {
        const runtime = scriptedRuntime()
        const log = watchedLog()
        const { abort, listeners } = countedAbort()
        const info = { price: { input: 1, output: 1 }, maxOutputTokens: 300 }
        const first = scriptedModel(turns, { id: 'a/1', runtime, info })
        const second = scriptedModel([...turns, 'the end'], { id: 'b/1', runtime, info, repeatLast: true })
        const bucket = tokenBucket({ amount: 2, perMs: 1_000 }, runtime)
        const shared = budget(0.01)
        const run = agent({
          model: rateLimited(fallback([first, second]), bucket),
          tools: tools(runtime),
          runtime,
          log,
          parallelTools: 2,
          limits: { ms: 60_000, ...limits },
        }).run('go', { signal: abort.signal, approvals, approvalTtlMs: 20_000, budget: shared })
        const events: RunEvent[] = []
        const read = async (): Promise<void> => {
          for await (const event of run) {
            events.push(event)
            if (events.length !== after) continue
            if (how === 'leave') break
            if (how === 'signal') abort.abort('gone')
            if (how === 'abort') run.abort('enough')
          }
        }

        await passTime(runtime, read())

        const { stop, messages } = await run.result
        ends.add(stop.reason)
        expect({
          timers: runtime.pendingTimers,
          listeners: listeners.size,
          watchers: log.watchers,
          held: log.held,
          streams: first.openStreams + second.openStreams,
          reserved: shared.reservedMicroUsd,
        }).toEqual({ timers: 0, listeners: 0, watchers: 0, held: [], streams: 0, reserved: 0 })
        if (stop.reason !== 'approval') expect(repairTranscript(messages)).toEqual(messages)
      },
    ),
    { numRuns: 400 },
  )
  // Else the stories have become too tame to show anything.
  expect([...ends]).toEqual(
    expect.arrayContaining(['aborted', 'approval', 'done', 'ms', 'tool-calls', 'usd']),
  )
})

test('a run that nobody reads leaves nothing on the signal it was given', () => {
  const { abort, listeners } = countedAbort()

  agent({ model: scriptedModel(['never']) }).run('go', { signal: abort.signal })

  expect(listeners.size).toBe(0)
})
