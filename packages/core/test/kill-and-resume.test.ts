import { agent, foldRun, memoryRunLog, runInbox, tool, toolCallsOf } from '@heddle/core'
import type { Agent, DurableEvent, Message, Run, RunLimits, RunLog, RunResult, Tool } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { watchedLog } from './watched-log.ts'

interface Call {
  readonly name: string
  readonly id: number
}

/** What the model does, turn by turn, and what it may not do. */
interface Story {
  readonly turns: readonly (readonly Call[])[]
  readonly limits: Partial<RunLimits>
}

const story: fc.Arbitrary<Story> = fc.record({
  turns: fc.array(
    fc.array(
      fc.record({
        name: fc.constantFrom('pure', 'idempotent', 'once', 'asks', 'nope'),
        id: fc.integer({ min: 0, max: 1 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { maxLength: 4 },
  ),
  limits: fc.record(
    {
      steps: fc.integer({ min: 1, max: 6 }),
      toolCalls: fc.integer({ min: 0, max: 6 }),
      tokens: fc.integer({ min: 15, max: 90 }),
      repeats: fc.constantFrom(2, 3, null),
    },
    { requiredKeys: ['steps'] },
  ),
})

/** Calls that took effect and must not do so twice, in order. */
type Ledger = string[]

function tools(ledger: Ledger): Tool[] {
  return (['pure', 'idempotent', 'once', 'asks'] as const).map((name) =>
    tool({
      name,
      description: '',
      input: { type: 'object' },
      effect: name === 'asks' ? 'once' : name,
      ...(name === 'asks' ? { approval: () => ({ ask: 'sure?' }) } : {}),
      execute: (_input, { callId }) => {
        if (name === 'once' || name === 'asks') ledger.push(callId)
        return 'ok'
      },
    }),
  )
}

/** Looks at the transcript alone, as a real model does, so that any driver hears the same from it. */
function worker({ turns, limits }: Story, ledger: Ledger): Agent {
  const model = scriptedModel(
    [
      ({ messages }) => {
        const calls = turns[messages.filter((message) => message.role === 'assistant').length]
        const usage = { inputTokens: 10, outputTokens: 5 }
        return calls
          ? { toolCalls: calls.map(({ name, id }) => ({ name, input: { id } })), usage }
          : { text: 'the end', usage }
      },
    ],
    { repeatLast: true },
  )
  return agent({ model, tools: tools(ledger), limits, parallelTools: 2 })
}

/** Answers whatever the run pauses for, and resumes it, until it ends. Odd ids are denied. */
async function finish(run: Run, log: RunLog, resume: () => Run): Promise<RunResult> {
  const result = await run.result
  if (result.stop.reason !== 'approval') return result
  for (const { approvalId, hash, input } of result.stop.waiting) {
    const decision = (input as { id: number }).id % 2 === 1 ? 'deny' : 'allow'
    await runInbox(log, result.runId).answer({ approvalId, hash, decision, by: 'ana' })
  }
  return finish(resume(), log, resume)
}

/** The log as a driver left it that was killed after these events; whoever was asked has answered since. */
async function logOf(runId: string, prefix: readonly DurableEvent[], from: RunLog): Promise<RunLog> {
  const log = memoryRunLog()
  await log.append(runId, prefix, (await log.acquire(runId, 'the dead', 0)) ?? 0)
  const asked = new Set(
    prefix.flatMap((event) => (event.type === 'approval.requested' ? [event.request.approvalId] : [])),
  )
  for (const { letterId, letter } of await from.letters(runId)) {
    if (letter.type === 'approval' && asked.has(letter.answer.approvalId))
      await log.post(runId, letterId, letter)
  }
  return log
}

/** Calls with an effect that were begun in these events, and those of them that have no result. */
function begunIn(prefix: readonly DurableEvent[]): {
  readonly begun: ReadonlySet<string>
  readonly cutOff: ReadonlySet<string>
} {
  const begun = prefix.flatMap((event) =>
    event.type === 'tool.started' && event.effect === 'once' ? [event.callId] : [],
  )
  const ended = new Set(prefix.flatMap((event) => (event.type === 'tool.ended' ? [event.callId] : [])))
  return { begun: new Set(begun), cutOff: new Set(begun.filter((callId) => !ended.has(callId))) }
}

/** What was said and what came of it, without the ids; a call in `cutOff` may well have been interrupted. */
function gist(messages: readonly Message[], cutOff: ReadonlySet<string> = new Set()): string[] {
  return messages.flatMap((message) => {
    if (message.role === 'user') return ['user']
    if (message.role === 'assistant')
      return toolCallsOf(message).map(({ name, input }) => `${name} ${JSON.stringify(input)}`)
    return message.content.map(({ callId, name, status, error }) =>
      cutOff.has(callId) && status === 'interrupted' ? `${name} ok` : `${name} ${error?.code ?? status}`,
    )
  })
}

test('wherever a driver is killed, the next one comes to the same end, and nothing that happens once happens twice', async () => {
  let kills = 0
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const log = watchedLog()
      const happened: Ledger = []
      const whole = worker(told, happened)
      const first = await finish(whole.run('go', { runId: 'r', log }), log, () => whole.resume(log, 'r'))
      const events = await Array.fromAsync(log.read('r'))
      expect(new Set(happened).size).toBe(happened.length)

      // A log stores what is appended together whole or not at all.
      let kept = 0
      for (const append of log.appends) {
        kept += append.events
        kills++
        const prefix = events.slice(0, kept)
        const copy = await logOf('r', prefix, log)
        const { begun, cutOff } = begunIn(prefix)
        const ledger: Ledger = []
        const next = worker(told, ledger)

        const result = await finish(next.resume(copy, 'r'), copy, () => next.resume(copy, 'r'))

        const all = await Array.fromAsync(copy.read('r'))
        expect(all.slice(0, kept)).toEqual(prefix)
        expect(all.map((event) => event.seq)).toEqual(all.map((_event, at) => at + 1))
        expect(all.filter((event) => event.type === 'run.ended').length).toBe(1)
        expect(result.stop).toEqual(first.stop)
        expect(gist(result.messages, cutOff)).toEqual(gist(first.messages))
        expect(new Set([...begun, ...ledger]).size).toBe(begun.size + ledger.length)
        expect(foldRun(all).messages).toEqual(result.messages)
        expect([result.steps, result.usage]).toEqual([first.steps, first.usage])
      }
    }),
    { numRuns: 80 },
  )
  expect(kills).toBeGreaterThan(200)
})
