import { narrative, pulse, selectSubgraph, writeup } from '@heddle/graph'
import type { DecisionGraph, NewNode } from '@heddle/graph'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()
const AT_MS = Date.UTC(2026, 0, 1)

/** What one event made: ids say nothing of the order. */
const MOMENT: readonly NewNode[] = [
  { id: 'z-goal', type: 'goal', title: 'Keep sessions', createdAtMs: AT_MS },
  { id: 'y-question', type: 'decision', title: 'Where', createdAtMs: AT_MS },
  { id: 'b-option', type: 'option', title: 'Redis', createdAtMs: AT_MS },
  { id: 'a-option', type: 'option', title: 'SQLite', createdAtMs: AT_MS },
  { id: 'c-first', type: 'action', title: 'First', createdAtMs: AT_MS, evidence: [{ runId: 'r', seq: 9 }] },
  {
    id: 'b-second',
    type: 'action',
    title: 'Second',
    createdAtMs: AT_MS,
    evidence: [{ runId: 'r', seq: 10 }],
  },
]

async function narrated(graph: DecisionGraph): Promise<string[]> {
  const text = await narrative(graph)
  return text.split('\n').flatMap((line) => /\*\* (.*)$/.exec(line)?.[1] ?? [])
}

test('tells what one moment made in the order of its events, what led to something before it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...MOMENT], { minLength: 6 }), async (nodes) => {
      const graph = await newGraph()
      await graph.write({
        nodes,
        edges: [
          { from: 'y-question', to: 'a-option' },
          { from: 'y-question', to: 'b-option' },
          { from: 'z-goal', to: 'y-question' },
          // What is answered came first, wherever the arrow points.
          { from: 'b-second', to: 'z-goal', type: 'answers' },
        ],
      })

      expect(await narrated(graph)).toEqual(['Keep sessions', 'Where', 'SQLite', 'Redis', 'First', 'Second'])
    }),
    { numRuns: 10 },
  )
})

test('names the decision that took the place of another, not the thought about it', async () => {
  const graph = await newGraph()
  await graph.write({
    nodes: [
      { id: 'old', type: 'decision', title: 'Poll', status: 'superseded', reason: 'load', createdAtMs: 1 },
      { id: 'thought', type: 'revisit', title: 'Reconsider: Poll', createdAtMs: 2 },
      { id: 'new', type: 'decision', title: 'Push', createdAtMs: 3 },
    ],
    edges: [
      { from: 'thought', to: 'old', type: 'revises' },
      { from: 'new', to: 'old', type: 'supersedes' },
    ],
  })

  expect(await writeup(graph)).toContain('- decision, superseded: Poll: load; instead: Push')
})

test('does not tell the same work twice, nor code as prose', async () => {
  const graph = await newGraph()
  const work = { type: 'action', files: ['src/a.ts'], description: 'const a = 1' } as const
  await graph.write({
    nodes: [
      { ...work, title: 'Edit src/a.ts' },
      { ...work, title: 'Edit src/a.ts' },
      { type: 'action', title: 'Asked Ada', description: 'She knows.' },
    ],
  })

  const [told, text] = [await narrative(graph), await writeup(graph)]

  expect(text.match(/^- Edit.*$/gm)).toEqual(['- Edit src/a.ts'])
  expect(told).not.toContain('const a')
  expect(told).toContain('She knows.')
})

test('counts at most twenty off the health for low confidence', async () => {
  const graph = await newGraph()
  const ids = Array.from({ length: 9 }, (_none, at) => `o${at}`)
  await graph.write({
    nodes: [
      { id: 'goal', type: 'goal', title: 'Ship' },
      ...ids.map((id) => ({ id, type: 'outcome', title: id, confidence: 10 }) as const),
    ],
    edges: ids.map((to) => ({ from: 'goal', to })),
  })

  expect(await pulse(graph)).toMatchObject({ health: 80, lowConfidence: { length: 9 } })
})

test('cuts a part of a graph to its newest nodes, also below a root', async () => {
  const graph = await newGraph()
  await graph.write({
    nodes: ['a', 'b', 'c'].map((id, at) => ({ id, type: 'action', title: id, createdAtMs: at })),
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ],
  })

  const { nodes, edges } = await selectSubgraph(graph, { roots: ['a'], limit: 2 })

  expect(nodes.map(({ id }) => id)).toEqual(['b', 'c'])
  expect(edges).toMatchObject([{ from: 'b', to: 'c' }])
})
