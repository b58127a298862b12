import { decisionGraph, decisionTools } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { scriptedRuntime } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { openTarget } from '../each-graph.ts'
import { graphMaker, shownGraph } from '../new-graph.ts'
import { FAILED, PASSED, edit, scene, shell } from './scripted-agent.ts'

const newGraph = graphMaker()

const CHOICE =
  'Two ways:\nOption A: Keep it in Redis.\nOption B: Keep it in memory.\nI choose option A because it is shared.'

async function waysOf(graph: DecisionGraph): Promise<string[]> {
  const nodes = await graph.nodes({ types: ['decision', 'option'], order: 'oldest' })
  return nodes.map(({ type, title, status }) => `${type} “${title}” ${status}`)
}

test('tells an option that is taken for the second time from what came of it the first time', async () => {
  const graph = await newGraph()

  const { sinkErrors } = await scene(graph).run(
    'Make a cache.',
    [
      { text: CHOICE, toolCalls: [edit('a.ts', 'one')] },
      { toolCalls: [shell('npm test')] },
      { text: "Let's try a different approach: option B.", toolCalls: [edit('a.ts', 'two')] },
      { toolCalls: [shell('npm test')] },
      { text: "Let's try a different approach: option A.", toolCalls: [edit('a.ts', 'three')] },
      { toolCalls: [shell('npm test')] },
      { text: "Let's try a different approach: option B.", toolCalls: [edit('a.ts', 'four')] },
      { toolCalls: [shell('npm test')] },
      'Done.',
    ],
    { bash: [FAILED, FAILED, FAILED, PASSED] },
  )

  expect(sinkErrors).toEqual([])
  expect(await waysOf(graph)).toEqual([
    'decision “Keep it in Redis, not Keep it in memory” superseded',
    'option “Keep it in Redis” rejected',
    'option “Keep it in memory” rejected',
    'decision “Keep it in memory, instead of Keep it in Redis” superseded',
    'decision “Keep it in Redis, again” superseded',
    'decision “Keep it in memory, again” active',
  ])
})

test('writes all but the link when what came first is said to rest on what came later', async () => {
  const first = { text: CHOICE, toolCalls: [edit('a.ts', 'one')] }
  const tried = await newGraph()
  await scene(tried).run('Make a cache.', [first, 'Done.'])
  const [dropped] = await tried.nodes({ statuses: ['rejected'] })
  const graph = await newGraph()
  const underDropped = { type: 'decision', title: 'Bound it', parent: dropped?.id ?? '' }

  const { sinkErrors } = await scene(graph).run(
    'Make a cache.',
    [
      first,
      { toolCalls: [{ name: 'decision_log', input: underDropped }] },
      { toolCalls: [edit('a.ts', 'two')] },
      { toolCalls: [shell('npm test')] },
      // All that failed came of it already.
      { text: "Let's try a different approach: option B.", toolCalls: [edit('a.ts', 'three')] },
      { toolCalls: [shell('npm test')] },
      'Done.',
    ],
    { bash: [FAILED, PASSED], tools: decisionTools(graph) },
  )

  expect(sinkErrors).toEqual([])
  const shown = await shownGraph(graph)
  expect(shown).toContain('outcome “Tests passed: npm test” by coder')
  expect(shown).toContain('“Reconsider: Bound it” leads_to “Keep it in memory, instead of Bound it”')
  expect(shown).not.toContain('“Keep it in memory, instead of Bound it” chosen “Keep it in memory”')
})

test('does not give up a goal for the option that an agent logged under it', async () => {
  const runtime = scriptedRuntime()
  const db = openTarget(':memory:')
  const graph = await decisionGraph(db, { project: 'test', runtime })
  const { run } = scene(graph)
  const logged = { type: 'option', title: 'Use Redis', status: 'chosen' }

  await run('Make a cache.', [{ toolCalls: [{ name: 'decision_log', input: logged }] }, 'Done.'], {
    tools: decisionTools(graph),
  })
  await run('No, use memory instead.', ['Done.'])

  expect(await graph.nodes({ types: ['goal'] })).toMatchObject([{ status: 'active' }])
  expect(await waysOf(graph)).toEqual(['option “Use Redis” rejected', 'decision “Use memory” active'])
  await db.destroy()
})

test('titles a choice among many ways by their number, and an option by what it says before its dash', async () => {
  const graph = await newGraph()
  const text = [
    'Option A: Keep the sessions in the database that is there — slow.',
    'Option B: Keep the sessions in Redis, which is quick but one more server to run.',
    'Option C: Keep the sessions in signed cookies that nobody can take back.',
    'I choose option A because it is there.',
  ].join('\n')

  await scene(graph).run('Keep sessions.', [text, 'Done.'])

  expect((await waysOf(graph)).slice(0, 2)).toEqual([
    'decision “Keep the sessions in the database that is there, not the 2 other ways” active',
    'option “Keep the sessions in the database that is there” chosen',
  ])
})
