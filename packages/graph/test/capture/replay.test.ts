import { memoryRunLog } from '@heddle/core'
import type { DurableEvent, RunRef } from '@heddle/core'
import { captureRun, captureSink, decisionGraph } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onEachDatabase } from '../each-graph.ts'
import { graphMaker, shownGraph } from '../new-graph.ts'
import { FAILED, PASSED, edit, scene, shell } from './scripted-agent.ts'
import type { Scene } from './scripted-agent.ts'

const newGraph = graphMaker()
const RUN: RunRef = { runId: 's.2', parent: null, agent: 'coder' }

/** Two runs of a session: the second one corrects the first, fails, changes course and commits. */
async function recorded(graph: DecisionGraph): Promise<Scene> {
  const told = scene(graph)
  const options =
    'Option A: keep it in memory\nOption B: keep it in a file\n\nI pick option A since it is quick.'
  const { messages } = await told.run('Keep the state.', [
    { text: options, toolCalls: [edit('state.ts')] },
    'Kept.',
  ])
  await told.run(
    'No, use a database instead of memory.',
    [
      { text: "I'll use the database.", toolCalls: [edit('state.ts', 'a'), edit('db.ts', 'b')] },
      { toolCalls: [shell('npm test')] },
      { text: 'It is locked. A different way: use one connection.', toolCalls: [edit('db.ts', 'c')] },
      { toolCalls: [shell('npm test')] },
      { toolCalls: [shell('git commit -am "Keep the state"')] },
      'Kept in a database.',
    ],
    { messages, bash: [FAILED, PASSED, '[main 37456ff] Keep the state\n[exit code 0, 0.0 s]'] },
  )
  return told
}

/** All that a reader of the graph may see, but for times of writing. */
async function everything(graph: DecisionGraph): Promise<unknown> {
  const nodes = await graph.nodes({ order: 'oldest' })
  const edges = await graph.edges(nodes.map(({ id }) => id))
  const history = await Promise.all(nodes.map(({ id }) => graph.confidenceHistory(id)))
  return {
    nodes: nodes.map(({ updatedAtMs: _updated, doubts, ...node }) => ({ ...node, doubts: doubts.length })),
    edges: edges.map(({ id, rationale }) => `${id} ${rationale}`).sort(),
    history: history.map((entries) => entries.map(({ confidence, because }) => `${confidence} ${because}`)),
  }
}

test('gives the same graph however the events are cut into batches, and wherever the process died', async () => {
  const first = await newGraph()
  const { log } = await recorded(first)
  const expected = await everything(first)
  const events: DurableEvent[] = await Array.fromAsync(log.read('s.2'))

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), dies: fc.boolean(), hears: fc.boolean() }), {
        minLength: events.length,
        maxLength: events.length,
      }),
      async (cuts) => {
        const graph = await newGraph()
        await captureRun(graph, log, 's.1')
        let sink = captureSink(graph, { log })
        let at = 0
        for (const { size, dies, hears } of cuts) {
          const batch = events.slice(at, at + size)
          at += size
          // A process that dies has stored the batch, and perhaps told it; what a sink does not hear, another
          // process has driven.
          if (batch.length > 0 && hears) await sink.write(batch, RUN)
          if (dies) sink = captureSink(graph, { log })
        }
        await captureRun(graph, log, 's.2')
        expect(await everything(graph)).toEqual(expected)
      },
    ),
    { numRuns: 12 },
  )
})

test('changes nothing of what a person changed since, when a run is read again', async () => {
  const graph = await newGraph()
  const { log } = await recorded(graph)
  const [option] = await graph.nodes({ types: ['option'], statuses: ['rejected'], order: 'oldest' })
  await graph.write({
    changes: [{ id: option?.id ?? '', status: 'active', reason: 'worth a second look', confidence: 80 }],
  })
  const before = await everything(graph)

  await captureRun(graph, log, 's.1')
  await captureRun(graph, log, 's.2')

  expect(await everything(graph)).toEqual(before)
})

onEachDatabase((newDatabase) => {
  test('corrects, in the next run of a session, what the one before had decided', async () => {
    const graph = await decisionGraph(newDatabase()(), { project: 'test' })
    const { log } = await recorded(graph)
    await captureRun(graph, log, 's.2')

    expect((await shownGraph(graph)).filter((line) => /^(goal|option|decision|revisit)/.test(line))).toEqual([
      'goal “Keep the state.” by user',
      'decision “keep it in memory, not keep it in a file” by coder; superseded; because user said: No, use a database instead of memory.; confidence 33',
      'option “keep it in memory” by coder; rejected; because user said: No, use a database instead of memory.; confidence 14; in state.ts',
      'option “keep it in a file” by coder; rejected; because coder chose “keep it in memory”: it is quick',
      'decision “Use a database” by user; superseded; because tests failed: AssertionError: 1 == 2; confidence 33; in state.ts, db.ts',
      'revisit “Reconsider: Use a database” by coder; because tests failed: AssertionError: 1 == 2',
      'decision “Use one connection” by coder; confidence 75; in db.ts',
    ])
  })
})

test('captures an unknown run, or an empty log, as nothing', async () => {
  const graph = await newGraph()

  await captureRun(graph, memoryRunLog(), 's.1')

  expect(await graph.nodes()).toEqual([])
})
