import { tool } from '@heddle/core'
import { captureRun, captureSink } from '@heddle/graph'
import { expect, test } from 'vitest'
import { graphMaker, shownGraph } from '../new-graph.ts'
import { FAILED, PASSED, edit, scene, shell } from './scripted-agent.ts'

const newGraph = graphMaker()

test('folds repeated edits of a file into one action, and repeated test runs into one outcome', async () => {
  const graph = await newGraph()

  await scene(graph).run(
    'Fix the sum.',
    [
      { toolCalls: [edit('sum.ts', 'one'), edit('sum.ts', 'two'), edit('./other.ts')] },
      { toolCalls: [shell('npm test')] },
      { toolCalls: [shell('npm test')] },
      'It fails.',
    ],
    { bash: [FAILED, FAILED] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Fix the sum.” by user',
    'action “Edit sum.ts” by coder; in sum.ts',
    'action “Edit other.ts” by coder; in other.ts',
    'outcome “Tests failed: npm test” by coder',
    '“Edit other.ts” leads_to “Tests failed: npm test”',
    '“Edit sum.ts” leads_to “Tests failed: npm test”',
    '“Fix the sum.” leads_to “Edit other.ts”',
    '“Fix the sum.” leads_to “Edit sum.ts”',
  ])
  const [outcome] = await graph.nodes({ types: ['outcome'] })
  expect(outcome).toMatchObject({
    description: 'AssertionError: 1 == 2',
    judgement: { kind: 'boolean', probability: 0 },
  })
  expect(outcome?.evidence).toHaveLength(2)
})

test('keeps nothing of reads, searches and other commands', async () => {
  const graph = await newGraph()
  const read = tool({
    name: 'read_file',
    description: 'Reads.',
    input: { type: 'object' },
    execute: () => 'text',
  })

  await scene(graph).run(
    'Where is the sum?',
    [
      { toolCalls: [{ name: 'read_file', input: { path: 'sum.ts' } }, shell('ls'), shell('grep -r sum')] },
      'In sum.ts.',
    ],
    { tools: [read], bash: ['sum.ts\n[exit code 0, 0.0 s]', 'sum.ts\n[exit code 0, 0.0 s]'] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Where is the sum?” by user',
    'outcome “Answered: In sum.ts.” by coder',
    '“Answered: In sum.ts.” answers “Where is the sum?”',
    '“Where is the sum?” leads_to “Answered: In sum.ts.”',
  ])
})

test('rejects the work itself when it is taken back and no decision had been recorded', async () => {
  const graph = await newGraph()

  await scene(graph).run(
    'Fix the sum.',
    [
      { text: "I'll round each number first.", toolCalls: [edit('sum.ts', 'round')] },
      { toolCalls: [shell('npm test')] },
      { toolCalls: [shell('git checkout -- sum.ts')] },
      { toolCalls: [edit('sum.ts', 'integers')] },
      { toolCalls: [shell('npm test')] },
      'Fixed.',
    ],
    { bash: [FAILED, '[no output]\n[exit code 0, 0.0 s]', PASSED] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Fix the sum.” by user',
    'action “Edit sum.ts” by coder; in sum.ts',
    'outcome “Tests failed: npm test” by coder',
    "option “I'll round each number first” by coder; rejected; because tests failed: AssertionError: 1 == 2",
    "revisit “Reconsider: I'll round each number first” by coder; because tests failed: AssertionError: 1 == 2",
    'action “Edit sum.ts” by coder; in sum.ts',
    'outcome “Tests passed: npm test” by coder',
    '“Edit sum.ts” leads_to “Tests failed: npm test”',
    '“Edit sum.ts” leads_to “Tests passed: npm test”',
    '“Fix the sum.” leads_to “Edit sum.ts”',
    "“Fix the sum.” rejected “I'll round each number first”",
    "“I'll round each number first” requires “Edit sum.ts”",
    "“Reconsider: I'll round each number first” leads_to “Edit sum.ts”",
    "“Reconsider: I'll round each number first” revises “I'll round each number first”",
    "“Tests failed: npm test” leads_to “Reconsider: I'll round each number first”",
    '“Tests passed: npm test” answers “Fix the sum.”',
  ])
})

test('takes another try at the same thing for no pivot', async () => {
  const graph = await newGraph()

  await scene(graph).run(
    'Fix the sum.',
    [
      { toolCalls: [edit('sum.ts', 'one')] },
      { toolCalls: [shell('npm test')] },
      { text: 'An off-by-one error; I fix it.', toolCalls: [edit('sum.ts', 'two')] },
      { toolCalls: [shell('npm test')] },
      'Fixed.',
    ],
    { bash: [FAILED, PASSED] },
  )

  expect(await graph.nodes({ types: ['revisit', 'option', 'decision'] })).toEqual([])
})

test('takes up an option again that had been rejected, when the chosen one fails', async () => {
  const graph = await newGraph()
  const options =
    'Option A: keep it in memory\nOption B: keep it in a file\n\nI pick option A since it is quick.'

  await scene(graph).run(
    'Keep the state.',
    [
      { text: options, toolCalls: [edit('state.ts', 'memory')] },
      { toolCalls: [shell('npm test')] },
      { text: 'It is lost at a restart. I am switching to option B.', toolCalls: [edit('state.ts', 'file')] },
      { toolCalls: [shell('npm test')] },
      'Kept.',
    ],
    { bash: [FAILED, PASSED] },
  )

  const lines = await shownGraph(graph)
  expect(lines.filter((line) => /^(option|decision)/.test(line))).toEqual([
    'decision “keep it in memory, not keep it in a file” by coder; superseded; because tests failed: AssertionError: 1 == 2; confidence 46',
    'option “keep it in memory” by coder; rejected; because tests failed: AssertionError: 1 == 2; confidence 33; in state.ts',
    'option “keep it in a file” by coder; chosen; because I am switching to option B; confidence 75; in state.ts',
    'decision “keep it in a file, instead of keep it in memory” by coder; because I am switching to option B; confidence 68',
  ])
  expect(lines).toContain('“keep it in a file, instead of keep it in memory” chosen “keep it in a file”')
})

test('records a plan once, and its changes', async () => {
  const graph = await newGraph()
  const plan = tool({
    name: 'update_plan',
    description: 'Plans.',
    input: { type: 'object' },
    execute: () => 'ok',
  })
  const steps = (...texts: readonly string[]) => ({
    name: 'update_plan',
    input: { steps: texts.map((step, at) => ({ step, status: at === 0 ? 'done' : 'pending' })) },
  })

  await scene(graph).run(
    'Move to ESM.',
    [
      { toolCalls: [steps('change imports', 'change exports')] },
      { toolCalls: [steps('change imports', 'change exports')] },
      { toolCalls: [steps('change imports', 'drop the build')] },
      { toolCalls: [edit('a.ts')] },
      'Done.',
    ],
    { tools: [plan] },
  )

  const [decision, ...others] = await graph.nodes({ types: ['decision'] })
  expect(others).toEqual([])
  expect(decision).toMatchObject({
    title: 'Plan: change imports … (2 steps)',
    description: '1. change imports\n2. drop the build',
  })
  expect(await shownGraph(graph)).toContain('“Plan: change imports … (2 steps)” leads_to “Edit a.ts”')
})

test('records how a run ended that did not reach its goal', async () => {
  const graph = await newGraph()

  await scene(graph).run('Fix the sum.', [{ toolCalls: [edit('sum.ts')] }, { toolCalls: [edit('sum.ts')] }], {
    definition: { limits: { steps: 2 } },
  })

  expect(await shownGraph(graph)).toEqual([
    'goal “Fix the sum.” by user',
    'action “Edit sum.ts” by coder; in sum.ts',
    'outcome “Stopped: limit "steps" reached” by coder',
    '“Edit sum.ts” leads_to “Stopped: limit "steps" reached”',
    '“Fix the sum.” leads_to “Edit sum.ts”',
  ])
})

test('gives a commit its whole hash, and puts it on the work that it holds', async () => {
  const graph = await newGraph()
  const hash = '37456ff0e1d2c3b4a5968778695a4b3c2d1e0f9a'
  const git = (args: readonly string[]): Promise<string> =>
    args.join(' ') === 'rev-parse --verify --quiet 37456ff^{commit}'
      ? Promise.resolve(`${hash}\n`)
      : Promise.reject(new Error('no'))

  await scene(graph, { git }).run(
    'Fix the sum.',
    [{ toolCalls: [edit('sum.ts')] }, { toolCalls: [shell('git commit -am "Sum integers"')] }, 'Done.'],
    { bash: ['[main 37456ff] Sum integers\n 1 file changed\n[exit code 0, 0.0 s]'] },
  )

  expect((await graph.nodes({ commit: hash, order: 'oldest' })).map(({ title }) => title)).toEqual([
    'Edit sum.ts',
    'Commit Sum integers',
  ])
})

test('stays bounded, in memory and in the graph, through a very long run', async () => {
  const graph = await newGraph()
  const turns = Array.from({ length: 40 }, (_none, turn) => ({
    toolCalls: Array.from({ length: 8 }, (_call, at) => edit(`src/${turn * 8 + at}.ts`)),
  }))

  await scene(graph).run('Rename everything.', [...turns, 'Renamed.'], {
    definition: { limits: { steps: 50 } },
  })

  const actions = await graph.nodes({ types: ['action'], order: 'oldest' })
  expect(actions).toHaveLength(24)
  expect(actions.at(-1)?.files).toHaveLength(320 - 23)
})

test('counts the same edit or test run a few times only', async () => {
  const graph = await newGraph()
  const turns = Array.from({ length: 20 }, () => ({ toolCalls: [shell('npm test')] }))

  await scene(graph).run('Test it.', [{ toolCalls: [edit('a.ts')] }, ...turns, 'Tested.'], {
    bash: turns.map(() => PASSED),
    definition: { limits: { steps: 30, repeats: null } },
  })

  const [outcome, ...others] = await graph.nodes({ types: ['outcome'] })
  expect(others).toEqual([])
  expect(outcome?.evidence).toHaveLength(9)
})

test('writes nothing when a batch holds nothing worth keeping, and once when it does', async () => {
  const graph = await newGraph()
  let writes = 0
  const counted = {
    ...graph,
    write: (batch: Parameters<typeof graph.write>[0]) => (writes++, graph.write(batch)),
  }
  const { log, agentFor, runtime } = scene(graph)
  await runtime.advance(1)

  const run = agentFor([{ toolCalls: [shell('ls')] }, { toolCalls: [shell('ls -a')] }, 'Nothing.'], {
    bash: ['a', 'b'],
  })
  await run.run('Look.', { log, runId: 's.1', sinks: [captureSink(counted)] }).result

  // The goal, and how it ended.
  expect(writes).toBe(2)
})

test('says that it needs the log when it hears a run from the middle', async () => {
  const graph = await newGraph()
  const { log, agentFor } = scene(graph)
  const definition = { approval: { review: () => ({ ask: 'sure?' }) } }
  const coder = agentFor([{ toolCalls: [edit('a.ts')] }, 'Done.'], { definition })
  const paused = await coder.run('Edit.', { log, runId: 's.1', sinks: [captureSink(graph)] }).result
  expect(paused.stop.reason).toBe('approval')

  const { sinkErrors } = await coder.resume(log, 's.1', {
    sinks: [captureSink(graph)],
    signal: AbortSignal.abort(),
  }).result

  expect(sinkErrors).toMatchObject([
    { code: 'graph.invalid', message: expect.stringContaining('give captureSink the log') },
  ])
})

test('captures from the log what no sink heard, sub-agents included', async () => {
  const graph = await newGraph()
  const empty = await newGraph()
  const { log, run } = scene(graph)
  await run('Fix the sum.', [{ toolCalls: [edit('sum.ts')] }, { toolCalls: [shell('npm test')] }, 'Fixed.'], {
    bash: [PASSED],
  })

  await captureRun(empty, log, 's.1')
  await captureRun(empty, log, 'unknown')

  expect(await shownGraph(empty)).toEqual(await shownGraph(graph))
})
