import { agent, memoryRunLog, runInbox, tool } from '@heddle/core'
import type { Agent, AgentDefinition, ApprovalRequest, Run, RunEvent, RunLog, RunResult } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { passTime } from './virtual-time.ts'

interface Desk {
  readonly desk: Agent
  readonly deleted: number[]
}

/** An agent that wants to delete 7, and looks at 1 beside it. */
function makeDesk(more: Partial<AgentDefinition> = {}): Desk {
  const deleted: number[] = []
  const remove = tool({
    name: 'remove',
    description: '',
    input: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] },
    approval: ({ id }) => (Number(id) > 5 ? { ask: `${String(id)} is a big one` } : 'run'),
    execute: ({ id }) => deleted.push(Number(id)),
  })
  const look = tool({ name: 'look', description: '', input: { type: 'object' }, execute: () => 'seen' })
  // Answers by the transcript, as a real model does, so that a second driver goes on where the first stopped.
  const model = scriptedModel(
    [
      ({ messages }) =>
        messages.some((message) => message.role === 'tool')
          ? 'finished'
          : { toolCalls: [{ name: 'remove', input: { id: 7 } }, { name: 'look' }] },
    ],
    { repeatLast: true },
  )
  return {
    desk: agent({ model, tools: [remove, look], ...more }),
    deleted,
  }
}

async function readAll(
  run: Run,
): Promise<{ events: RunEvent[]; result: RunResult; request: ApprovalRequest | undefined }> {
  const events = await Array.fromAsync(run)
  const asked = events.find((event) => event.type === 'approval.requested')
  return { events, result: await run.result, request: asked?.request }
}

const resultsOf = (result: RunResult): unknown[] =>
  result.messages.flatMap((message) =>
    message.role === 'tool' ? message.content.map((part) => `${part.name} ${part.status}`) : [],
  )

test('asks with the exact action, runs what needs nobody, and pauses', async () => {
  const { desk, deleted } = makeDesk()

  const { events, result, request } = await readAll(desk.run('go'))

  expect(request).toEqual({
    runId: result.runId,
    approvalId: expect.stringMatching(/^approval_/) as string,
    callId: expect.stringMatching(/^call_/) as string,
    tool: 'remove',
    input: { id: 7 },
    hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    reason: '7 is a big one',
    expiresAtMs: null,
  })
  expect(result.stop).toEqual({ reason: 'approval', waiting: [request] })
  expect(events.filter((event) => event.type === 'tool.ended').map((event) => event.result.name)).toEqual([
    'look',
  ])
  expect(events.at(-1)?.type).toBe('run.paused')
  expect(deleted).toEqual([])
})

test('takes an answer that is given while the request is read, without pausing', async () => {
  const { desk, deleted } = makeDesk()
  const run = desk.run('go')

  for await (const event of run) {
    if (event.type !== 'approval.requested') continue
    const { approvalId, hash } = event.request
    await run.answer({ approvalId, hash, decision: 'allow', by: 'ana' })
  }

  expect((await run.result).stop).toEqual({ reason: 'done' })
  expect(deleted).toEqual([7])
})

test('honours an answer that was given while no process drove the run', async () => {
  const log = memoryRunLog()
  const { desk, deleted } = makeDesk({ log })
  const { request, result } = await readAll(desk.run('go', { log }))
  const { approvalId, hash } = request as ApprovalRequest

  const stored = await runInbox(log, result.runId).answer({ approvalId, hash, decision: 'allow', by: 'ana' })
  const second = makeDesk()
  const resumed = await second.desk.resume(log, result.runId).result

  expect(stored).toBe(true)
  expect(resumed.stop).toEqual({ reason: 'done' })
  expect(resultsOf(resumed)).toEqual(['remove ok', 'look ok'])
  expect([deleted, second.deleted]).toEqual([[], [7]])
  const answered = (await Array.fromAsync(log.read(result.runId))).find(
    (event) => event.type === 'approval.answered',
  )
  expect(answered?.answer.by).toBe('ana')
})

test('tells the model of a denial, with who and why', async () => {
  const { desk, deleted } = makeDesk()
  const run = desk.run('go')

  for await (const event of run) {
    if (event.type !== 'approval.requested') continue
    const { approvalId, hash } = event.request
    await run.answer({ approvalId, hash, decision: 'deny', by: 'ana', reason: 'it is needed' })
  }

  const result = await run.result
  const answer = result.messages.find((message) => message.role === 'tool')
  expect(answer?.content[0]).toMatchObject({
    status: 'denied',
    error: {
      code: 'tool.denied',
      message: 'The call was not run, because it was denied: ana said no: it is needed.',
    },
  })
  expect(deleted).toEqual([])
})

test('counts the first answer only, and none with another hash', async () => {
  const log = memoryRunLog()
  const { desk } = makeDesk({ log })
  const { request, result } = await readAll(desk.run('go', { log }))
  const { approvalId, hash } = request as ApprovalRequest
  const inbox = runInbox(log, result.runId)

  const said = [
    await inbox.answer({ approvalId, hash: '0'.repeat(64), decision: 'allow', by: 'mallory' }),
    await inbox.answer({ approvalId, hash, decision: 'deny', by: 'ana' }),
    await inbox.answer({ approvalId, hash, decision: 'allow', by: 'bob' }),
  ]
  const second = makeDesk()
  const resumed = await second.desk.resume(log, result.runId).result

  expect(said).toEqual([true, true, false])
  expect(resultsOf(resumed)).toEqual(['remove denied', 'look ok'])
  expect(second.deleted).toEqual([])
})

test('pauses again, without asking twice, when it is resumed before anybody answered', async () => {
  const log = memoryRunLog()
  const { desk } = makeDesk({ log })
  const first = await readAll(desk.run('go', { log }))

  const again = await readAll(makeDesk().desk.resume(log, first.result.runId))

  expect(again.result.stop).toEqual(first.result.stop)
  expect(again.events.map((event) => event.type)).toEqual(['run.resumed', 'run.paused'])
})

test('keeps waiting when told to, until the answer comes', async () => {
  const { desk, deleted } = makeDesk()
  const run = desk.run('go', { approvals: 'wait' })

  for await (const event of run) {
    if (event.type !== 'approval.requested') continue
    const { approvalId, hash } = event.request
    setTimeout(() => void run.answer({ approvalId, hash, decision: 'allow', by: 'ana' }), 10)
  }

  expect((await run.result).stop.reason).toBe('done')
  expect(deleted).toEqual([7])
})

test('ends when it is aborted while it waits for an answer', async () => {
  const { desk } = makeDesk()
  const run = desk.run('go', { approvals: 'wait' })

  for await (const event of run)
    if (event.type === 'approval.requested') setTimeout(() => run.abort('user'), 5)

  const result = await run.result
  expect(result.stop).toEqual({ reason: 'aborted', message: 'user' })
  expect(resultsOf(result)).toEqual(['remove interrupted', 'look ok'])
})

test('takes silence for no after the time given', async () => {
  const runtime = scriptedRuntime()
  const { desk, deleted } = makeDesk({ runtime })
  const run = desk.run('go', { approvals: 'wait', approvalTtlMs: 60_000 })

  const result = await passTime(runtime, run.result)

  expect(resultsOf(result)).toEqual(['remove denied', 'look ok'])
  expect(deleted).toEqual([])
  expect(runtime.pendingTimers).toBe(0)
})

test.each([
  ['deny wins over ask', { review: () => ({ deny: 'never on Fridays' }) }, 'remove denied'],
  [
    'a policy that throws denies',
    {
      review: () => {
        throw new Error('rules unreadable')
      },
    },
    'remove denied',
  ],
] as const)('%s', async (_name, approval, expected) => {
  const { desk } = makeDesk({ approval })

  const { result } = await readAll(desk.run('go'))

  expect(resultsOf(result)[0]).toBe(expected)
})

test('shows the policy the validated call', async () => {
  const seen: unknown[] = []
  const { desk } = makeDesk({
    approval: {
      review: ({ tool: name, input }) => {
        seen.push([name, input])
        return 'run'
      },
    },
  })

  await readAll(desk.run('go'))

  expect(seen).toContainEqual(['remove', { id: 7 }])
  expect(seen).toContainEqual(['look', {}])
})

test('delivers a user message that came during a turn with the next one', async () => {
  const model = scriptedModel([{ toolCalls: [{ name: 'nope' }] }, 'ok'])
  const run = agent({ model }).run('go')

  for await (const event of run)
    if (event.type === 'turn.ended' && event.turn === 1) await run.steer('in French, please')

  const last = model.requests[1]?.messages.at(-1)
  expect(last).toEqual({ role: 'user', content: [{ type: 'text', text: 'in French, please' }] })
})

test('goes on with a user message that came while the last turn was told', async () => {
  const model = scriptedModel(['first answer', 'second answer'])
  const run = agent({ model }).run('go')

  for await (const event of run) if (event.type === 'text.delta' && event.turn === 1) await run.steer('and?')

  const { messages, text, stop } = await run.result
  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant'])
  expect([text, stop.reason]).toEqual(['second answer', 'done'])
})

test('is aborted by a letter from outside', async () => {
  const log: RunLog = memoryRunLog()
  const model = scriptedModel([{ toolCalls: [{ name: 'nope' }] }, 'never'])
  const run = agent({ model, log }).run('go', { runId: 'r' })

  for await (const event of run)
    if (event.type === 'turn.ended') await runInbox(log, 'r').stop('budget review')

  expect((await run.result).stop).toEqual({ reason: 'aborted', message: 'budget review' })
  expect(model.calls).toBe(1)
})
