import { tool } from '@heddle/core'
import { GraphError, captureRun, captureSink } from '@heddle/graph'
import type { DecisionGraph, NodeType } from '@heddle/graph'
import type { ScriptedToolCall } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { graphMaker, shownGraph } from '../new-graph.ts'
import { FAILED, PASSED, edit, scene, shell } from './scripted-agent.ts'

const newGraph = graphMaker()

const TESTS = { toolCalls: [shell('npm test')] }

async function titles(graph: DecisionGraph, ...types: readonly NodeType[]): Promise<string[]> {
  const nodes = await graph.nodes({ types, order: 'oldest' })
  return nodes.map(({ title }) => title)
}

function replacing(oldText: string, newText: string): ScriptedToolCall {
  return { name: 'edit_file', input: { path: 'a.ts', old_string: oldText, new_string: newText } }
}

test('takes an edit back only where it undoes the last one to the letter', async () => {
  const undone = async (second: ScriptedToolCall): Promise<string[]> => {
    const graph = await newGraph()
    const turns = [
      { toolCalls: [replacing('one', 'two')] },
      TESTS,
      { toolCalls: [second] },
      { toolCalls: [edit('b.ts')] },
      'Done.',
    ]
    await scene(graph).run('Fix it.', turns, { bash: [FAILED] })
    return titles(graph, 'revisit')
  }

  expect(await undone(replacing('two', 'one'))).toEqual(['Reconsider: What npm test refused'])
  expect(await undone(replacing('elsewhere', 'one'))).toEqual([])
  expect(await undone(replacing('two', 'three'))).toEqual([])
})

test('tells a test run that comes out otherwise without any change in between', async () => {
  const graph = await newGraph()

  await scene(graph).run('Look.', [TESTS, TESTS, TESTS, 'It flickers.'], { bash: [FAILED, PASSED, PASSED] })

  expect(await titles(graph, 'outcome')).toEqual(['Tests failed: npm test', 'Tests passed: npm test'])
})

test('forgets a change of course that the next test run made needless', async () => {
  const graph = await newGraph()

  await scene(graph).run(
    'Fix it.',
    [
      { toolCalls: [edit('a.ts')] },
      TESTS,
      { text: 'A different approach: sort first.', toolCalls: [shell('npm test')] },
      TESTS,
      { text: 'Hm.', toolCalls: [edit('a.ts', 'more')] },
      'Done.',
    ],
    { bash: [FAILED, PASSED, FAILED] },
  )

  expect(await titles(graph, 'revisit', 'decision')).toEqual([])
})

test('changes course once for a failing test, and not before work on it begins', async () => {
  const graph = await newGraph()
  const begun = { text: 'Trying another approach: sort last.', toolCalls: [edit('a.ts', 'last')] }

  await scene(graph).run(
    'Fix it.',
    [
      { toolCalls: [edit('a.ts')] },
      TESTS,
      { text: 'A different approach: sort first.', toolCalls: [shell('ls')] },
      'Not today.',
    ],
    { bash: [FAILED, 'a.ts\n[exit code 0, 0.0 s]'] },
  )
  expect(await titles(graph, 'revisit', 'decision')).toEqual([])

  const other = await newGraph()
  await scene(other).run(
    'Fix it.',
    [
      { toolCalls: [edit('a.ts')] },
      TESTS,
      { text: 'A different approach: sort first.', toolCalls: [edit('a.ts', 'first')] },
      begun,
      'Done.',
    ],
    { bash: [FAILED] },
  )
  expect(await titles(other, 'decision')).toEqual(['Sort first'])
})

test('puts a commit on the work since the one before', async () => {
  const graph = await newGraph()
  const [one, two] = ['1'.repeat(40), '2'.repeat(40)]
  const git = ([, , , hash = '']: readonly string[]): Promise<string> =>
    Promise.resolve(hash.startsWith('1') ? one : two)
  const commit = { toolCalls: [shell('git commit -am "x"')] }

  await scene(graph, { git }).run(
    'Fix both.',
    [{ toolCalls: [edit('a.ts')] }, commit, { toolCalls: [edit('b.ts')] }, commit, 'Done.'],
    { bash: ['[main 1111111] x\n[exit code 0, 0.0 s]', '[main 2222222] x\n[exit code 0, 0.0 s]'] },
  )

  const actions = await graph.nodes({ types: ['action'], order: 'oldest' })
  expect(actions.map(({ title, commits }) => [title, ...commits])).toEqual([
    ['Edit a.ts', one],
    ['Commit x', one],
    ['Edit b.ts', two],
    ['Commit x', two],
  ])
})

test('records an answer that was not among the choices as the one that was chosen', async () => {
  const graph = await newGraph()
  const human = tool({
    name: 'human',
    description: 'Asks.',
    input: { type: 'object' },
    execute: () => 'Neither',
  })
  const input = { question: 'Which database?', choices: ['SQLite', 'PostgreSQL'] }

  await scene(graph).run('Store it.', [{ toolCalls: [{ name: 'human', input }] }, 'Stored.'], {
    tools: [human],
  })

  const options = await graph.nodes({ types: ['option'], order: 'oldest' })
  expect(options.map(({ title, status }) => `${title} ${status}`)).toEqual([
    'SQLite rejected',
    'PostgreSQL rejected',
    'Neither chosen',
  ])
})

test('takes a first request for no correction', async () => {
  const graph = await newGraph()

  await scene(graph).run('No, use Redis.', ['Done.'])

  expect(await titles(graph, 'decision', 'option')).toEqual([])
})

test('reads what a failed write missed from the log, and tells of the failure', async () => {
  const healthy = await newGraph()
  const told = scene(healthy)
  const turns = [{ toolCalls: [edit('a.ts')] }, TESTS, { toolCalls: [edit('b.ts')] }, TESTS, 'Done.']
  await told.run('Fix it.', turns, { bash: [FAILED, PASSED] })
  const graph = await newGraph()
  let writes = 0
  const flaky: DecisionGraph = {
    ...graph,
    write: (batch) =>
      ++writes === 2 ? Promise.reject(new GraphError('graph.failed', 'gone')) : graph.write(batch),
  }
  const sink = captureSink(flaky, { log: told.log })
  const failures: unknown[] = []

  for await (const event of told.log.read('s.1')) {
    const ref = { runId: 's.1', parent: null, agent: 'coder' }
    await Promise.resolve(sink.write([event], ref)).catch((thrown: unknown) => failures.push(thrown))
  }

  expect(failures).toMatchObject([{ code: 'graph.failed' }])
  expect(await shownGraph(graph)).toEqual(await shownGraph(healthy))
})

test('reads a run again as it was, whatever its session did later', async () => {
  const graph = await newGraph()
  const told = scene(graph)
  await told.run('Fix the sum.', ['Fixed.'])
  await told.run('continue', [{ toolCalls: [edit('a.ts')] }, 'Done.'])
  await told.run('Now round the product.', ['Rounded.'])
  const before = await shownGraph(graph)

  await captureRun(graph, told.log, 's.2')
  await captureRun(graph, told.log, 's.1')

  expect(await shownGraph(graph)).toEqual(before)
  const goals = await graph.nodes({ types: ['goal'], order: 'oldest' })
  expect(goals.map(({ evidence }) => evidence.map(({ runId }) => runId))).toEqual([['s.1', 's.2'], ['s.3']])
})
