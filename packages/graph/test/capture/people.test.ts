import { agentTool, tool } from '@heddle/core'
import type { Run } from '@heddle/core'
import { expect, test } from 'vitest'
import { graphMaker, shownGraph } from '../new-graph.ts'
import { FAILED, PASSED, edit, scene, shell } from './scripted-agent.ts'

const newGraph = graphMaker()

test('records a refused call as an option that was rejected for the person’s reason', async () => {
  const graph = await newGraph()
  const { log, sink, agentFor } = scene(graph)
  const definition = { approval: { review: () => ({ ask: 'it deletes' }) } }
  const clean = agentFor([{ toolCalls: [shell('rm -rf build')] }, 'As you say.'], { definition })

  const run = clean.run('Clean up.', { log, runId: 's.1', sinks: [sink], approvals: 'wait' })
  await answerWith(run, { decision: 'deny', by: 'ada', reason: 'the build takes an hour' })

  expect(await shownGraph(graph)).toEqual([
    'goal “Clean up.” by user',
    'option “Run rm -rf build” by ada; rejected; because ada said no: the build takes an hour',
    'outcome “Answered: As you say.” by coder',
    '“Answered: As you say.” answers “Clean up.”',
    '“Clean up.” leads_to “Answered: As you say.”',
    '“Clean up.” rejected “Run rm -rf build”',
  ])
})

test('records a call that was allowed as an action, although it is no edit', async () => {
  const graph = await newGraph()
  const { log, sink, agentFor } = scene(graph)
  const definition = { approval: { review: () => ({ ask: 'it is public' }) } }
  const publish = agentFor([{ toolCalls: [shell('npm publish')] }, 'Published.'], {
    definition,
    bash: ['+ pkg@1.0.0\n[exit code 0, 1.0 s]'],
  })

  const run = publish.run('Publish it.', { log, runId: 's.1', sinks: [sink], approvals: 'wait' })
  await answerWith(run, { decision: 'allow', by: 'ada' })

  const [action] = await graph.nodes({ types: ['action'] })
  expect(action).toMatchObject({ title: 'Run npm publish', description: 'Allowed by ada.' })
})

test('pays no attention to an answer to something else', async () => {
  const graph = await newGraph()
  const { log, sink, agentFor } = scene(graph)
  const definition = { approval: { review: () => ({ ask: 'it deletes' }) } }
  const run = agentFor([{ toolCalls: [shell('rm -rf build')] }, 'Gone.'], { definition, bash: ['ok'] }).run(
    'Clean up.',
    {
      log,
      runId: 's.1',
      sinks: [sink],
      approvals: 'wait',
    },
  )
  for await (const event of run) {
    if (event.type !== 'approval.requested') continue
    const { approvalId, hash } = event.request
    await run.answer({ approvalId, hash: 'another', decision: 'deny', by: 'eve' })
    await run.answer({ approvalId, hash, decision: 'allow', by: 'ada' })
  }

  expect(await graph.nodes({ types: ['option'] })).toEqual([])
  expect(await graph.nodes({ types: ['action'] })).toMatchObject([{ description: 'Allowed by ada.' }])
})

test('takes what a policy denies for no decision', async () => {
  const graph = await newGraph()
  const definition = { approval: { review: () => ({ deny: 'read-only' }) } }

  await scene(graph).run('Clean up.', [{ toolCalls: [shell('rm -rf build')] }, 'No.'], { definition })

  expect(await graph.nodes({ types: ['option'] })).toEqual([])
})

test('gives up a decision that a person corrects while the run goes on', async () => {
  const graph = await newGraph()
  const { log, sink, agentFor } = scene(graph)
  const options = 'Option A: use moment\nOption B: use plain dates\n\nI choose option A because it is known.'
  const run = agentFor([
    { text: options, toolCalls: [edit('a.ts')] },
    { toolCalls: [edit('a.ts', 'again')] },
    'Done.',
  ]).run('Format dates.', { log, runId: 's.1', sinks: [sink] })
  for await (const event of run) {
    if (event.type === 'tool.started' && event.turn === 1) {
      await run.steer('No, use date-fns instead of moment, please.')
    }
  }

  expect(await shownGraph(graph)).toEqual([
    'goal “Format dates.” by user',
    'decision “use moment, not use plain dates” by coder; superseded; because user said: No, use date-fns instead of moment, please.; confidence 33',
    'option “use moment” by coder; rejected; because user said: No, use date-fns instead of moment, please.; confidence 14; in a.ts',
    'option “use plain dates” by coder; rejected; because coder chose “use moment”: it is known',
    'action “Edit a.ts” by coder; in doubt; in a.ts',
    'decision “Use date-fns” by user; because user said: No, use date-fns instead of moment, please.; in a.ts',
    'action “Edit a.ts” by coder; in a.ts',
    'outcome “Answered: Done.” by coder',
    '“Answered: Done.” answers “Format dates.”',
    '“Edit a.ts” leads_to “Answered: Done.”',
    '“Edit a.ts” leads_to “Answered: Done.”',
    '“Format dates.” leads_to “Use date-fns”',
    '“Format dates.” leads_to “use moment, not use plain dates”',
    '“Use date-fns” requires “Edit a.ts”',
    '“Use date-fns” supersedes “use moment, not use plain dates”',
    '“use moment, not use plain dates” chosen “use moment”',
    '“use moment, not use plain dates” rejected “use plain dates”',
    '“use moment” requires “Edit a.ts”',
  ])
})

test('keeps a remark that decides nothing as an observation', async () => {
  const graph = await newGraph()
  const { log, sink, agentFor } = scene(graph)
  const run = agentFor([{ toolCalls: [edit('a.ts')] }, 'Done.']).run('Format dates.', {
    log,
    runId: 's.1',
    sinks: [sink],
  })
  for await (const event of run) {
    if (event.type !== 'tool.started') continue
    await run.steer('Our users sit in Japan.')
    await run.steer('Format dates.')
    await run.steer('go on')
  }

  expect(await graph.nodes({ types: ['observation'] })).toMatchObject([
    { title: 'user said: Our users sit in Japan.', author: { kind: 'person', name: 'user' } },
  ])
})

test('records what a person chose from an offer, and what not', async () => {
  const graph = await newGraph()
  const human = tool({
    name: 'human',
    description: 'Asks.',
    input: { type: 'object' },
    execute: () => 'PostgreSQL',
  })
  const input = { question: 'Which database?', choices: ['SQLite', 'PostgreSQL'] }

  await scene(graph, { person: 'ada' }).run(
    'Store it.',
    [{ toolCalls: [{ name: 'human', input }] }, { toolCalls: [edit('db.ts')] }, 'Stored.'],
    { tools: [human] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Store it.” by ada',
    'decision “Which database?” by ada; because ada answered: PostgreSQL',
    'option “SQLite” by ada; rejected; because ada answered: PostgreSQL',
    'option “PostgreSQL” by ada; chosen; because ada answered: PostgreSQL; in db.ts',
    'action “Edit db.ts” by coder; in db.ts',
    'outcome “Answered: Stored.” by coder',
    '“Answered: Stored.” answers “Store it.”',
    '“Edit db.ts” leads_to “Answered: Stored.”',
    '“PostgreSQL” requires “Edit db.ts”',
    '“Store it.” leads_to “Which database?”',
    '“Which database?” chosen “PostgreSQL”',
    '“Which database?” rejected “SQLite”',
  ])
})

test('lets a person pick an option that the last answer of the session listed', async () => {
  const graph = await newGraph()
  const { run } = scene(graph)
  const asked = 'There are two ways.\nOption A: keep the map\nOption B: use a database\n\nWhich one?'
  const { messages } = await run('Make it last.', [asked])

  await run('Option B please', [{ toolCalls: [edit('db.ts')] }, 'Done.'], { messages })

  const lines = await shownGraph(graph)
  expect(lines.filter((line) => /^(goal|option|decision)/.test(line))).toEqual([
    'goal “Make it last.” by user',
    'decision “use a database, not keep the map” by coder; because Option B please',
    'option “keep the map” by coder; rejected; because user chose “use a database”: Option B please',
    'option “use a database” by coder; chosen; because Option B please; in db.ts',
  ])
  expect(lines).toContain('“use a database” requires “Edit db.ts”')
})

test('goes on with the goal of the session, or links a new one to it', async () => {
  const graph = await newGraph()
  const { run } = scene(graph)

  const { messages } = await run('Add a cache.', ['Shall I?'])
  await run('Yes, please', ['Done.'], { messages })
  await run('Now write the documentation.', ['Written.'])

  expect((await shownGraph(graph)).filter((line) => /goal|“Add a cache.” leads_to “Now/.test(line))).toEqual([
    'goal “Add a cache.” by user',
    'goal “Now write the documentation.” by user',
    '“Add a cache.” leads_to “Now write the documentation.”',
  ])
  const [goal] = await graph.nodes({ types: ['goal'], order: 'oldest' })
  expect(goal?.evidence).toEqual([
    { runId: 's.1', seq: 1 },
    { runId: 's.2', seq: 1 },
  ])
})

test('puts the work of a sub-agent under an action of its parent, whoever is heard first', async () => {
  const graph = await newGraph()
  const { run, agentFor } = scene(graph)
  const helper = agentFor([{ toolCalls: [edit('a.ts')] }, { toolCalls: [shell('npm test')] }, 'It works.'], {
    bash: [FAILED],
    definition: { name: 'helper' },
  })
  const ask = agentTool(helper, { name: 'helper', description: 'Helps.' })

  await run(
    'Fix it.',
    [
      { toolCalls: [{ name: 'helper', input: { task: 'Look at a.ts.' } }] },
      { toolCalls: [shell('npm test')] },
      'Fixed.',
    ],
    { tools: [ask], bash: [PASSED] },
  )

  expect(await shownGraph(graph)).toEqual([
    'goal “Fix it.” by user',
    'action “Delegated to helper” by helper',
    'action “Edit a.ts” by helper; in a.ts',
    'outcome “Tests failed: npm test” by helper',
    'outcome “helper finished” by helper',
    'outcome “Tests passed: npm test” by coder',
    '“Delegated to helper” leads_to “Edit a.ts”',
    '“Delegated to helper” leads_to “Tests passed: npm test”',
    '“Delegated to helper” leads_to “helper finished”',
    '“Edit a.ts” leads_to “Tests failed: npm test”',
    '“Fix it.” leads_to “Delegated to helper”',
    '“Tests failed: npm test” leads_to “helper finished”',
    '“Tests passed: npm test” answers “Fix it.”',
  ])
  const [delegated] = await graph.nodes({ types: ['action'], order: 'oldest' })
  expect(delegated).toMatchObject({ description: '', session: 's' })
})

/** Answers the first request of a run, and waits for its end. */
async function answerWith(
  run: Run,
  {
    decision,
    by,
    reason,
  }: { readonly decision: 'allow' | 'deny'; readonly by: string; readonly reason?: string },
): Promise<void> {
  for await (const event of run) {
    if (event.type !== 'approval.requested') continue
    const { approvalId, hash } = event.request
    await run.answer({ approvalId, hash, decision, by, ...(reason === undefined ? {} : { reason }) })
  }
}
