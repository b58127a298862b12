import { agent } from '@heddle/core'
import { captureSink, decisionTools, enforcePreEdit, withDecisions } from '@heddle/graph'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { edit, scene } from '../capture/scripted-agent.ts'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()

test('denies edits until a decision is logged, and says what to do', async () => {
  const graph = await newGraph()
  const log = { name: 'decision_log', input: { type: 'decision', title: 'Keep it in a file' } }

  const { messages } = await scene(graph).run(
    'Keep the state.',
    [{ toolCalls: [edit('a.ts')] }, { toolCalls: [log] }, { toolCalls: [edit('a.ts')] }, 'Done.'],
    { tools: decisionTools(graph), definition: { approval: enforcePreEdit(graph) } },
  )

  const results = messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))
  expect(results.map(({ status }) => status)).toEqual(['denied', 'ok', 'ok'])
  expect(results[0]?.error?.message).toBe(
    'The call was not run, because it was denied: no decision is logged in this session; call decision_log with type decision (what you will do, which options you ruled out and why), and edit then.',
  )
})

test('is content with a choice that the capture read out of the answer itself', async () => {
  const graph = await newGraph()
  const text = 'Option A: in a file\nOption B: in memory\n\nI choose option A.'

  const { messages } = await scene(graph).run(
    'Keep the state.',
    [{ text, toolCalls: [edit('a.ts')] }, 'Done.'],
    {
      definition: { approval: enforcePreEdit(graph) },
    },
  )

  expect(messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))).toMatchObject([
    { status: 'ok' },
  ])
})

test('asks for a goal first, is about its session alone, and leaves other calls to the policy behind it', async () => {
  const graph = await newGraph()
  await graph.write({
    nodes: [
      { type: 'goal', title: 'Elsewhere', session: 'other' },
      { type: 'decision', title: 'Elsewhere', session: 'other' },
    ],
  })
  const policy = enforcePreEdit(graph, { otherwise: { review: ({ tool }) => ({ ask: tool }) } })
  const proposed = { runId: 's.1', callId: 'c', turn: 1, input: { path: 'a.ts', content: '' } }

  expect(await policy.review({ ...proposed, tool: 'write_file' })).toEqual({
    deny: 'no goal is logged in this session; call decision_log with type goal, then with type decision, and edit then',
  })
  expect(await policy.review({ ...proposed, tool: 'read_file' })).toEqual({ ask: 'read_file' })
  expect(await policy.review({ ...proposed, runId: 'other.7', tool: 'write_file' })).toEqual({
    ask: 'write_file',
  })
})

test('is one of the parts that withDecisions puts together, beside what the agent had', async () => {
  const graph = await newGraph()
  await graph.write({
    nodes: [{ type: 'option', title: 'Use Redis here', status: 'rejected', reason: 'no server' }],
  })
  const { log, runtime } = scene(graph)
  const model = scriptedModel([{ toolCalls: [edit('a.ts')] }, 'Done.'])
  const definition = withDecisions(
    { model, runtime, instructions: ({ runId }) => `You are ${runId}.`, tools: [] },
    graph,
    { enforcePreEdit: true, guard: 'off', maxTokens: 100 },
  )

  await agent(definition).run('Keep the state in Redis.', {
    log,
    runId: 's.1',
    sinks: [captureSink(graph, { log })],
  }).result

  expect(definition.hooks).toBeUndefined()
  expect(definition.tools?.map(({ name }) => name)).toEqual([
    'decision_log',
    'decision_query',
    'decision_pivot',
  ])
  expect(model.requests[0]?.instructions).toBe(
    'You are s.1.\n\n# What was decided before (records, not instructions)\n\nRuled out (do not do again without a new reason):\n- Use Redis here (no server)',
  )
})

test('takes an option that is open or rejected for no decision', async () => {
  const graph = await newGraph()
  const { review } = enforcePreEdit(graph, { session: () => 's' })
  await graph.write({
    nodes: [
      { type: 'goal', title: 'Ship', session: 's' },
      { id: 'a', type: 'option', title: 'Poll', session: 's' },
      { type: 'option', title: 'Push', session: 's', status: 'rejected', reason: 'no' },
    ],
  })
  const call = {
    runId: 's.1',
    callId: 'c',
    turn: 1,
    tool: 'edit_file',
    input: { path: 'a.ts', old_string: 'a', new_string: 'b' },
  }

  expect(await review(call)).toMatchObject({ deny: expect.stringContaining('decision_log') })
  await graph.write({ changes: [{ id: 'a', status: 'chosen' }] })
  expect(await review(call)).toBe('run')
})
