import { ModelError, agent, fallback, memoryRunLog, tool, userMessage } from '@heddle/core'
import type { AgentDefinition, Hook, ModelRequest, RunEvent, RunResult, ToolResultPart } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedModel, ScriptedTurn } from '@heddle/testkit'
import { describe, expect, test } from 'vitest'
import { passTime } from './virtual-time.ts'

const echo = tool({
  name: 'echo',
  description: '',
  input: { type: 'object' },
  execute: (input) => input,
})
const callEcho: ScriptedTurn = { toolCalls: [{ name: 'echo', input: { n: 1 } }] }

interface Told {
  readonly events: readonly RunEvent[]
  readonly result: RunResult
  readonly model: ScriptedModel
}

async function tell(
  turns: readonly ScriptedTurn[],
  hooks: readonly Hook[],
  more: Partial<AgentDefinition> = {},
): Promise<Told> {
  const model = scriptedModel(turns)
  const run = agent({ model, tools: [echo], hooks, ...more }).run('go')
  const events = await Array.fromAsync(run)
  return { events, result: await run.result, model }
}

const resultOf = ({ result }: Told): ToolResultPart | undefined => {
  const message = result.messages.find(({ role }) => role === 'tool')
  return message?.role === 'tool' ? message.content[0] : undefined
}

const failed = (message: string): unknown => ({
  reason: 'failed',
  error: { code: 'internal', message, retryable: false },
})

const boom = (): never => {
  throw new Error('boom')
}

const noting = (name: string, notes: string[]): Hook => ({
  beforeModel: (_request, { turn }) => void notes.push(`${name} beforeModel ${turn}`),
  afterModel: (_message, { turn }) => void notes.push(`${name} afterModel ${turn}`),
  beforeTool: ({ tool: called }) => void notes.push(`${name} beforeTool ${called}`),
  afterTool: ({ status }) => void notes.push(`${name} afterTool ${status}`),
})

test('hooks run in order around every model and tool call, and change nothing by looking', async () => {
  const notes: string[] = []

  const told = await tell([callEcho, 'done'], [noting('a', notes), noting('b', notes)])

  expect(notes).toEqual([
    'a beforeModel 1',
    'b beforeModel 1',
    'a afterModel 1',
    'b afterModel 1',
    'a beforeTool echo',
    'b beforeTool echo',
    'a afterTool ok',
    'b afterTool ok',
    'a beforeModel 2',
    'b beforeModel 2',
    'a afterModel 2',
    'b afterModel 2',
  ])
  expect([told.result.text, resultOf(told)?.output]).toEqual(['done', { n: 1 }])
})

test('hooks know the run, the turn and the model', async () => {
  const seen: unknown[] = []

  const { result } = await tell(
    ['done'],
    [
      {
        afterModel: (_message, { runId, turn, model, signal }) =>
          void seen.push([runId, turn, model, signal.aborted]),
      },
    ],
  )

  expect(seen).toEqual([[result.runId, 1, 'scripted/model', false]])
})

describe('beforeModel', () => {
  test('hands on what the hook before made of the request; nothing of it is recorded', async () => {
    const add = (text: string): Hook => ({
      beforeModel: async (request) => ({ ...request, messages: [...request.messages, userMessage(text)] }),
    })

    const { model, result } = await tell(['done'], [add('one'), add('two')])

    expect(model.requests[0]?.messages).toEqual(['go', 'one', 'two'].map(userMessage))
    expect(result.messages).toHaveLength(2)
  })

  test('is asked again for every attempt', async () => {
    let asked = 0
    const runtime = scriptedRuntime()
    const model = scriptedModel([
      { error: new ModelError('model.unavailable', 'down', { retryable: true }) },
      'done',
    ])
    const run = agent({ model, runtime, hooks: [{ beforeModel: () => void asked++ }] }).run('go')

    const result = await passTime(runtime, run.result)

    expect([result.text, asked]).toEqual(['done', 2])
  })

  test('cannot ask for a longer answer than there is money for', async () => {
    const model = scriptedModel(['done', 'done'], {
      info: { price: { input: 1, output: 100 }, maxOutputTokens: 4_000 },
      repeatLast: true,
    })
    const greedy: Hook = { beforeModel: (request) => ({ ...request, maxOutputTokens: 1_000_000 }) }
    const forgetful: Hook = {
      beforeModel: ({ maxOutputTokens: _bound, ...request }): ModelRequest => request,
    }

    for (const hooks of [[greedy], [forgetful]])
      await agent({ model, hooks, limits: { usd: 0.2 } }).run('go').result

    for (const { maxOutputTokens } of model.requests) expect(maxOutputTokens).toBeLessThan(2_000)
  })

  test('ends the run when it throws, without a retry, another model, or asking at all', async () => {
    const first = scriptedModel(['never'])
    const second = scriptedModel(['never'], { id: 'b/two' })
    const errors: unknown[] = []
    const model = fallback([first, second])

    const { result } = await tell([], [{ beforeModel: boom }], {
      model,
      onError: (failure) => void errors.push(failure),
    })

    expect(result.stop).toEqual(failed('boom'))
    expect([first.calls, second.calls, errors]).toEqual([0, 0, []])
  })
})

describe('afterModel', () => {
  test('hands on what the hook before made of the answer; that is recorded, and sent the next time', async () => {
    const add = (text: string): Hook => ({
      afterModel: (message) => ({ ...message, content: [...message.content, { type: 'text', text }] }),
    })

    const { model, result } = await tell([{ ...(callEcho as object), text: 'a' }, 'b'], [add('1'), add('2')])

    expect(result.text).toBe('b12')
    expect(model.requests[1]?.messages[1]?.content).toEqual([
      { type: 'text', text: 'a' },
      expect.objectContaining({ type: 'tool-call', name: 'echo' }),
      { type: 'text', text: '1' },
      { type: 'text', text: '2' },
    ])
  })

  test('may leave calls out, or everything', async () => {
    const mute: Hook = { afterModel: (message) => ({ ...message, content: [] }) }
    const calm: Hook = {
      afterModel: (message) => ({
        ...message,
        content: message.content.filter(({ type }) => type !== 'tool-call'),
      }),
    }

    const silent = await tell(['hello'], [mute])
    const idle = await tell([{ ...(callEcho as object), text: 'a' }], [calm])

    expect([silent.result.stop, silent.result.messages]).toEqual([{ reason: 'done' }, [userMessage('go')]])
    expect([idle.result.stop, idle.result.text, resultOf(idle)]).toEqual([{ reason: 'done' }, 'a', undefined])
  })

  test('may add calls, which get their results', async () => {
    let isFirst = true
    const add: Hook = {
      afterModel: (message) => {
        if (!isFirst) return
        isFirst = false
        const call = { type: 'tool-call' as const, callId: 'mine', name: 'echo', input: { n: 2 } }
        return { ...message, content: [...message.content, call] }
      },
    }

    const { result } = await tell(['hello', 'done'], [add])

    expect([result.stop, result.text]).toEqual([{ reason: 'done' }, 'done'])
    expect(result.messages[2]).toMatchObject({ content: [{ callId: 'mine', output: { n: 2 } }] })
  })

  test('ends the run when it gives two calls one id, because one of them would never be answered', async () => {
    const twin: Hook = {
      afterModel: (message) => ({ ...message, content: [...message.content, ...message.content] }),
    }

    const { result } = await tell([callEcho], [twin])

    expect(result.stop).toEqual({
      reason: 'failed',
      error: {
        code: 'config.invalid',
        message: 'An afterModel hook gave two calls the same id.',
        retryable: false,
      },
    })
  })

  test('ends the run when it throws, keeps what was said, and asks nobody again', async () => {
    const { model, result } = await tell(['hello', 'never'], [{ afterModel: boom }])

    expect([result.stop, model.calls]).toEqual([failed('boom'), 1])
    expect(result.messages[1]).toMatchObject({ content: [{ text: 'hello' }], incomplete: true })
  })
})

describe('beforeTool', () => {
  test('changes what the tool is given, for the next hook too; the call stays recorded as the model made it', async () => {
    const add: Hook = {
      beforeTool: ({ input }) => ({ input: { n: (input as { n: number }).n + 1 } }),
    }

    const told = await tell([callEcho, 'done'], [add, add])

    expect(resultOf(told)?.output).toEqual({ n: 3 })
    expect(told.events.find((event) => event.type === 'tool.started')?.input).toEqual({ n: 1 })
  })

  test('gives an output of its own, and the tool does not run', async () => {
    let isRun = false
    const once = tool({
      name: 'echo',
      description: '',
      input: { type: 'object' },
      execute: () => (isRun = true),
    })
    const later: Hook = { beforeTool: () => expect.unreachable() }

    const told = await tell([callEcho, 'done'], [{ beforeTool: async () => ({ output: 'mine' }) }, later], {
      tools: [once],
    })

    expect([resultOf(told)?.status, resultOf(told)?.output, isRun]).toEqual(['ok', 'mine', false])
  })

  test('makes the call an error when it throws', async () => {
    const told = await tell([callEcho, 'done'], [{ beforeTool: boom }])

    expect(told.result.stop).toEqual({ reason: 'done' })
    expect(resultOf(told)).toMatchObject({ status: 'error', error: { code: 'tool.failed', message: 'boom' } })
  })

  test('begins nothing when it comes back after the call was given up', async () => {
    const runtime = scriptedRuntime()
    let isRun = false
    const timed = tool({
      name: 'echo',
      description: '',
      input: { type: 'object' },
      timeoutMs: 100,
      execute: () => (isRun = true),
    })
    const slow: Hook = {
      beforeTool: () => new Promise((resolve) => runtime.setTimer(() => resolve(undefined), 500)),
    }
    const model = scriptedModel([callEcho, { text: 'done', delayMs: 1_000 }], { runtime })

    const result = await passTime(
      runtime,
      agent({ model, tools: [timed], hooks: [slow], runtime }).run('go').result,
    )

    expect(result.messages[2]).toMatchObject({ content: [{ status: 'timeout' }] })
    expect([result.text, isRun]).toEqual(['done', false])
  })
})

describe('afterTool', () => {
  test('hands on what the hook before made of the result, whatever came of the call', async () => {
    const seen: string[] = []
    const broken = tool({ name: 'echo', description: '', input: { type: 'object' }, execute: boom })
    const mend: Hook = {
      afterTool: ({ error: _error, ...result }) => ({ ...result, status: 'ok', output: 'mended' }),
    }

    const told = await tell(
      [callEcho, 'done'],
      [mend, { afterTool: ({ status }) => void seen.push(status) }],
      {
        tools: [broken],
      },
    )

    expect([resultOf(told)?.output, seen]).toEqual(['mended', ['ok']])
  })

  test('cannot take a result from its call, and what is not JSON becomes so', async () => {
    const lose: Hook = {
      afterTool: (result) => ({ ...result, callId: 'other', name: 'other', output: new Date(0) as never }),
    }

    const told = await tell([callEcho, 'done'], [lose])

    expect(told.result.stop).toEqual({ reason: 'done' })
    expect(resultOf(told)).toMatchObject({ name: 'echo', output: '1970-01-01T00:00:00.000Z' })
  })

  test('makes the call an error when it throws', async () => {
    const told = await tell([callEcho, 'done'], [{ afterTool: boom }])

    expect(resultOf(told)).toMatchObject({
      status: 'error',
      output: null,
      error: { code: 'tool.failed', message: 'boom' },
    })
  })
})

test.each(['beforeModel', 'afterModel', 'beforeTool', 'afterTool'] as const)(
  'a run ends when it is aborted while %s does not come back',
  async (name) => {
    const runtime = scriptedRuntime()
    const log = memoryRunLog()
    const hang = (): Promise<never> => {
      run.abort('user')
      return new Promise(() => {})
    }
    const model = scriptedModel([callEcho, 'done'])
    const run = agent({ model, tools: [echo], hooks: [{ [name]: hang }], runtime, log }).run('go')

    const result = await passTime(runtime, run.result)

    expect(result.stop).toEqual({ reason: 'aborted', message: 'user' })
    expect((await Array.fromAsync(log.read(result.runId))).at(-1)?.type).toBe('run.ended')
    expect(runtime.pendingTimers).toBe(0)
  },
)
