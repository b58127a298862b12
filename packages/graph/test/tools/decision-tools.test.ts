import type { JsonObject } from '@heddle/core'
import { decisionTools } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { scriptedRuntime, toolContext } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { PASSED, edit, scene, shell } from '../capture/scripted-agent.ts'
import { graphMaker, shownGraph } from '../new-graph.ts'

const newGraph = graphMaker()

/** Calls a tool as a run of session `s` would. */
async function call(
  graph: DecisionGraph,
  name: string,
  input: JsonObject,
  callId: string = name,
): Promise<string> {
  const tool = decisionTools(graph, { agent: 'coder' }).find((candidate) => candidate.name === name)
  const checked = await tool?.input.validate(input)
  if (!tool || !checked || 'problem' in checked) throw new Error(`bad input: ${JSON.stringify(checked)}`)
  return (await tool.execute(checked.value, toolContext({ runId: 's.1', callId }))) as string
}

/** Ids follow from calls; here they are in the way. */
const withoutIds = (text: string): string => text.replaceAll(/n_[a-z2-7]{16}/g, 'ID')
const idsIn = (text: string): string[] => text.match(/n_[a-z2-7]{16}/g) ?? []

test('logs a decision with its options under the open goal, in one call', async () => {
  const graph = await newGraph()

  const goal = await call(graph, 'decision_log', { type: 'goal', title: 'Keep the state' }, 'c1')
  const logged = await call(
    graph,
    'decision_log',
    {
      type: 'decision',
      title: 'Keep it in a file',
      reason: 'survives a restart',
      confidence: 70,
      files: ['state.ts'],
      options: [
        { title: 'In a file', status: 'chosen' },
        { title: 'In memory', status: 'rejected', reason: 'lost at a restart' },
      ],
    },
    'c2',
  )

  expect(withoutIds(goal)).toBe('Logged ID goal “Keep the state”.')
  expect(withoutIds(logged)).toBe(
    [
      'Logged ID decision “Keep it in a file” (confidence 70; because: survives a restart; in state.ts), under goal “Keep the state”.',
      '- ID option “In a file” (chosen)',
      '- ID option “In memory” (rejected; because: lost at a restart)',
    ].join('\n'),
  )
  expect((await shownGraph(graph)).slice(4)).toEqual([
    '“Keep it in a file” chosen “In a file”',
    '“Keep it in a file” rejected “In memory”',
    '“Keep the state” leads_to “Keep it in a file”',
  ])
})

test('writes nothing twice when a call is made again, and uses an open goal of the same title again', async () => {
  const graph = await newGraph()
  const first = await call(graph, 'decision_log', { type: 'goal', title: 'Keep the state' }, 'c1')

  expect(await call(graph, 'decision_log', { type: 'goal', title: 'Keep the state' }, 'c1')).toBe(first)
  expect(withoutIds(await call(graph, 'decision_log', { type: 'goal', title: 'Keep the state' }, 'c2'))).toBe(
    'There already: ID goal “Keep the state”',
  )
  expect(await graph.nodes()).toHaveLength(1)
})

test.each([
  [{ type: 'option', title: 'In memory', status: 'rejected' }, 'A rejected option needs a reason'],
  [{ type: 'goal', title: 'x', status: 'chosen' }, 'Only an option is chosen'],
  [{ type: 'goal', title: 'x', options: [{ title: 'y' }] }, 'Only a decision has options'],
  [{ type: 'decision', title: 'x', parent: 'n_nowhere' }, 'There is no node "n_nowhere"; ask decision_query'],
])('says what is wrong with %j', async (input, sentence) => {
  await expect(call(await newGraph(), 'decision_log', input)).rejects.toThrow(sentence)
})

test('pivots in one transaction, once, and only from what still stands', async () => {
  const graph = await newGraph()
  const [old = ''] = idsIn(await call(graph, 'decision_log', { type: 'decision', title: 'Poll' }, 'c1'))
  const input = { old, observation: 'The server is overloaded', title: 'Push', confidence: 60 }

  const answer = await call(graph, 'decision_pivot', input, 'c2')
  const again = await call(graph, 'decision_pivot', input, 'c2')

  expect(withoutIds(answer)).toBe('Gave up decision “Poll” for ID decision “Push” (confidence 60).')
  expect(again).toBe(answer)
  expect(await shownGraph(graph)).toEqual([
    'decision “Poll” by coder; superseded; because The server is overloaded',
    'observation “The server is overloaded” by coder',
    'revisit “Reconsider: Poll” by coder; because The server is overloaded',
    'decision “Push” by coder; confidence 60',
    '“Poll” leads_to “The server is overloaded”',
    '“Push” supersedes “Poll”',
    '“Reconsider: Poll” leads_to “Push”',
    '“Reconsider: Poll” revises “Poll”',
    '“The server is overloaded” leads_to “Reconsider: Poll”',
  ])
  await expect(call(graph, 'decision_pivot', input, 'c3')).rejects.toThrow(
    '"Poll" is superseded already; log the new decision by itself instead.',
  )
  const [goal = ''] = idsIn(await call(graph, 'decision_log', { type: 'goal', title: 'Live' }, 'c4'))
  await expect(call(graph, 'decision_pivot', { ...input, old: goal }, 'c5')).rejects.toThrow(
    'only a decision or an option',
  )
})

test('answers questions in lines that begin with ids', async () => {
  const graph = await newGraph()
  await graph.write({
    nodes: [
      { id: 'g', type: 'goal', title: 'Keep the state', createdAtMs: 1 },
      {
        id: 'd',
        type: 'decision',
        title: 'Keep it in a file',
        confidence: 40,
        description: 'As JSON.',
        createdAtMs: 2,
        evidence: [{ runId: 's.1', seq: 4 }],
      },
      {
        id: 'x',
        type: 'option',
        title: 'Keep it in memory',
        status: 'rejected',
        reason: 'lost',
        createdAtMs: 3,
      },
    ],
    edges: [
      { from: 'g', to: 'd' },
      { from: 'd', to: 'x', type: 'rejected' },
    ],
  })
  const ask = (input: JsonObject): Promise<string> => call(graph, 'decision_query', input)

  expect(await ask({ query: 'active_goals' })).toBe('g goal “Keep the state”')
  expect(await ask({ query: 'recent', limit: 1 })).toBe(
    'x option “Keep it in memory” (rejected; because: lost)',
  )
  expect(await ask({ query: 'search', text: 'memory' })).toBe(
    'x option “Keep it in memory” (rejected; because: lost)',
  )
  expect(await ask({ query: 'search', text: 'nothing like it' })).toBe('Nothing matches.')
  expect(await ask({ query: 'consult', text: 'memory or file' })).toBe(
    'Decided:\n- d decision “Keep it in a file” (confidence 40)\nRuled out:\n- x option “Keep it in memory” (rejected; because: lost)',
  )
  expect(await ask({ query: 'node', id: 'd' })).toBe(
    [
      'd decision “Keep it in a file” (confidence 40)',
      'As JSON.',
      'seen in: s.1#4',
      'Links:',
      '- ← leads_to g goal “Keep the state”',
      '- rejected → x option “Keep it in memory” (rejected; because: lost)',
    ].join('\n'),
  )
  expect(await ask({ query: 'pulse' })).toContain(
    'Low confidence:\n- d decision “Keep it in a file” (confidence 40)',
  )
  await expect(ask({ query: 'search' })).rejects.toThrow('The query search needs text.')
})

test('lets captured work rest on what the agent logged, and reads nothing out of its words beside it', async () => {
  // The graph's own clock stands where the run's begins.
  const graph = await newGraph({ runtime: scriptedRuntime({ startMs: Date.UTC(2026, 0, 1) + 60_000 }) })
  const { run } = scene(graph)
  const text = 'Option A: in a file\nOption B: in memory\n\nI choose option A.'
  const input = { type: 'decision', title: 'Keep it in a file' }

  await run(
    'Keep the state.',
    [
      { text, toolCalls: [{ name: 'decision_log', input }] },
      { toolCalls: [edit('state.ts')] },
      { toolCalls: [shell('npm test')] },
      'Kept.',
    ],
    { tools: decisionTools(graph, { agent: 'coder' }), bash: [PASSED] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Keep the state.” by user',
    'decision “Keep it in a file” by coder; confidence 75; in state.ts',
    'action “Edit state.ts” by coder; in state.ts',
    'outcome “Tests passed: npm test” by coder',
    '“Edit state.ts” leads_to “Tests passed: npm test”',
    '“Keep it in a file” requires “Edit state.ts”',
    '“Keep the state.” leads_to “Keep it in a file”',
    '“Tests passed: npm test” answers “Keep the state.”',
  ])
})

test('asks the graph of its own project only', async () => {
  const graph = await newGraph()
  await graph.write({ nodes: [{ type: 'goal', title: 'Elsewhere', project: 'other' }] })

  expect(await call(graph, 'decision_query', { query: 'active_goals' })).toBe('There is no active goal.')
})

test('links a node that refers back from itself to the one that is named', async () => {
  const graph = await newGraph()
  const [old = ''] = idsIn(await call(graph, 'decision_log', { type: 'decision', title: 'Poll' }, 'c1'))

  await call(
    graph,
    'decision_log',
    { type: 'decision', title: 'Push', parent: old, edge: 'supersedes' },
    'c2',
  )
  await call(
    graph,
    'decision_log',
    { type: 'action', title: 'Write it', parent: old, edge: 'requires' },
    'c3',
  )

  const shown = await shownGraph(graph)
  expect(shown.filter((line) => line.startsWith('“'))).toEqual([
    '“Poll” requires “Write it”',
    '“Push” supersedes “Poll”',
  ])
})
