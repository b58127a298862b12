import { agent, memoryRunLog, runInbox, tool } from '@heddle/core'
import type { RunLog } from '@heddle/core'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { refusingLog } from './refusing-log.ts'
import { watchedLog } from './watched-log.ts'

test('a wish to stop that comes while the model speaks is not kept waiting until it is done', async () => {
  const log = watchedLog()
  const model = scriptedModel([{ text: ['half', 'x'], hang: true, afterEvents: 1 }])
  const run = agent({ model, log, runtime: scriptedRuntime() }).run('go', { runId: 'r' })

  for await (const event of run) if (event.type === 'text.delta') await runInbox(log, 'r').stop('another tab')

  const { stop, messages } = await run.result
  expect(stop).toEqual({ reason: 'aborted', message: 'another tab' })
  expect(messages.at(-1)).toMatchObject({ content: [{ type: 'text', text: 'half' }], incomplete: true })
  expect([log.watchers, model.openStreams]).toEqual([0, 0])
})

test('a wish to stop that comes while a tool runs interrupts it', async () => {
  const log = memoryRunLog()
  const wait = tool({
    name: 'wait',
    description: '',
    input: { type: 'object' },
    execute: (_input, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')))),
  })
  const run = agent({ model: scriptedModel([{ toolCalls: [{ name: 'wait' }] }]), tools: [wait], log }).run(
    'go',
  )

  for await (const event of run)
    if (event.type === 'tool.started') await runInbox(log, run.runId).stop('enough')

  expect((await run.result).stop).toEqual({ reason: 'aborted', message: 'enough' })
})

test('a wish to stop outlives the driver that heard it, whatever came after it', async () => {
  const log = memoryRunLog()
  const model = scriptedModel([{ toolCalls: [{ name: 'nope' }] }, 'never'])
  // It dies after it took its mail, before it could say that the run ended.
  const dying = refusingLog(log, 'run.ended', 'kill -9')
  const run = agent({ model, log: dying }).run('go', { runId: 'r' })
  for await (const event of run) {
    if (event.type !== 'tool.ended') continue
    const inbox = runInbox(log, 'r')
    await inbox.steer('first')
    await inbox.stop('enough')
    await inbox.steer('and another thing')
  }

  const { stop, messages } = await agent({ model, log }).resume(log, 'r').result

  expect(stop).toEqual({ reason: 'aborted', message: 'enough' })
  expect(model.calls).toBe(1)
  expect(messages.at(-1)?.role).toBe('tool')
})

test('a run whose mail cannot be read while the model speaks goes on, and fails when it has to read it', async () => {
  const log = memoryRunLog()
  let isAway = false
  const away: RunLog = {
    ...log,
    letters: (...args) => (isAway ? Promise.reject(new Error('the database is away')) : log.letters(...args)),
  }
  const model = scriptedModel([{ text: ['a', 'b', 'c'], batch: 1 }])
  const run = agent({ model, log: away }).run('go', { runId: 'r' })

  let text = ''
  for await (const event of run) {
    if (event.type !== 'text.delta') continue
    text += event.text
    isAway = true
    await runInbox(log, 'r').steer('hello?')
  }

  expect(text).toBe('abc')
  expect((await run.result).stop).toMatchObject({
    reason: 'failed',
    error: { message: 'the database is away' },
  })
})
