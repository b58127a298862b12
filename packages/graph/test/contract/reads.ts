import type { NodeFilter } from '@heddle/graph'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

export function readContract({ newGraphs }: GraphSubject): void {
  describe('reading', () => {
    test('gives nodes in the order of the ids, and leaves out who is not there', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a'), node('b')] })

      const found = await graph.get(['b', 'nobody', 'a', 'b'])

      expect(found.map(({ id }) => id)).toEqual(['b', 'a', 'b'])
    })

    test('finds nodes by any filter', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [
          node('a', { type: 'goal', session: 's1', files: ['src/a.ts'], createdAtMs: 1 }),
          node('b', { type: 'option', status: 'rejected', reason: 'r', commits: ['c0ffee'], createdAtMs: 2 }),
          node('c', {
            confidence: 40,
            session: 's1',
            evidence: [
              { runId: 'run_2', seq: 1 },
              { runId: 'run_2', seq: 2 },
            ],
            createdAtMs: 3,
          }),
          node('d', {
            status: 'superseded',
            evidence: [{ runId: 'run_2', seq: 9 }],
            author: { kind: 'person', name: 'Ada' },
            createdAtMs: 4,
          }),
          node('z', { project: 'other', createdAtMs: 5 }),
        ],
        edges: [edge('c>d requires')],
      })

      const cases: [NodeFilter, string[]][] = [
        [{}, ['d', 'c', 'b', 'a']],
        [{ order: 'oldest' }, ['a', 'b', 'c', 'd']],
        [{ limit: 2 }, ['d', 'c']],
        [{ types: ['goal', 'option'] }, ['b', 'a']],
        [{ types: [] }, []],
        [{ statuses: ['rejected'] }, ['b']],
        [{ types: ['action'], statuses: ['active'] }, ['c']],
        [{ session: 's1' }, ['c', 'a']],
        [{ author: 'Ada' }, ['d']],
        [{ maxConfidence: 40 }, ['c']],
        [{ isUncertain: true }, ['d']],
        [{ isUncertain: false, limit: 1 }, ['c']],
        [{ file: 'src/a.ts' }, ['a']],
        [{ commit: 'c0ffee' }, ['b']],
        [{ runId: 'run_2' }, ['d', 'c']],
        [{ sinceMs: 3 }, ['d', 'c']],
        [{ updatedBeforeMs: 3 }, ['b', 'a']],
        [{ project: 'other' }, ['z']],
        [{ project: '*', limit: 1 }, ['z']],
      ]

      for (const [filter, ids] of cases) {
        const found = await graph.nodes(filter)
        expect([filter, found.map(({ id }) => id)]).toEqual([filter, ids])
      }
    })

    test('refuses a limit that is none', async () => {
      const graph = await newGraphs()()

      for (const limit of [0, 1.5, 10_001]) {
        await expect(graph.nodes({ limit })).rejects.toMatchObject({ code: 'graph.invalid' })
        await expect(graph.search('x', { limit })).rejects.toMatchObject({ code: 'graph.invalid' })
      }
    })

    test('finds a node by what a change added', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a')] })

      await graph.write({ changes: [{ id: 'a', commits: ['beef'], evidence: [{ runId: 'run_9', seq: 3 }] }] })

      expect(await graph.nodes({ commit: 'beef', runId: 'run_9' })).toMatchObject([{ id: 'a' }])
    })

    test('gives the links of nodes, each once, by creation', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: ['a', 'b', 'c', 'd'].map((id) => node(id)) })
      for (const text of ['b>c', 'a>b', 'c>d', 'a>b supports']) await graph.write({ edges: [edge(text)] })

      const links = await graph.edges(['a', 'b'])

      expect(links.map(({ from, to, type }) => `${from}>${to} ${type}`)).toEqual([
        'b>c leads_to',
        'a>b leads_to',
        'a>b supports',
      ])
      expect(await graph.edges([])).toEqual([])
    })
  })
}
