import { agent, foldRun, memoryRunLog, tool } from '@heddle/core'
import type { Agent, DurableEvent, RunLog, Tool, ToolEffect } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'

/** How often each tool really ran. */
type Ledger = Record<ToolEffect, number>

function tools(ledger: Ledger): Tool[] {
  return (['pure', 'idempotent', 'once'] as const).map((effect) =>
    tool({
      name: effect,
      description: '',
      input: { type: 'object' },
      effect,
      execute: () => `${effect} ${++ledger[effect]}`,
    }),
  )
}

/** Answers by what is in the transcript, as a real model does: two turns of three tools, then text. */
function model(): ScriptedModel {
  return scriptedModel(
    [
      ({ messages }) => {
        const turns = messages.filter((message) => message.role === 'assistant').length
        const toolCalls = (['pure', 'idempotent', 'once'] as const).map((name) => ({ name }))
        return turns < 2 ? { text: `turn ${turns + 1}`, toolCalls } : 'all done'
      },
    ],
    { repeatLast: true },
  )
}

async function recordedRun(): Promise<{ events: DurableEvent[]; runId: string }> {
  const log = memoryRunLog()
  const { runId } = await agent({
    model: model(),
    tools: tools({ pure: 0, idempotent: 0, once: 0 }),
    log,
  }).run('go').result
  return { events: await Array.fromAsync(log.read(runId)), runId }
}

/** A log as a killed driver leaves it: its first events, nobody holding it. */
async function logOf(runId: string, events: readonly DurableEvent[]): Promise<RunLog> {
  const log = memoryRunLog()
  const fence = await log.acquire(runId, 'the dead', 1_000)
  if (events.length > 0) await log.append(runId, events, fence ?? 0)
  await log.release(runId, 'the dead')
  return log
}

const started = (events: readonly DurableEvent[], name: string): number =>
  events.filter((event) => event.type === 'tool.started' && event.name === name).length

describe('a run that was killed', async () => {
  const { events, runId } = await recordedRun()

  // `message.added` and `turn.ended` are one append, which a log stores whole or not at all.
  const moments = events.map((event, at) => [at + 1, event.type] as const)

  test.each(moments.filter(([, type]) => type !== 'message.added'))(
    'after event %i (%s) is resumed to its end; nothing that happens once happens twice',
    async (kept) => {
      const prefix = events.slice(0, kept)
      const log = await logOf(runId, prefix)
      const ledger = { pure: 0, idempotent: 0, once: 0 }

      const result = await agent({ model: model(), tools: tools(ledger) }).resume(log, runId).result

      const all = await Array.fromAsync(log.read(runId))
      expect(all.slice(0, kept)).toEqual(prefix)
      expect(all.map((event) => event.seq)).toEqual(all.map((_event, at) => at + 1))
      expect(result.stop).toEqual({ reason: 'done' })
      expect(result.text).toBe('all done')
      expect(result.messages.map((message) => message.role)).toEqual([
        'user',
        'assistant',
        'tool',
        'assistant',
        'tool',
        'assistant',
      ])
      // Begun before the kill or run now, never both.
      expect(started(prefix, 'once') + ledger.once).toBe(2)
      const ended = prefix.filter(
        (event) => event.type === 'tool.ended' && event.result.name === 'pure',
      ).length
      expect(ended + ledger.pure).toBe(2)
      expect(foldRun(all).messages).toEqual(result.messages)
    },
  )

  test('is told to the model as interrupted where a tool may have taken effect', async () => {
    const kept = events.findIndex((event) => event.type === 'tool.started' && event.name === 'once') + 1
    const log = await logOf(runId, events.slice(0, kept))

    const { messages } = await agent({
      model: model(),
      tools: tools({ pure: 0, idempotent: 0, once: 0 }),
    }).resume(log, runId).result

    const results = messages[2]?.role === 'tool' ? messages[2].content : []
    expect(results.find((result) => result.name === 'once')).toMatchObject({
      status: 'interrupted',
      error: { code: 'tool.interrupted' },
    })
    expect(results.filter((result) => result.status === 'ok').map((result) => result.name)).toEqual([
      'pure',
      'idempotent',
    ])
  })
})

function plain(reply: string): Agent {
  return agent({ model: scriptedModel([reply], { repeatLast: true }) })
}

test('gives an idempotent tool the same key for every attempt', async () => {
  const { events, runId } = await recordedRun()
  const kept = events.findIndex((event) => event.type === 'tool.started' && event.name === 'idempotent') + 1
  const begun = events[kept - 1]
  const keys: string[] = []
  const keyed = tool({
    name: 'idempotent',
    description: '',
    input: { type: 'object' },
    effect: 'idempotent',
    execute: (_input, { idempotencyKey }) => keys.push(idempotencyKey),
  })
  const others = tools({ pure: 0, idempotent: 0, once: 0 }).filter((one) => one.name !== 'idempotent')

  await agent({ model: model(), tools: [keyed, ...others] }).resume(
    await logOf(runId, events.slice(0, kept)),
    runId,
  ).result

  expect(keys[0]).toBe(begun?.type === 'tool.started' ? begun.callId : '')
})

test('gives the result of a run that has ended, and asks nobody', async () => {
  const log = memoryRunLog()
  const { runId } = await plain('hello').run('hi', { log }).result
  const other = scriptedModel([])

  const events = []
  const run = agent({ model: other }).resume(log, runId)
  for await (const event of run) events.push(event)

  expect(events).toEqual([])
  expect(await run.result).toMatchObject({ text: 'hello', stop: { reason: 'done' } })
  expect(other.calls).toBe(0)
})

test('ends with run.unknown for a run the log does not know', async () => {
  const { stop } = await plain('x').resume(memoryRunLog(), 'nope').result

  expect(stop).toMatchObject({ reason: 'failed', error: { code: 'run.unknown' } })
})

test('ends with log.busy while another driver holds the run, and leaves it alone', async () => {
  const log = memoryRunLog()
  const slow = agent({ model: scriptedModel([{ text: 'x', hang: true, afterEvents: 1 }]), log })
  const held = slow.run('hi', { runId: 'held' })
  const iterator = held[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.next()
  const { stop } = await plain('x').resume(log, 'held').result
  await iterator.return?.()

  expect(stop).toMatchObject({ reason: 'failed', error: { code: 'log.busy' } })
  expect((await Array.fromAsync(log.read('held'))).map((event) => event.type)).toEqual([
    'run.started',
    'turn.started',
    // The model was asked while the turn was recorded, so its first words are kept.
    'message.added',
    'run.ended',
  ])
})

test('stops a driver that was taken over: its next event is refused, and it says so', async () => {
  const log = memoryRunLog()
  const run = agent({
    model: scriptedModel([{ toolCalls: [{ name: 'pure' }] }, 'done']),
    tools: tools({ pure: 0, idempotent: 0, once: 0 }),
    log,
    // Its timers stand still, as those of a stopped process do.
    runtime: scriptedRuntime(),
  }).run('hi', { runId: 'r', leaseTtlMs: 1 })

  const types: string[] = []
  for await (const event of run) {
    types.push(event.type)
    if (event.type !== 'turn.started') continue
    await new Promise((resolve) => setTimeout(resolve, 5))
    await log.acquire('r', 'somebody else', 60_000)
  }

  expect((await run.result).stop).toMatchObject({ reason: 'failed', error: { code: 'log.fenced' } })
  expect(types.filter((type) => type === 'run.ended').length).toBe(1)
})
