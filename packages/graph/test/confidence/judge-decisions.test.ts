import { judgeDecisions } from '@heddle/graph'
import type { DecisionGraph, Finding } from '@heddle/graph'
import { expect, test } from 'vitest'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()

/** goal → decision ⇢ option → action, and a later decision after a revisit. */
async function chain(graph: DecisionGraph): Promise<void> {
  await graph.write({
    nodes: [
      { id: 'goal', type: 'goal', title: 'Keep it small' },
      { id: 'decision', type: 'decision', title: 'Which way?' },
      { id: 'option', type: 'option', title: 'First in, first out', status: 'chosen' },
      { id: 'other', type: 'option', title: 'Ask again', status: 'rejected', reason: 'slow' },
      { id: 'action', type: 'action', title: 'Edit' },
      { id: 'outcome', type: 'outcome', title: 'Tests failed' },
      { id: 'revisit', type: 'revisit', title: 'Reconsider' },
      { id: 'next', type: 'decision', title: 'Least recently used' },
      { id: 'fix', type: 'action', title: 'Edit again' },
    ],
    edges: [
      { from: 'goal', to: 'decision' },
      { from: 'decision', to: 'option', type: 'chosen' },
      { from: 'decision', to: 'other', type: 'rejected' },
      { from: 'option', to: 'action', type: 'requires' },
      { from: 'action', to: 'outcome' },
      { from: 'outcome', to: 'revisit' },
      { from: 'revisit', to: 'next' },
      { from: 'next', to: 'fix', type: 'requires' },
    ],
  })
}

const failed: Finding = {
  verdict: 'failed',
  about: ['action'],
  because: 'Tests failed: npm test',
  seenAt: { evidence: { runId: 'r', seq: 7 } },
}

test('moves what the work rests on, less with each step, and nothing else', async () => {
  const graph = await newGraph()
  await chain(graph)

  const changes = await judgeDecisions(graph, [failed])

  const common = { because: 'Tests failed: npm test', evidence: [{ runId: 'r', seq: 7 }] }
  expect(changes).toEqual([
    { id: 'option', confidence: 33, ...common },
    { id: 'decision', confidence: 46, ...common },
  ])
})

test('does not go beyond the outcome that led to another way', async () => {
  const graph = await newGraph()
  await chain(graph)

  const changes = await judgeDecisions(graph, [{ ...failed, verdict: 'passed', about: ['fix'] }])

  expect(changes.map(({ id, confidence }) => [id, confidence])).toEqual([['next', 75]])
})

test('changes nothing when a finding is judged a second time', async () => {
  const graph = await newGraph()
  await chain(graph)
  await graph.write({ changes: await judgeDecisions(graph, [failed]) })

  expect(await judgeDecisions(graph, [failed])).toEqual([])
  const again = { ...failed, seenAt: { evidence: { runId: 'r', seq: 9 } } }
  expect((await judgeDecisions(graph, [again])).map(({ confidence }) => confidence)).toEqual([14, 33])
})

test('adds up findings of one batch', async () => {
  const graph = await newGraph()
  await chain(graph)
  const passed: Finding = { ...failed, verdict: 'passed', seenAt: { evidence: { runId: 'r', seq: 9 } } }

  const changes = await judgeDecisions(graph, [failed, passed])

  expect(changes.map(({ id, confidence }) => [id, confidence])).toEqual([
    ['option', 33],
    ['decision', 46],
    ['option', 50],
    ['decision', 55],
  ])
})

test('casts doubt on what rests on a decision that fell, and clears it when it recovers', async () => {
  const graph = await newGraph()
  await chain(graph)
  const doubtsOf = async (): Promise<number | undefined> => (await graph.get(['action']))[0]?.doubts.length

  await graph.write({ changes: await judgeDecisions(graph, [failed]) })
  const after = await doubtsOf()
  const passed: Finding = { ...failed, verdict: 'passed', seenAt: { evidence: { runId: 'r', seq: 9 } } }
  await graph.write({ changes: await judgeDecisions(graph, [passed]) })

  expect([after, await doubtsOf()]).toEqual([1, 0])
  expect(
    (await graph.confidenceHistory('option')).map(({ confidence, because }) => [confidence, because]),
  ).toEqual([
    [33, 'Tests failed: npm test'],
    [50, 'Tests failed: npm test'],
  ])
})

test('leaves alone what was given up', async () => {
  const graph = await newGraph()
  await chain(graph)
  await graph.write({
    changes: [
      { id: 'option', status: 'rejected', reason: 'tests failed' },
      { id: 'decision', status: 'superseded' },
    ],
  })

  expect(await judgeDecisions(graph, [failed])).toEqual([])
})

test('does not reach further back than two decisions behind the one that is judged', async () => {
  const graph = await newGraph()
  const ids = ['far', 'three', 'two', 'one']
  await graph.write({
    nodes: [
      ...ids.map((id) => ({ id, type: 'decision', title: id }) as const),
      { id: 'work', type: 'action', title: 'Edit' },
    ],
    edges: [...ids, 'work'].slice(1).map((to, at) => ({ from: ids[at] ?? '', to, type: 'requires' })),
  })

  const changes = await judgeDecisions(graph, [{ ...failed, about: ['work'] }])

  expect(changes.map(({ id }) => id)).toEqual(['one', 'two', 'three'])
})
