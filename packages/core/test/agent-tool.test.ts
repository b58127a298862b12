import {
  ModelError,
  agent,
  agentTool,
  budget,
  memoryRunLog,
  runInbox,
  tool,
  toolResultText,
} from '@heddle/core'
import type {
  Agent,
  AgentDefinition,
  ApprovalRequest,
  DurableEvent,
  JsonValue,
  LanguageModel,
  RunEvent,
  RunLog,
  RunRef,
  RunResult,
  Tool,
} from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedTurn } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { passTime } from './virtual-time.ts'

const usage = { inputTokens: 10, outputTokens: 5 }
const price = { input: 1, output: 2 }

/** Calls the tools, all at once, then says what they gave; by the transcript, so that any driver can go on. */
function calling(calls: readonly { name: string; input?: JsonValue }[], id = 'acme/head'): LanguageModel {
  return scriptedModel(
    [
      ({ messages }) => {
        const last = messages.at(-1)
        if (last?.role !== 'tool') return { toolCalls: calls, usage }
        return {
          text: last.content.map((part) => part.error?.message ?? toolResultText(part)).join(' | '),
          usage,
        }
      },
    ],
    { id, info: { price }, repeatLast: true },
  )
}

const saying = (turn: ScriptedTurn, id = 'acme/child'): LanguageModel =>
  scriptedModel([turn], { id, info: { price }, repeatLast: true })

const helper = (model: LanguageModel, more: Partial<AgentDefinition> = {}): Agent =>
  agent({ name: 'helper', model, ...more })

const asTool = (child: Agent, name = child.name): Tool => agentTool(child, { name, description: 'Helps.' })

const task = (name = 'helper'): { name: string; input: JsonValue } => ({ name, input: { task: 'help me' } })

const lastOf = (result: RunResult): unknown => {
  const message = result.messages.findLast(({ role }) => role === 'tool')
  return message?.role === 'tool' ? message.content[0] : undefined
}

describe('the model of the parent', () => {
  test('is told of a task, and reads the last words of the child', async () => {
    const model = saying('Here you are.')
    const parent = agent({ model: calling([task()]), tools: [asTool(helper(model))] })

    const result = await parent.run('go').result

    expect(parent.tools[0]).toMatchObject({ name: 'helper', inputSchema: { required: ['task'] } })
    expect(lastOf(result)).toMatchObject({ status: 'ok', output: 'Here you are.' })
  })

  test('reads the structured answer of a child that has one', async () => {
    const model = scriptedModel([{ toolCalls: [{ name: 'final_answer', input: { n: 7 } }] }])
    const child = helper(model, { output: z.object({ n: z.number() }) })

    const result = await agent({ model: calling([task()]), tools: [asTool(child)] }).run('go').result

    expect(lastOf(result)).toMatchObject({ status: 'ok', output: { n: 7 } })
  })

  test('gives arguments of its own kind where the tool says so', async () => {
    const model = scriptedModel(['one', 'two'])
    const own = agentTool(helper(model), {
      description: '',
      input: z.object({ from: z.string(), to: z.string() }),
      prompt: ({ from, to }) => `from ${from} to ${to}`,
    })
    const plain = agentTool(helper(model), {
      name: 'plain',
      description: '',
      input: z.object({ n: z.number() }),
    })
    const calls = [
      { name: 'helper', input: { from: 'a', to: 'b' } },
      { name: 'plain', input: { n: 1 } },
    ]

    await agent({ model: calling(calls), tools: [own, plain], parallelTools: 1 }).run('go').result

    expect(model.requests.map(({ messages }) => messages)).toEqual([
      [{ role: 'user', content: [{ type: 'text', text: 'from a to b' }] }],
      [{ role: 'user', content: [{ type: 'text', text: '{"n":1}' }] }],
    ])
  })

  const failures: [string, ScriptedTurn, Partial<AgentDefinition>, string][] = [
    ['fails', { error: new ModelError('model.auth', 'no key') }, {}, 'did not finish: no key.'],
    ['says nothing', '', {}, 'did not finish: it said nothing.'],
    ['says only blanks', ' \n', {}, 'did not finish: it said nothing.'],
    [
      'is cut by a limit',
      { text: 'half', toolCalls: [{ name: 'nope' }] },
      { limits: { steps: 1 } },
      'did not finish: it stopped with "steps". What it had said: half',
    ],
    ['runs into its output limit', { text: 'half', finish: 'length' }, {}, 'it stopped with "length"'],
    ['is refused', { text: '', finish: 'content-filter' }, {}, 'it stopped with "refused"'],
    ['gives no structured answer', 'no', { output: z.object({ n: z.number() }) }, 'no answer that fits'],
  ]
  test.each(failures)('reads an error when the child %s', async (_what, turn, more, message) => {
    const parent = agent({ model: calling([task()]), tools: [asTool(helper(saying(turn), more))] })

    const result = await parent.run('go').result

    expect(result.stop).toEqual({ reason: 'done' })
    expect(lastOf(result)).toMatchObject({
      status: 'error',
      output: null,
      error: { code: 'tool.failed', message: expect.stringContaining(message) as string },
    })
  })

  test('reads an error, and no run is begun, when it gives no task', async () => {
    const parent = agent({
      model: calling([{ name: 'helper', input: { task: ' ' } }]),
      tools: [asTool(helper(saying('never')))],
    })

    const events = await Array.fromAsync(parent.run('go'))

    const ended = events.find((event) => event.type === 'tool.ended')
    expect(ended?.result.error?.message).toMatch(/^There is nothing to answer/)
    expect(events.some((event) => event.type === 'child.started')).toBe(false)
  })
})

describe('a child', () => {
  test('is recorded in the log of its parent, under its own id, and names its parent', async () => {
    const log = memoryRunLog()
    const heard: RunRef[] = []
    const parent = agent({
      name: 'head',
      model: calling([task()]),
      tools: [asTool(helper(saying('hi')))],
      log,
    })
    const sink = { write: (_events: readonly RunEvent[], run: RunRef): void => void heard.push(run) }

    const run = parent.run('go', { sinks: [sink] })
    const events = await Array.fromAsync(run)

    const started = events.find((event) => event.type === 'child.started')
    const childId = started?.runId ?? ''
    const ref = { runId: childId, parent: { runId: run.runId, callId: started?.callId }, agent: 'helper' }
    const refs = new Set(heard.filter(({ agent: name }) => name === 'helper'))
    expect([...refs]).toEqual([ref])
    const [first, ...rest] = await Array.fromAsync(log.read(childId))
    expect(first).toMatchObject({ type: 'run.started', runId: childId, parent: ref.parent, agent: 'helper' })
    expect(rest.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'done' } })
    expect(events.find((event) => event.type === 'child.ended')).toMatchObject({
      callId: started?.callId,
      runId: childId,
      stop: { reason: 'done' },
    })
  })

  test('counts in the usage, the cost and the token limit of its parent', async () => {
    const parent = agent({
      model: calling([task()]),
      tools: [asTool(helper(saying({ text: 'hi', usage })))],
      limits: { tokens: 30 },
    })

    const result = await parent.run('go').result

    expect(result.stop).toEqual({ reason: 'tokens', tokens: 30 })
    expect(result.usage).toMatchObject({ inputTokens: 20, outputTokens: 10 })
    expect(result.costMicroUsd).toBe(2 * (10 * 1 + 5 * 2))
  })

  test('makes the cost unknown when its own is', async () => {
    const parent = agent({ model: calling([task()]), tools: [asTool(helper(scriptedModel(['hi'])))] })

    expect((await parent.run('go').result).costMicroUsd).toBeNull()
  })

  test('cannot spend more than its parent has left', async () => {
    const spender = helper(
      scriptedModel(
        [
          ({ maxOutputTokens = 0 }) => ({
            text: 'hi',
            usage: { inputTokens: 10, outputTokens: maxOutputTokens },
          }),
        ],
        {
          info: { price: { input: 1, output: 1_000 }, maxOutputTokens: 2_000 },
          repeatLast: true,
        },
      ),
    )
    const whole = budget(3)
    const parent = agent({
      model: calling([task(), task(), task()]),
      tools: [asTool(spender)],
      limits: { usd: 2.5 },
    })

    const result = await parent.run('go', { budget: whole }).result

    expect(whole.spentMicroUsd).toBeLessThanOrEqual(2_500_000)
    expect(whole.reservedMicroUsd).toBe(0)
    const message = result.messages.find(({ role }) => role === 'tool')
    expect(message?.role === 'tool' && message.content.map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'error',
    ])
  })

  test('ends before its parent when the parent is aborted, however deaf its tools are', async () => {
    const log = memoryRunLog()
    const runtime = scriptedRuntime()
    const order: string[] = []
    const sink = {
      write: (events: readonly RunEvent[], { agent: name }: RunRef): void => {
        for (const event of events) if (event.type === 'run.ended') order.push(`${name} ${event.stop.reason}`)
      },
    }
    const deaf = tool({
      name: 'deaf',
      description: '',
      input: { type: 'object' },
      execute: () => (parentRun.abort('user'), new Promise(() => {})),
    })
    const grandchild = agent({
      name: 'grandchild',
      model: calling([{ name: 'deaf' }]),
      tools: [deaf],
      runtime,
    })
    const child = helper(calling([task('grandchild')]), { tools: [asTool(grandchild)], runtime })
    const parent = agent({ name: 'head', model: calling([task()]), tools: [asTool(child)], log, runtime })
    const parentRun = parent.run('go', { sinks: [sink] })

    const result = await passTime(runtime, parentRun.result)

    expect(order).toEqual(['grandchild aborted', 'helper aborted', 'head aborted'])
    expect(result.stop).toEqual({ reason: 'aborted', message: 'user' })
    expect(lastOf(result)).toMatchObject({ status: 'interrupted' })
    expect(runtime.pendingTimers).toBe(0)
  })

  test('may be stopped alone', async () => {
    const log = memoryRunLog()
    const child = helper(saying({ text: 'a', hang: true, afterEvents: 1 }))
    const run = agent({ model: calling([task()]), tools: [asTool(child)], log }).run('go', {
      sinks: [
        {
          async write(events, { runId, agent: name }) {
            if (name === 'helper' && events.some(({ type }) => type === 'text.delta'))
              await runInbox(log, runId).stop('enough')
          },
        },
      ],
    })

    const result = await run.result

    expect(result.stop).toEqual({ reason: 'done' })
    expect(lastOf(result)).toMatchObject({
      status: 'error',
      error: { message: 'The agent "helper" did not finish: it stopped with "aborted". What it had said: a' },
    })
  })

  test('works beside nineteen others', async () => {
    const log = memoryRunLog()
    let most = 0
    let now = 0
    const busy = tool({
      name: 'busy',
      description: '',
      input: { type: 'object' },
      execute: async () => {
        most = Math.max(most, ++now)
        await new Promise((resolve) => setTimeout(resolve, 20))
        return now--
      },
    })
    const child = helper(calling([{ name: 'busy' }], 'acme/child'), { tools: [busy] })
    const calls = Array.from({ length: 20 }, () => task())
    const parent = agent({ model: calling(calls), tools: [asTool(child)], log, parallelTools: 20 })

    const result = await parent.run('go').result

    expect(result.stop).toEqual({ reason: 'done' })
    expect(most).toBe(20)
    expect(result.usage.inputTokens).toBe(2 * 10 + 20 * 2 * 10)
  })
})

/** A child that asks before it acts, below as many agents as `depth` says. */
interface Office {
  readonly head: Agent
  readonly acts: string[]
}

function office(log: RunLog, depth = 1, calls = 1): Office {
  const acts: string[] = []
  const act = tool({
    name: 'act',
    description: '',
    input: { type: 'object' },
    approval: () => ({ ask: 'may I?' }),
    execute: (_input, { callId }) => void acts.push(callId),
  })
  let child = agent({ name: 'level0', model: calling([{ name: 'act' }]), tools: [act] })
  for (let level = 1; level < depth; level++) {
    const name = `level${level}`
    child = agent({ name, model: calling([task(child.name)]), tools: [asTool(child)] })
  }
  const all = Array.from({ length: calls }, () => task(child.name))
  return { head: agent({ name: 'head', model: calling(all), tools: [asTool(child)], log }), acts }
}

async function allow(log: RunLog, requests: readonly ApprovalRequest[]): Promise<void> {
  for (const { runId, approvalId, hash } of requests)
    await runInbox(log, runId).answer({ approvalId, hash, decision: 'allow', by: 'ana' })
}

const waitingOf = ({ stop }: RunResult): readonly ApprovalRequest[] =>
  stop.reason === 'approval' ? stop.waiting : []

describe('a child that asks a person', () => {
  test.each([
    ['', 1, 1],
    [' two deep', 2, 1],
    [' three deep', 3, 1],
    [' beside two others', 1, 3],
  ])(
    'pauses its parent%s; the answer to the child and resuming the parent finish both',
    async (_how, depth, calls) => {
      const log = memoryRunLog()
      const first = await office(log, depth, calls).head.run('go').result
      const waiting = waitingOf(first)

      const early = await office(log, depth, calls).head.resume(log, first.runId).result
      await allow(log, waiting)
      const { head, acts } = office(log, depth, calls)
      const done = await head.resume(log, first.runId).result

      expect(waiting.map(({ tool: name }) => name)).toEqual(Array(calls).fill('act'))
      expect(waiting.some(({ runId }) => runId === first.runId)).toBe(false)
      expect(new Set(waitingOf(early))).toEqual(new Set(waiting))
      expect(done.stop).toEqual({ reason: 'done' })
      expect(new Set(acts)).toEqual(new Set(waiting.map(({ callId }) => callId)))
      expect(acts).toHaveLength(calls)
      expect(done.usage.inputTokens).toBe(10 * 2 * (1 + depth * calls))
      const events = await Array.fromAsync(log.read(first.runId))
      expect(events.filter(({ type }) => type === 'child.ended')).toHaveLength(calls)
    },
  )

  test('is waited for by a parent that waits', async () => {
    const log = memoryRunLog()
    const { head, acts } = office(log, 2)
    const answering = {
      write(events: readonly RunEvent[]): void {
        const asked = events.filter((event) => event.type === 'approval.requested')
        if (asked.length > 0)
          setTimeout(
            () =>
              void allow(
                log,
                asked.map(({ request }) => request),
              ),
            5,
          )
      },
    }

    const result = await head.run('go', { approvals: 'wait', sinks: [answering] }).result

    expect(result.stop).toEqual({ reason: 'done' })
    expect(acts).toHaveLength(1)
  })

  test('is known to sinks by its own name also after it was resumed', async () => {
    const log = memoryRunLog()
    const first = await office(log).head.run('go').result
    await allow(log, waitingOf(first))
    const heard = new Map<string, RunRef>()

    await office(log).head.resume(log, first.runId, {
      sinks: [{ write: (_events, run) => void heard.set(run.agent, run) }],
    }).result

    const [request] = waitingOf(first)
    expect(heard.get('level0')?.runId).toBe(request?.runId)
    expect(heard.get('level0')?.parent?.runId).toBe(first.runId)
    expect(heard.get('head')?.parent).toBeNull()
  })
})

/** A log that remembers in which order the events of all its runs were stored. */
function orderedLog(): { log: RunLog; all: { runId: string; event: DurableEvent }[] } {
  const inner = memoryRunLog()
  const all: { runId: string; event: DurableEvent }[] = []
  const log: RunLog = {
    ...inner,
    async append(runId, events, fence) {
      await inner.append(runId, events, fence)
      all.push(...events.map((event) => ({ runId, event })))
    },
  }
  return { log, all }
}

/** As killed drivers leave it: the first events of all runs; `held` keeps the rights of the dead for a while. */
async function logAfter(
  all: readonly { runId: string; event: DurableEvent }[],
  held: { readonly runId: string; readonly ms: number } | null = null,
): Promise<RunLog> {
  const log = memoryRunLog()
  for (const runId of new Set(all.map((one) => one.runId))) {
    const fence = (await log.acquire(runId, 'the dead', held?.runId === runId ? held.ms : 60_000)) ?? 0
    const events = all.filter((one) => one.runId === runId).map(({ event }) => event)
    await log.append(runId, events, fence)
    if (held?.runId !== runId) await log.release(runId, 'the dead')
  }
  return log
}

/** Two agents deep, with a tool at the bottom that must never run twice. */
function tower(log: RunLog): Office {
  const acts: string[] = []
  const act = tool({
    name: 'act',
    description: '',
    input: { type: 'object' },
    execute: (_input, { callId }) => (acts.push(callId), 'acted'),
  })
  const bottom = agent({ name: 'bottom', model: calling([{ name: 'act' }]), tools: [act] })
  const middle = agent({ name: 'middle', model: calling([task('bottom')]), tools: [asTool(bottom)] })
  return { head: agent({ model: calling([task('middle')]), tools: [asTool(middle)], log }), acts }
}

describe('after a crash', () => {
  test('at any event of any of three runs, resuming the parent goes on with its children and repeats nothing', async () => {
    const { log, all } = orderedLog()
    const whole = await tower(log).head.run('go').result

    expect(whole.text).toBe('acted')
    for (let kept = 1; kept < all.length; kept++) {
      // `message.added` and `turn.ended` are one append, which a log stores whole or not at all.
      if (all[kept - 1]?.event.type === 'message.added') continue
      const copy = await logAfter(all.slice(0, kept))
      const { head, acts } = tower(copy)

      const result = await head.resume(copy, whole.runId).result

      const last = all[kept - 1]
      const moment = `after ${String(last?.event.type)} ${String(last?.event.seq)} of ${String(last?.runId)}`
      const before = all
        .slice(0, kept)
        .some(({ event }) => event.type === 'tool.started' && event.name === 'act')
      expect(result.stop, moment).toEqual({ reason: 'done' })
      expect(Number(before) + acts.length, moment).toBe(1)
      expect(result.usage, moment).toEqual(whole.usage)
      const ended = (await Array.fromAsync(copy.read(whole.runId))).filter(
        ({ type }) => type === 'child.ended',
      )
      expect(ended, moment).toHaveLength(1)
    }
  })

  test('the parent waits for a child that its dead driver still holds', async () => {
    const { log, all } = orderedLog()
    const whole = await tower(log).head.run('go').result
    const acted = all.findIndex(({ event }) => event.type === 'tool.ended' && event.result.name === 'act')
    const child = all[acted]?.runId ?? ''
    const copy = await logAfter(all.slice(0, acted + 1), { runId: child, ms: 150 })
    const { head, acts } = tower(copy)

    const result = await head.resume(copy, whole.runId, { leaseTtlMs: 300 }).result

    expect([result.stop, result.text, acts]).toEqual([{ reason: 'done' }, 'acted', []])
  })
})

describe('a tool that begins runs itself', () => {
  test('gets a run of its own for each, in order', async () => {
    const child = helper(scriptedModel(['one', 'two', 'three']))
    const twice = tool({
      name: 'twice',
      description: '',
      input: { type: 'object' },
      effect: 'idempotent',
      execute: async (_input, context) => {
        const first = await context.runChild(child, 'a')
        const second = await context.runChild(child, 'b')
        return [first.text, second.text]
      },
    })

    const events = await Array.fromAsync(
      agent({ model: calling([{ name: 'twice' }]), tools: [twice] }).run('go'),
    )

    const started = events.filter((event) => event.type === 'child.started')
    const ended = events.find((event) => event.type === 'tool.ended')
    expect(ended?.result.output).toEqual(['one', 'two'])
    expect(new Set(started.map(({ runId }) => runId)).size).toBe(2)
  })

  test('pauses when one of them does, whatever it makes of it, once the others are done', async () => {
    const log = memoryRunLog()
    const asking = (): Office => office(log)
    const order: string[] = []
    const careless = tool({
      name: 'careless',
      description: '',
      input: { type: 'object' },
      effect: 'idempotent',
      execute: async (_input, { runChild }) => {
        const asked = runChild(asking().head, 'a').catch(() => 'never mind')
        const slow = helper(saying({ text: 'slow', delayMs: 20 }))
        void runChild(slow, 'b').then(() => order.push('slow child done'))
        return asked
      },
    })
    const parent = agent({ model: calling([{ name: 'careless' }]), tools: [careless], log })

    const result = await parent.run('go').result
    order.push('parent stopped')
    await allow(log, waitingOf(result))
    const done = await parent.resume(log, result.runId).result

    expect(result.stop.reason).toBe('approval')
    expect(order).toEqual(['slow child done', 'parent stopped', 'slow child done'].slice(0, order.length))
    expect(order.length).toBeGreaterThan(1)
    expect(done.stop).toEqual({ reason: 'done' })
  })

  test('takes them with it when its time is over, and can begin no more', async () => {
    const runtime = scriptedRuntime()
    const order: string[] = []
    let late: Promise<unknown> = Promise.resolve()
    const slow = tool({
      name: 'slow',
      description: '',
      input: { type: 'object' },
      timeoutMs: 100,
      execute: async (_input, { runChild, signal }) => {
        signal.addEventListener('abort', () => {
          late = runChild(helper(saying('too late')), 'b').catch((thrown: unknown) => thrown)
        })
        const { stop } = await runChild(helper(saying({ hang: true }), { runtime }), 'a')
        order.push(stop.reason === 'aborted' ? `child aborted: ${stop.message}` : stop.reason)
      },
    })
    const parent = agent({ model: calling([{ name: 'slow' }]), tools: [slow], runtime })
    const run = parent.run('go')

    const events = await passTime(runtime, Array.fromAsync(run))

    const kinds = events.map(({ type }) => type)
    expect(order).toEqual(['child aborted: the time of the call was over'])
    expect(kinds.indexOf('child.ended')).toBeLessThan(kinds.indexOf('tool.ended'))
    expect(events.find((event) => event.type === 'tool.ended')?.result.status).toBe('timeout')
    expect(kinds.filter((kind) => kind === 'child.started')).toHaveLength(1)
    expect(await late).toMatchObject({ code: 'tool.interrupted' })
    expect(runtime.pendingTimers).toBe(0)
  })
})
