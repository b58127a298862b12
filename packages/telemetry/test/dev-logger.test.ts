import { ModelError, agent, tool } from '@heddle/core'
import type { RunEvent } from '@heddle/core'
import { devLogger } from '@heddle/telemetry'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'

const ref = { runId: 'run_1', parent: null, agent: 'tutor' }

/** What the logger writes of a run to its end. */
async function logged(model: ReturnType<typeof scriptedModel>, colour = false): Promise<string> {
  let text = ''
  const runtime = scriptedRuntime()
  const ticks = tool({
    name: 'ticks',
    description: '',
    input: { type: 'object' },
    *execute() {
      yield 'half way'
      return { n: 3 }
    },
  })
  const running = agent({ name: 'tutor', model, tools: [ticks], runtime }).run('hi', {
    runId: 'run_1',
    sinks: [devLogger({ write: (lines) => void (text += lines), colour })],
  }).result
  await runtime.advance(60_000)
  await running
  return text
}

test('writes one line per event, without deltas', async () => {
  const model = scriptedModel(
    [
      { text: 'let me see', toolCalls: [{ name: 'ticks', input: { a: 1 } }, { name: 'nope' }] },
      { text: ['it is ', 'three'], usage: { inputTokens: 12, outputTokens: 4 } },
    ],
    { info: { price: { input: 1, output: 1 } } },
  )

  const text = await logged(model)

  expect(text.split('\n')).toEqual([
    '00:00:00.000 tutor run_1 run.started    scripted/model "hi"',
    '00:00:00.000 tutor run_1 turn.started   #1 scripted/model',
    '00:00:00.000 tutor run_1 message.added  #1 "let me see" → ticks → nope',
    '00:00:00.000 tutor run_1 turn.ended     #1 tool-calls tokens unknown',
    expect.stringMatching(
      /tutor run_1 tool\.ended {5}nope call_0002 error in 0 ms: .*nope.*\(tool\.unknown\)$/,
    ) as string,
    '00:00:00.000 tutor run_1 tool.started   ticks call_0001 {"a":1}',
    '             tutor run_1 tool.progress  call_0001 "half way"',
    '00:00:00.000 tutor run_1 tool.ended     ticks call_0001 ok in 0 ms: {"n":3}',
    '00:00:00.000 tutor run_1 turn.started   #2 scripted/model',
    '00:00:00.000 tutor run_1 message.added  #2 "it is three"',
    '00:00:00.000 tutor run_1 turn.ended     #2 stop 12 in, 4 out, $0.000016',
    '00:00:00.000 tutor run_1 run.ended      done',
    '',
  ])
})

test('shows failures in red, and retries with their cause', async () => {
  const down = new ModelError('model.unavailable', 'the server is down', {
    retryable: true,
    retryAfterMs: 50,
  })
  const model = scriptedModel([{ error: down }, { error: new ModelError('model.auth', 'no key') }])

  const text = await logged(model, true)

  expect(text).toContain('\u001b[31mmodel.retried \u001b[0m #1 attempt 1 failed, again in')
  expect(text).toContain('the server is down (model.unavailable)')
  expect(text).toContain('\u001b[31mrun.ended     \u001b[0m failed: no key (model.auth)')
})

test('keeps every event on one line that a terminal only shows, and cuts long texts', async () => {
  const nasty = `a\nb\u001b]0;title\u0007\u202e${'x'.repeat(1_000)}`
  let text = ''
  const event: RunEvent = {
    type: 'tool.ended',
    seq: 1,
    atMs: 0,
    turn: 1,
    callId: 'call_1',
    durationMs: 5,
    result: {
      type: 'tool-result',
      callId: 'call_1',
      name: 'evil\u001b[2Jname',
      status: 'error',
      output: null,
      error: { code: 'tool.failed', message: nasty, retryable: false },
    },
  }

  await devLogger({ write: (lines) => void (text += lines) }).write([event], ref)

  expect(text.split('\n')).toHaveLength(2)
  // eslint-disable-next-line no-control-regex -- none may be left
  expect(text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  expect(text.length).toBeLessThan(300)
  expect(text).toContain('evil\\u001b[2Jname')
})

test('shows kinds of event that it does not know', async () => {
  let text = ''
  const event = { type: 'weather.changed', seq: 3, atMs: 0, to: 'rain' } as unknown as RunEvent

  await devLogger({ write: (lines) => void (text += lines) }).write([event], ref)

  expect(text).toBe('00:00:00.000 tutor run_1 weather.changed {"to":"rain"}\n')
})

test('writes nothing for a batch of deltas', async () => {
  let writes = 0
  const delta: RunEvent = { type: 'text.delta', turn: 1, part: 0, offset: 0, text: 'a' }

  await devLogger({ write: () => void writes++ }).write([delta], ref)

  expect(writes).toBe(0)
})
