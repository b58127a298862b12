import { actionHash, agent, agentTool, memoryRunLog, repairTranscript, runInbox, tool } from '@heddle/core'
import type { Agent, AgentDefinition, ApprovalRequest, RunLog, RunRef, RunResult } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { refusingLog } from './refusing-log.ts'
import { readRun } from './virtual-time.ts'

/** Wants to delete 7, and answers when that was settled. */
const eager = (): ScriptedModel =>
  scriptedModel(
    [
      ({ messages }) =>
        messages.some((message) => message.role === 'tool')
          ? 'finished'
          : { toolCalls: [{ name: 'remove', input: { id: 7 } }] },
    ],
    { repeatLast: true },
  )

interface Desk {
  readonly desk: Agent
  readonly deleted: unknown[]
}

function makeDesk(
  more: Partial<AgentDefinition> = {},
  properties: Record<string, { default?: string }> = {},
): Desk {
  const deleted: unknown[] = []
  const remove = tool({
    name: 'remove',
    description: '',
    input: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => ({
          value: {
            ...(value as object),
            ...Object.fromEntries(
              Object.entries(properties).map(([name, { default: given }]) => [name, given]),
            ),
          },
        }),
        jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
      },
    },
    approval: () => ({ ask: 'sure?' }),
    execute: (input) => deleted.push(input),
  })
  return { desk: agent({ model: eager(), tools: [remove], ...more }), deleted }
}

const requestOf = ({ stop }: RunResult): ApprovalRequest => {
  if (stop.reason !== 'approval' || !stop.waiting[0]) throw new Error(`not waiting, but ${stop.reason}`)
  return stop.waiting[0]
}

const statuses = ({ messages }: RunResult): string[] =>
  messages.flatMap((message) => (message.role === 'tool' ? message.content.map(({ status }) => status) : []))

async function allow(
  log: RunLog,
  runtime: ReturnType<typeof scriptedRuntime>,
  { runId, approvalId, hash }: ApprovalRequest,
): Promise<boolean> {
  return runInbox(log, runId, runtime).answer({ approvalId, hash, decision: 'allow', by: 'ana' })
}

test('honours an answer that was there before the question', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const { desk, deleted } = makeDesk({ runtime, log })
  const hash = await actionHash('remove', { id: 7 })

  await runInbox(log, 'r', runtime).answer({
    approvalId: 'approval_0001',
    hash,
    decision: 'allow',
    by: 'ana',
  })
  const { result } = await readRun(runtime, desk.run('go', { runId: 'r' }))

  expect(result.stop).toEqual({ reason: 'done' })
  expect(deleted).toEqual([{ id: 7 }])
})

test.each([
  ['in time, however late it is taken', 59_000, 86_400_000, 'ok'],
  ['too late', 61_000, 61_000, 'denied'],
  ['never', null, 61_000, 'denied'],
  ['never, but there is time', null, 30_000, 'waiting'],
] as const)('an answer that is given %s', async (_when, givenAfterMs, takenAfterMs, expected) => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const { desk, deleted } = makeDesk({ runtime, log })
  const first = await desk.run('go', { runId: 'r', approvalTtlMs: 60_000 }).result

  await runtime.advance(givenAfterMs ?? takenAfterMs)
  if (givenAfterMs !== null) await allow(log, runtime, requestOf(first))
  await runtime.advance(takenAfterMs - (givenAfterMs ?? takenAfterMs))
  const { result } = await readRun(runtime, desk.resume(log, 'r'))

  expect(statuses(result)[0] ?? 'waiting').toBe(expected)
  expect(deleted.length).toBe(expected === 'ok' ? 1 : 0)
  expect(runtime.pendingTimers).toBe(0)
})

test('an answer counts once: a call that died after it was allowed is not run again on its strength', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const { desk } = makeDesk({ runtime, log })
  await allow(log, runtime, requestOf(await desk.run('go', { runId: 'r' }).result))
  const dying = refusingLog(log, 'tool.ended', 'kill -9')
  const second = makeDesk({ runtime })
  await second.desk.resume(dying, 'r').result

  const third = makeDesk({ runtime })
  const { result } = await readRun(runtime, third.desk.resume(log, 'r'))

  expect([second.deleted.length, third.deleted.length]).toEqual([1, 0])
  expect(statuses(result)).toEqual(['interrupted'])
})

test('asks anew when the tool makes something else of the call by the time it was allowed', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const first = requestOf(await makeDesk({ runtime, log }).desk.run('go', { runId: 'r' }).result)
  await allow(log, runtime, first)
  const changed = makeDesk({ runtime }, { scope: { default: 'everything' } })

  const again = requestOf((await readRun(runtime, changed.desk.resume(log, 'r'))).result)
  await allow(log, runtime, again)
  const { result } = await readRun(runtime, changed.desk.resume(log, 'r'))

  expect([first.input, again.input]).toEqual([{ id: 7 }, { id: 7, scope: 'everything' }])
  expect(again.approvalId).not.toBe(first.approvalId)
  expect(result.stop).toEqual({ reason: 'done' })
  expect(changed.deleted).toEqual([{ id: 7, scope: 'everything' }])
})

test('does not wait for a judge that never answers once the run is aborted', async () => {
  const { desk, deleted } = makeDesk({ approval: { review: () => new Promise(() => {}) } })
  const run = desk.run('go')

  for await (const event of run) if (event.type === 'turn.ended') setTimeout(() => run.abort('user'), 5)

  const result = await run.result
  expect(result.stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(statuses(result)).toEqual(['interrupted'])
  expect(deleted).toEqual([])
})

test('answers a call whose arguments cannot be shown to anybody, instead of failing the run', async () => {
  const odd = tool({
    name: 'remove',
    description: '',
    input: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ value: { id: 7n } }),
        jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
      },
    },
    approval: () => ({ ask: 'sure?' }),
    execute: () => 'never',
  })

  const result = await agent({ model: eager(), tools: [odd] }).run('go').result

  expect(result.stop).toEqual({ reason: 'done' })
  expect(statuses(result)).toEqual(['error'])
})

test('ends, all calls answered, when it is aborted after a child paused and while another tool runs', async () => {
  const { desk: child } = makeDesk({ name: 'child' })
  const wait = tool({
    name: 'wait',
    description: '',
    input: { type: 'object' },
    execute: (_input, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')))),
  })
  const model = scriptedModel([
    { toolCalls: [{ name: 'child', input: { task: 'delete' } }, { name: 'wait' }] },
  ])
  const log = memoryRunLog()
  const run = agent({ model, tools: [agentTool(child, { description: '' }), wait], log }).run('go')

  for await (const event of run) {
    if (event.type !== 'child.started') continue
    const childLog = async (): Promise<unknown[]> => Array.fromAsync(log.read(event.runId))
    // Aborts as soon as the child has paused.
    const look = (): void =>
      void childLog().then((events) =>
        JSON.stringify(events.at(-1)).includes('run.paused')
          ? setTimeout(() => run.abort('user'), 5)
          : setTimeout(look, 1),
      )
    look()
  }

  const result = await run.result
  expect(result.stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(statuses(result)).toEqual(['interrupted', 'interrupted'])
  expect(repairTranscript(result.messages)).toEqual(result.messages)
  expect((await Array.fromAsync(log.read(run.runId))).at(-1)?.type).toBe('run.ended')
})

test('a child that is resumed with its parent still tells its sinks whose child it is', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const { desk: child } = makeDesk({ name: 'child', runtime })
  const model = scriptedModel([{ toolCalls: [{ name: 'child', input: { task: 'delete' } }] }, 'finished'])
  const parent = agent({ model, tools: [agentTool(child, { description: '' })], log, runtime })
  const request = requestOf((await readRun(runtime, parent.run('go', { runId: 'r' }))).result)
  await allow(log, runtime, request)
  const heard = new Set<string>()

  const sink = {
    write: (_events: unknown, run: RunRef) =>
      void heard.add(`${run.agent} of ${run.parent?.runId ?? 'nobody'}`),
  }
  const { result } = await readRun(runtime, parent.resume(log, 'r', { sinks: [sink] }))

  expect(result.stop).toEqual({ reason: 'done' })
  expect([...heard]).toEqual(['agent of nobody', 'child of r'])
})

test('a run that paused ends exactly once, after it was resumed', async () => {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const { desk } = makeDesk({ runtime, log })
  const paused = await desk.run('go', { runId: 'r' }).result
  const request = requestOf(paused)

  const said = [await allow(log, runtime, request), await allow(log, runtime, request)]
  const { result } = await readRun(runtime, desk.resume(log, 'r'))
  const late = await allow(log, runtime, { ...request, hash: 'f'.repeat(64) })
  const again = await readRun(runtime, desk.resume(log, 'r'))

  const types = (await Array.fromAsync(log.read('r'))).map((event) => event.type)
  expect(paused.messages.at(-1)?.role).toBe('assistant')
  expect(said).toEqual([true, false])
  expect(late).toBe(true)
  expect(result.stop).toEqual({ reason: 'done' })
  expect(again).toEqual({ events: [], result })
  expect(
    types.filter((type) => ['approval.answered', 'run.paused', 'run.resumed', 'run.ended'].includes(type)),
  ).toEqual(['run.paused', 'run.resumed', 'approval.answered', 'run.ended'])
})

test(
  'an answer that comes while another call begins is heard while that one runs',
  { timeout: 5_000 },
  async () => {
    const runtime = scriptedRuntime()
    const log = memoryRunLog()
    const wasRemoved = Promise.withResolvers<string>()
    const remove = tool({
      name: 'remove',
      description: '',
      input: { type: 'object' },
      approval: () => ({ ask: 'sure?' }),
      execute() {
        wasRemoved.resolve('seen')
        return 'removed'
      },
    })
    const watch = tool({
      name: 'watch',
      description: '',
      input: { type: 'object' },
      execute: () => wasRemoved.promise,
    })
    const model = scriptedModel([{ toolCalls: [{ name: 'remove' }, { name: 'watch' }] }, 'finished'])
    const run = agent({ model, tools: [remove, watch], log }).run('go', { runId: 'r', approvals: 'wait' })

    let request: ApprovalRequest | null = null
    for await (const event of run) {
      if (event.type === 'approval.requested') request = event.request
      if (event.type === 'tool.started' && event.name === 'watch' && request)
        await allow(log, runtime, request)
    }

    const { text, messages } = await run.result
    expect(text).toBe('finished')
    expect(messages.at(-2)).toMatchObject({
      role: 'tool',
      content: [{ output: 'removed' }, { output: 'seen' }],
    })
  },
)
