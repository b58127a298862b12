import { decisionGraph, narrative, pulse, selectSubgraph, writeup } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { describe, expect, test } from 'vitest'
import { onEachDatabase } from '../each-graph.ts'
import { MONDAY_MS, tellStory } from './report-graph.ts'

onEachDatabase((newDatabase) => {
  async function story(): Promise<DecisionGraph> {
    const graph = await decisionGraph(newDatabase()(), { project: 'shop' })
    await tellStory(graph)
    return graph
  }
  const empty = (): Promise<DecisionGraph> => decisionGraph(newDatabase()(), { project: 'shop' })

  describe('a narrative', () => {
    test('of a goal tells all that came of it, by day', async () => {
      const text = await narrative(await story(), { goal: 'goal' })

      expect(text).toBe(
        [
          '# Keep sessions over a restart',
          '',
          '## 2026-03-02',
          '',
          '- 09:00 **goal** Keep sessions over a restart\\',
          '  Nobody logs in twice.',
          '- 09:01 **decision, superseded** Where are sessions kept? (30 %)\\',
          '  Because: its tests failed',
          '- 09:02 **option, chosen** SQLite',
          '- 09:03 **option, rejected** Redis\\',
          '  Because: one more \\*server\\* to run',
          '- 09:04 **action** Write the adapter\\',
          '  Files: `src/sessions.ts`',
          '- 09:05 **outcome** 3 of 41 tests failed (20 %)',
          '- 09:06 **decision** Wait for the lock (85 %)',
          '',
          '## 2026-03-03',
          '',
          '- 09:00 **outcome** 41 tests passed\\',
          '  Commits: `0123456`',
          '',
        ].join('\n'),
      )
    })

    test('of a session tells that session alone', async () => {
      const text = await narrative(await story(), { session: 'tuesday' })

      expect(text).toBe(
        '# Session tuesday\n\n## 2026-03-04\n\n- 11:00 **goal** Ship 1.0\n- 11:01 **observation** Two cores\n',
      )
    })

    test('of nothing says so, and of an unknown goal is refused', async () => {
      const graph = await empty()

      expect(await narrative(graph)).toBe('# Decisions\n\nNothing was recorded.\n')
      await expect(narrative(graph, { goal: 'nope' })).rejects.toMatchObject({ code: 'graph.unknown_node' })
    })
  })

  describe('a pulse', () => {
    test('names what is unfinished, unsure, forgotten and unconnected, and takes it off the health', async () => {
      const graph = await story()

      const found = await pulse(graph, { nowMs: MONDAY_MS + 11 * 86_400_000 })

      const ids = Object.fromEntries(
        Object.entries(found).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map(({ id }: { id: string }) => id).toSorted() : value,
        ]),
      )
      expect(ids).toEqual({
        activeGoals: ['goal', 'idle'],
        recentDecisions: ['redis', 'sqlite', 'wait', 'where'],
        coverageGaps: ['idle'],
        lowConfidence: ['red'],
        uncertain: [],
        stale: ['goal', 'idle', 'wait'],
        orphans: ['stray'],
        health: 100 - 10 - 5 - 3,
      })
    })

    test('tells what is in doubt, and forgets what is not stale yet', async () => {
      const graph = await story()
      await graph.write({ edges: [{ from: 'red', to: 'green', type: 'supports' }] })

      const found = await pulse(graph, { nowMs: MONDAY_MS + 3 * 86_400_000 })

      expect(found.uncertain.map(({ id }) => id)).toEqual(['green'])
      expect(found.stale).toEqual([])
    })

    test('leaves out goals that an outcome answers', async () => {
      const graph = await story()
      await graph.write({ edges: [{ from: 'green', to: 'goal', type: 'answers' }] })

      const found = await pulse(graph, { nowMs: MONDAY_MS + 11 * 86_400_000 })

      expect(found.activeGoals.map(({ id }) => id)).toEqual(['idle'])
      expect(found.stale.map(({ id }) => id).toSorted()).toEqual(['idle', 'wait'])
    })

    test('of an empty graph is in full health', async () => {
      expect(await pulse(await empty(), { nowMs: MONDAY_MS })).toMatchObject({ activeGoals: [], health: 100 })
    })
  })

  describe('a write-up', () => {
    test('tells what was wanted, decided, done and given up, with the reasons', async () => {
      const graph = await story()
      await graph.write({
        nodes: [
          { id: 'how-long', type: 'decision', title: 'How long?', createdAtMs: MONDAY_MS + 7 * 60_000 },
          { id: 'five', type: 'option', title: '5 s', status: 'chosen', createdAtMs: MONDAY_MS + 8 * 60_000 },
          {
            id: 'ever',
            type: 'option',
            title: 'For ever',
            status: 'rejected',
            reason: 'it hangs',
            createdAtMs: MONDAY_MS + 9 * 60_000,
          },
          {
            id: 'file',
            type: 'option',
            title: 'A file',
            status: 'rejected',
            reason: 'two processes',
            createdAtMs: MONDAY_MS + 10 * 60_000,
          },
        ],
        edges: [
          { from: 'goal', to: 'file', type: 'rejected' },
          { from: 'wait', to: 'how-long' },
          { from: 'how-long', to: 'five', type: 'chosen' },
          { from: 'how-long', to: 'ever', type: 'rejected' },
        ],
      })

      const text = await writeup(graph, { goal: 'goal' })

      expect(text).toBe(
        [
          '# Keep sessions over a restart',
          '',
          '## Goals',
          '',
          '- Keep sessions over a restart: Nobody logs in twice.',
          '',
          '## Decisions',
          '',
          '- **Wait for the lock** (85 % sure)',
          '- **How long?**',
          '  - [x] 5 s',
          '  - [ ] For ever (rejected): it hangs',
          '',
          '## Options without a decision',
          '',
          '- [ ] A file (rejected): two processes',
          '',
          '## What was done',
          '',
          '- Write the adapter (`src/sessions.ts`)',
          '',
          '## What came of it',
          '',
          '- 3 of 41 tests failed (20 % sure)',
          '- 41 tests passed (`0123456`)',
          '',
          '## Given up',
          '',
          '- decision, superseded: Where are sessions kept?: its tests failed; instead: Wait for the lock',
          '  - [x] SQLite',
          '  - [ ] Redis (rejected): one more \\*server\\* to run',
          '',
        ].join('\n'),
      )
    })
  })

  describe('a part of a graph', () => {
    test('has the links between its nodes and no others', async () => {
      const { nodes, edges } = await selectSubgraph(await story(), { roots: ['edit'], depth: 1 })

      expect(nodes.map(({ id }) => id)).toEqual(['edit', 'red'])
      expect(edges.map(({ from, to }) => [from, to])).toEqual([['edit', 'red']])
    })

    test('without roots is the newest of the project', async () => {
      const { nodes } = await selectSubgraph(await story(), { limit: 3 })

      expect(nodes.map(({ id }) => id)).toEqual(['green', 'idle', 'stray'])
    })
  })
})
