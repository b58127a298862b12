import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LogError, agent, memoryRunLog, runInbox, session, textOf, tool, userMessage } from '@heddle/core'
import type {
  AgentDefinition,
  DurableEvent,
  Message,
  RunEvent,
  RunLog,
  Session,
  SessionOptions,
} from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { watchedLog } from './watched-log.ts'

/** Repeats what was said last; first waits for the tool when that was "slow …". */
const parrot: ScriptedTurn = ({ messages }) => {
  const said = messages.findLast(({ role }) => role === 'user')
  const text = said ? textOf(said) : ''
  const isSlow = text.startsWith('slow') && messages.at(-1)?.role === 'user'
  return isSlow ? { toolCalls: [{ name: 'wait' }] } : `you said ${text}`
}

interface Desk {
  readonly chat: Session
  readonly model: ScriptedModel
  /** Resolves when the tool waits. */
  readonly waits: Promise<void>
  readonly letGo: () => void
}

type More = Partial<AgentDefinition> & { readonly options?: Partial<SessionOptions> }

function desk(log: RunLog, { options, ...definition }: More = {}): Desk {
  const waits = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const wait = tool({
    name: 'wait',
    description: '',
    input: { type: 'object' },
    effect: 'pure',
    execute: async (_input, { signal }) => {
      waits.resolve()
      await Promise.race([
        released.promise,
        new Promise((resolve) => signal.addEventListener('abort', resolve)),
      ])
      return 'waited'
    },
  })
  const model = scriptedModel([parrot], { repeatLast: true })
  const chat = session(agent({ model, tools: [wait], ...definition }), { log, id: 'chat', ...options })
  return { chat, model, waits: waits.promise, letGo: released.resolve }
}

const textsOf = (messages: readonly Message[]): string[] => messages.map(textOf)
const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown }).code

test('goes on with what was said, each time in a run of its own', async () => {
  const log = memoryRunLog()
  const { chat, model } = desk(log)

  const first = await chat.call('one')
  const second = await chat.call(userMessage('two'))

  expect([first.runId, first.text, second.runId, second.text]).toEqual([
    'chat.1',
    'you said one',
    'chat.2',
    'you said two',
  ])
  expect(textsOf(model.requests[1]?.messages ?? [])).toEqual(['one', 'you said one', 'two'])
  expect(textsOf(await chat.messages())).toEqual(['one', 'you said one', 'two', 'you said two'])
})

test('serves calls one at a time, in order, streams among them', async () => {
  const log = memoryRunLog()
  const { chat, letGo } = desk(log)
  const order: string[] = []

  const stream = chat.stream('slow two')
  const calls = [
    chat.call('one').then(({ text }) => order.push(text)),
    Array.fromAsync(stream).then((events) => order.push(`${events.length > 5} events`)),
    chat.call('three').then(({ text }) => order.push(text)),
  ]
  letGo()
  await Promise.all(calls)

  expect(order).toEqual(['you said one', 'true events', 'you said three'])
  expect((await stream.result).text).toBe('you said slow two')
  expect(textsOf(await chat.messages()).filter((text) => !text.startsWith('you') && text !== '')).toEqual([
    'one',
    'slow two',
    'three',
  ])
})

test.each([0, 1, 16])('lets %i calls wait, and refuses the next', async (maxQueued) => {
  const { chat, letGo } = desk(memoryRunLog(), { options: { maxQueued } })

  const calls = Array.from({ length: maxQueued + 2 }, () => chat.call('slow'))
  letGo()
  const ends = await Promise.allSettled(calls)

  expect(
    ends.map((end) => (end.status === 'fulfilled' ? end.value.stop.reason : codeOf(end.reason))),
  ).toEqual([...Array<string>(maxQueued + 1).fill('done'), 'session.busy'])
})

test('a call that was refused does not disturb the one under way', async () => {
  const { chat, model, waits, letGo } = desk(memoryRunLog(), { options: { maxQueued: 0 } })
  const slow = chat.call('slow')
  await waits

  await expect(chat.call('no')).rejects.toMatchObject({ code: 'session.busy' })
  await chat.steer('and this')
  letGo()

  expect((await slow).text).toBe('you said and this')
  expect(textsOf(model.requests[1]?.messages ?? []).at(-1)).toBe('and this')
})

describe('steering', () => {
  test('joins the run under way, and can be read at once', async () => {
    const { chat, waits, letGo } = desk(memoryRunLog())
    const slow = chat.call('slow')
    await waits

    await chat.steer('hurry')
    const during = textsOf(await chat.messages())
    letGo()

    expect(during).toEqual(['slow', '', 'hurry'])
    expect((await slow).text).toBe('you said hurry')
    expect(textsOf(await chat.messages())).toEqual(['slow', '', '', 'hurry', 'you said hurry'])
  })

  test('that comes too late for a run is heard with the next call', async () => {
    const log = memoryRunLog()
    const { chat, model } = desk(log)
    const stream = chat.stream('one')

    for await (const event of stream) if (event.type === 'run.ended') await chat.steer('too late')
    const between = textsOf(await chat.messages())
    await chat.call('two')

    expect(between).toEqual(['one', 'you said one', 'too late'])
    expect(textsOf(model.requests[1]?.messages ?? [])).toEqual(['one', 'you said one', 'too late', 'two'])
  })

  test('that a run took but had no turn for is heard with the next call', async () => {
    const { chat, model, waits, letGo } = desk(memoryRunLog(), { limits: { steps: 1 } })
    const slow = chat.call('slow')
    await waits
    await chat.steer('hurry')
    letGo()

    const { stop } = await slow
    await chat.call('two')

    expect(stop.reason).toBe('steps')
    expect(textsOf(model.requests[1]?.messages ?? [])).toEqual(['slow', '', '', 'hurry', 'two'])
  })

  test('without a run is refused', async () => {
    const { chat } = desk(memoryRunLog())

    await expect(chat.steer('hello')).rejects.toMatchObject({ code: 'run.ended' })
    await chat.call('one')
    await expect(chat.steer('hello')).rejects.toMatchObject({ code: 'run.ended' })
  })
})

describe('blank input', () => {
  test('is refused before anything is recorded, also where a run would be resumed', async () => {
    const log = memoryRunLog()
    const { chat, waits, letGo } = desk(log)

    await expect(chat.call(' ')).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(Array.fromAsync(chat.stream(''))).rejects.toMatchObject({ code: 'config.invalid' })
    expect(await chat.messages()).toEqual([])
    const slow = chat.call('slow')
    await waits
    await expect(chat.steer('\n')).rejects.toMatchObject({ code: 'config.invalid' })
    letGo()

    expect((await slow).text).toBe('you said slow')
  })
})

/** As a killed driver leaves it: the first events of the run, nobody holding it. */
async function logAfter(runs: readonly (readonly DurableEvent[])[]): Promise<RunLog> {
  const log = memoryRunLog()
  for (const [at, events] of runs.entries()) {
    const fence = (await log.acquire(`chat.${at + 1}`, 'the dead', 1_000)) ?? 0
    await log.append(`chat.${at + 1}`, events, fence)
    await log.release(`chat.${at + 1}`, 'the dead')
  }
  return log
}

describe('a session with the same id', () => {
  test('finds the conversation, however many runs it had', async () => {
    const log = memoryRunLog()
    for (let said = 1; said <= 11; said++) await desk(log).chat.call(`${said}`)

    const { chat } = desk(log)
    const { runId } = await chat.call('12')

    expect(runId).toBe('chat.12')
    expect(await chat.messages()).toHaveLength(24)
  })

  test('hears what another one was told meanwhile', async () => {
    const log = memoryRunLog()
    const one = desk(log)
    const other = desk(log)

    await one.chat.call('one')
    await other.chat.call('two')
    const third = await one.chat.call('three')

    expect([third.runId, third.text]).toEqual(['chat.3', 'you said three'])
    expect(textsOf(await other.chat.messages()).filter((_text, at) => at % 2 === 0)).toEqual([
      'one',
      'two',
      'three',
    ])
  })

  test('goes on wherever the one before died: the cut run is finished, and then hears the new input', async () => {
    const log = memoryRunLog()
    const { chat, letGo } = desk(log)
    letGo()
    await chat.call('one')
    await chat.call('slow two')
    const [first, second] = [
      await Array.fromAsync(log.read('chat.1')),
      await Array.fromAsync(log.read('chat.2')),
    ]

    for (const [at, event] of second.entries()) {
      // `message.added` and `turn.ended` are one append, which a log stores whole or not at all.
      if (event.type === 'message.added' || event.type === 'run.ended') continue
      const copy = await logAfter([first, second.slice(0, at + 1)])
      const again = desk(copy)
      again.letGo()

      const result = await again.chat.call('three')

      expect([result.runId, result.text], `after ${event.type}`).toEqual(['chat.2', 'you said three'])
      const said = textsOf(await again.chat.messages()).filter((text) => text !== '')
      expect(
        said.filter((text) => !text.startsWith('you')),
        `after ${event.type}`,
      ).toEqual(['one', 'slow two', 'three'])
      expect(said.at(-1)).toBe('you said three')
    }
  })

  test('does not hand its input to a driver elsewhere, of which it cannot tell', async () => {
    const log = memoryRunLog()
    const { chat, waits, letGo } = desk(log)
    const slow = chat.call('slow')
    await waits

    const busy = await desk(log).chat.call('two')
    letGo()

    expect(busy.stop).toMatchObject({ reason: 'failed', error: { code: 'log.busy' } })
    expect((await slow).text).toBe('you said slow')
    expect(await log.letters('chat.1')).toEqual([])
  })

  test('resumes a run that waits for a person, with the new input', async () => {
    const log = memoryRunLog()
    const asking = { approval: { review: () => ({ ask: 'may I?' }) } }
    const { chat, letGo } = desk(log, asking)
    letGo()
    const first = await chat.call('slow one')
    const second = await chat.call('well?')
    const [request] = first.stop.reason === 'approval' ? first.stop.waiting : []
    if (!request) throw new Error('nobody asked')
    await runInbox(log, 'chat.1').answer({
      approvalId: request.approvalId,
      hash: request.hash,
      decision: 'allow',
      by: 'ana',
    })

    const third = await chat.call('go on')

    expect([first.stop.reason, second.stop.reason, third.stop.reason]).toEqual([
      'approval',
      'approval',
      'done',
    ])
    expect([third.runId, third.text]).toEqual(['chat.1', 'you said go on'])
    expect(textsOf(third.messages)).toEqual(['slow one', '', '', 'well?', 'go on', 'you said go on'])
  })
})

describe('closing', () => {
  test('aborts the run under way, refuses who waits and who comes, and leaves the conversation readable', async () => {
    const log = watchedLog()
    const { chat, waits } = desk(log)
    const slow = chat.call('slow')
    const waiting = chat.call('never').catch(codeOf)
    await waits

    await chat.close()

    expect((await slow).stop).toEqual({ reason: 'aborted', message: 'the session was closed' })
    expect(await waiting).toBe('session.closed')
    await expect(chat.call('late')).rejects.toMatchObject({ code: 'session.closed' })
    await expect(chat.steer('late')).rejects.toMatchObject({ code: 'run.ended' })
    expect(textsOf(await chat.messages())).toEqual(['slow', '', ''])
    expect([log.watchers, log.held]).toEqual([0, []])
    expect((await desk(log).chat.call('hello again')).runId).toBe('chat.2')
  })

  test('does not wait for a reader that stands still', async () => {
    const log = watchedLog()
    const { chat } = desk(log)
    const stream = chat.stream('one')
    const events = stream[Symbol.asyncIterator]()
    await events.next()
    const waiting = chat.call('two').catch(codeOf)

    await chat.close()

    expect(await waiting).toBe('session.closed')
    expect((await Array.fromAsync(log.read('chat.1'))).at(-1)).toMatchObject({
      type: 'run.ended',
      stop: { reason: 'aborted' },
    })
    expect([log.watchers, log.held]).toEqual([0, []])
    while (!(await events.next()).done);
    expect((await stream.result).stop.reason).toBe('aborted')
  })

  test('before a call has begun leaves no trace of it', async () => {
    const log = memoryRunLog()
    const { chat } = desk(log)

    const call = chat.call('one').catch(codeOf)
    await chat.close()

    expect([await call, await chat.messages()]).toEqual(['session.closed', []])
  })

  test('an idle or closed session does nothing', async () => {
    const { chat } = desk(memoryRunLog())

    await chat.close()
    await chat.close()

    expect(await chat.messages()).toEqual([])
  })
})

describe('a stream', () => {
  test('does nothing before it is read', async () => {
    const { chat, model } = desk(memoryRunLog())

    chat.stream('never')
    const { runId } = await chat.call('one')

    expect([runId, model.calls]).toEqual(['chat.1', 1])
  })

  test('that is left early aborts its run, tells its result, and lets the next call in', async () => {
    const log = watchedLog()
    const { chat } = desk(log)
    const stream = chat.stream('slow')

    for await (const event of stream) if (event.type === 'tool.started') break

    expect((await stream.result).stop).toEqual({ reason: 'aborted', message: 'its reader left' })
    expect((await chat.call('two')).text).toBe('you said two')
    expect([log.watchers, log.held]).toEqual([0, []])
  })

  test('is read once', async () => {
    const { chat, model } = desk(memoryRunLog())
    const stream = chat.stream('one')

    await Array.fromAsync(stream)

    expect(() => stream[Symbol.asyncIterator]()).toThrow(
      'This answer of session chat is already being read; ask again.',
    )
    expect(model.calls).toBe(1)
  })
})

test('a signal ends the run of its call alone', async () => {
  const { chat, waits } = desk(memoryRunLog())
  const stop = new AbortController()
  const slow = chat.call('slow', { signal: stop.signal })
  const next = chat.call('two', { signal: new AbortController().signal })
  await waits

  stop.abort('user')

  expect((await slow).stop).toEqual({ reason: 'aborted', message: 'user' })
  expect((await next).text).toBe('you said two')
})

test('a log that cannot be read fails the call, not the session', async () => {
  const log = memoryRunLog()
  let isBroken = false
  const flaky: RunLog = {
    ...log,
    read: (runId, after) => (isBroken ? failing() : log.read(runId, after)),
  }
  const { chat } = desk(flaky)
  await chat.call('one')

  isBroken = true
  const failed = await chat.call('two').catch(codeOf)
  isBroken = false

  expect(failed).toBe('log.failed')
  expect((await chat.call('three')).text).toBe('you said three')
})

// eslint-disable-next-line require-yield -- it fails before
async function* failing(): AsyncGenerator<DurableEvent> {
  throw new LogError('log.failed', 'The disk is gone.')
}

test('the view of a long conversation goes on as it was, and is not cut anew by every call', async () => {
  const log = memoryRunLog()
  const { chat, model } = desk(log, { context: { windowTokens: 4_000 }, maxOutputTokens: 200 })
  const said = ' word'.repeat(100)

  const compacted: string[] = []
  for (let turn = 1; turn <= 25; turn++) {
    const events: RunEvent[] = await Array.fromAsync(chat.stream(`${turn}:${said}`))
    if (events.some(({ type }) => type === 'context.compacted')) compacted.push(`chat.${turn}`)
  }

  expect(compacted.length).toBeGreaterThan(1)
  expect(compacted.length).toBeLessThan(9)
  for (const [at, request] of model.requests.entries()) {
    const before = model.requests[at - 1]
    if (!before || compacted.includes(`chat.${at + 1}`)) continue
    const text = JSON.stringify(before.messages).slice(0, -1)
    expect(JSON.stringify(request.messages).startsWith(text), `run ${at + 1}`).toBe(true)
  }
})

/** Keeps events as text, so that nobody shares objects with it. */
function textLog(): RunLog {
  const log = memoryRunLog()
  return {
    ...log,
    async *read(runId, after) {
      for await (const event of log.read(runId, after)) yield structuredClone(event)
    },
  }
}

test('thousands fit into one process: an idle session keeps no timer, no watcher, and hardly any memory', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const runtime = scriptedRuntime()
  const log = watchedLog(textLog())
  const model = scriptedModel([() => 'a'.repeat(20_000)], { repeatLast: true, runtime })
  const helper = agent({ model, runtime })
  const sessions = Array.from({ length: 1_000 }, (_none, at) => session(helper, { log, id: `chat${at}` }))

  for (const chat of sessions) await chat.call('hello')

  expect([runtime.pendingTimers, log.watchers, log.held]).toEqual([0, 0, []])
  collect()
  const withSessions = process.memoryUsage().heapUsed
  expect((await sessions[999]?.messages())?.length).toBe(2)
  sessions.length = 0
  collect()
  // The bar is far below the 20,000 characters of each conversation.
  expect((withSessions - process.memoryUsage().heapUsed) / 1_000).toBeLessThan(8_000)
})

test.each([-1, 1.5])('refuses to let %s calls wait', (maxQueued) => {
  expect(() => desk(memoryRunLog(), { options: { maxQueued } })).toThrow(
    `maxQueued must be a whole number of at least 0, not ${maxQueued}.`,
  )
})
