import { agent, tool } from '@heddle/core'
import type { Agent, ApprovalRequest, RunResult } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { driveRun } from '../src/drive-run.ts'
import type { AskApproval } from '../src/drive-run.ts'

const NEVER = new AbortController().signal

/** An agent that wants to remove two things, and asks for each. */
function makeDesk(): { readonly desk: Agent; readonly removed: unknown[] } {
  const removed: unknown[] = []
  const remove = tool({
    name: 'remove',
    description: '',
    input: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] },
    approval: ({ what }) => ({ ask: `${String(what)} cannot be brought back` }),
    execute: ({ what }) => removed.push(what),
  })
  const calls = ['loom', 'yarn'].map((what) => ({ name: 'remove', input: { what } }))
  return {
    desk: agent({ model: scriptedModel([{ toolCalls: calls }, 'finished']), tools: [remove] }),
    removed,
  }
}

const outcomesOf = (result: RunResult): unknown[] =>
  result.messages.flatMap((message) =>
    message.role === 'tool' ? message.content.map(({ status, error }) => error?.message ?? status) : [],
  )

test('asks for one call after the other, and the run goes on with the answers', async () => {
  const { desk, removed } = makeDesk()
  const asked: ApprovalRequest[] = []
  const ask: AskApproval = (request) => {
    asked.push(request)
    return Promise.resolve(
      asked.length === 1
        ? { decision: 'allow', by: 'ana' }
        : { decision: 'deny', by: 'ana', reason: 'we still need it' },
    )
  }

  const result = await driveRun(desk.run('tidy up'), ask, NEVER)

  expect(asked.map(({ tool, input, reason }) => ({ tool, input, reason }))).toEqual([
    { tool: 'remove', input: { what: 'loom' }, reason: 'loom cannot be brought back' },
    { tool: 'remove', input: { what: 'yarn' }, reason: 'yarn cannot be brought back' },
  ])
  expect(removed).toEqual(['loom'])
  expect(outcomesOf(result)).toEqual([
    'ok',
    'The call was not run, because it was denied: ana said no: we still need it.',
  ])
  expect(result.stop).toEqual({ reason: 'done' })
})

test('pauses when there is nobody to ask', async () => {
  const { desk, removed } = makeDesk()

  const result = await driveRun(desk.run('tidy up'), null, NEVER)

  expect(result.stop).toMatchObject({ reason: 'approval', waiting: [{ tool: 'remove' }, { tool: 'remove' }] })
  expect(removed).toEqual([])
})

test('asks no more once the run was aborted', async () => {
  const { desk, removed } = makeDesk()
  const abort = new AbortController()
  let questions = 0
  const ask: AskApproval = () => {
    questions++
    abort.abort(new Error('enough'))
    return Promise.resolve(null)
  }

  const result = await driveRun(desk.run('tidy up', { signal: abort.signal }), ask, abort.signal)

  expect(result.stop).toEqual({ reason: 'aborted', message: 'enough' })
  expect({ questions, removed }).toEqual({ questions: 1, removed: [] })
})
