import { agent } from '@heddle/core'
import type { DurableEvent } from '@heddle/core'
import { usageSink } from '@heddle/store'
import type { Store, UsageEntry } from '@heddle/store'
import { scriptedModel } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { onEachDatabase } from './each-database.ts'
import { storeOpener } from './open-stores.ts'

const open = storeOpener()
const NOON = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000

function entry(change: Partial<UsageEntry> = {}): UsageEntry {
  return {
    runId: 'run',
    parent: null,
    seq: 1,
    turn: 1,
    atMs: NOON,
    model: 'a/one',
    usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2, reasoningTokens: 1 },
    costMicroUsd: 7,
    ...change,
  }
}

const total = (key: string, turns: number, knownCostMicroUsd: number, turnsOfUnknownCost = 0) => ({
  key,
  turns,
  usage: {
    inputTokens: 10 * turns,
    outputTokens: 5 * turns,
    cacheReadTokens: 3 * turns,
    cacheWriteTokens: 2 * turns,
    reasoningTokens: turns,
  },
  knownCostMicroUsd,
  turnsOfUnknownCost,
})

/** A run as its log has it after a crash: one turn told, no end. */
async function cutOffRun(store: Store, runId: string): Promise<void> {
  const stamp = { atMs: NOON }
  const usage = entry().usage
  const events: DurableEvent[] = [
    {
      ...stamp,
      seq: 1,
      type: 'run.started',
      schema: 1,
      runId,
      parent: null,
      agent: 'tutor',
      model: 'a/one',
      instructions: '',
      tools: [],
      history: [],
      input: null,
      limits: { steps: 10 },
    },
    { ...stamp, seq: 2, type: 'turn.started', turn: 1, model: 'a/one' },
    {
      ...stamp,
      seq: 3,
      type: 'model.switched',
      turn: 1,
      from: 'a/one',
      to: 'b/two',
      error: { code: 'model.unavailable', message: '', retryable: true },
    },
    { ...stamp, seq: 4, type: 'turn.ended', turn: 1, finish: 'stop', usage, costMicroUsd: 7 },
  ]
  await store.log.append(runId, events, (await store.log.acquire(runId, 'test', 60_000)) ?? 0)
}

onEachDatabase((newTarget) => {
  describe('the usage ledger', () => {
    test('counts an event once, however often it is told', async () => {
      const { usage } = await open(newTarget())

      await usage.record([entry(), entry(), entry({ seq: 2 })])
      await usage.record([entry({ costMicroUsd: 1_000 })])

      expect(await usage.totals({ by: 'model' })).toEqual([total('a/one', 2, 14)])
    })

    test('sums by model, and never takes an unknown cost for none', async () => {
      const { usage } = await open(newTarget())
      await usage.record([entry(), entry({ seq: 2, costMicroUsd: null }), entry({ seq: 3, model: 'b/two' })])

      expect(await usage.totals({ by: 'model' })).toEqual([total('a/one', 2, 7, 1), total('b/two', 1, 7)])
    })

    test('sums by day of UTC, within the time that is asked for', async () => {
      const { usage } = await open(newTarget())
      const midnight = Date.UTC(2026, 10, 21)
      await usage.record([
        entry(),
        entry({ seq: 2, atMs: midnight - 1 }),
        entry({ seq: 3, atMs: midnight }),
        entry({ seq: 4, atMs: midnight + DAY_MS }),
      ])

      expect(await usage.totals({ by: 'day', toMs: midnight + DAY_MS })).toEqual([
        total('2026-11-20', 2, 14),
        total('2026-11-21', 1, 7),
      ])
      expect(await usage.totals({ by: 'day', fromMs: midnight + DAY_MS })).toEqual([
        total('2026-11-22', 1, 7),
      ])
    })

    test('sums by session; what sub-agents used counts for the session of their caller', async () => {
      const { usage, sessions } = await open(newTarget())
      await sessions.create({ sessionId: 'mine', model: 'a/one' })
      await sessions.addRun('mine', 'run')
      await usage.record([
        entry(),
        entry({ runId: 'child', parent: { runId: 'run', callId: 'c' } }),
        entry({ runId: 'grandchild', parent: { runId: 'child', callId: 'c' } }),
        entry({ runId: 'stranger' }),
      ])

      expect(await usage.totals({ by: 'session' })).toEqual([total('', 1, 7), total('mine', 3, 21)])
      expect(await sessions.get('mine')).toMatchObject({ costMicroUsd: 21 })
    })

    test('makes the cost of a session unknown as soon as that of one turn is', async () => {
      const { usage, sessions } = await open(newTarget())
      await sessions.create({ sessionId: 'mine', model: 'a/one' })
      await sessions.addRun('mine', 'run')

      await usage.record([entry(), entry({ seq: 2, costMicroUsd: null })])

      expect(await sessions.get('mine')).toMatchObject({ costMicroUsd: null })
    })

    test('takes from a log what was missed, under the model that answered', async () => {
      const store = await open(newTarget())
      await cutOffRun(store, 'run')

      const models = [await store.usage.catchUp('run'), await store.usage.catchUp('nobody')]

      expect(models).toEqual(['b/two', null])
      expect(await store.usage.totals({ by: 'model' })).toEqual([total('b/two', 1, 7)])
    })

    test('is filled by a sink, from runs that are resumed as well', async () => {
      const store = await open(newTarget())
      await cutOffRun(store, 'dead')
      await store.log.release('dead', 'test')
      const tutor = agent({ model: scriptedModel(['hello'], { repeatLast: true }), log: store.log })

      const fresh = await tutor.run('hi', { sinks: [usageSink(store)] }).result
      const resumed = await tutor.resume(store.log, 'dead', { sinks: [usageSink(store)] }).result

      const turns = (await store.usage.totals({ by: 'model' })).map(({ key, turns }) => [key, turns])
      expect([fresh.sinkErrors, resumed.sinkErrors]).toEqual([[], []])
      expect(turns).toContainEqual(['b/two', 1])
      expect(turns.find(([key]) => String(key).startsWith('scripted'))).toBeDefined()
    })
  })
})
