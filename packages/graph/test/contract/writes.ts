import type { DecisionGraph, GraphNode, NewEdge, NewNode } from '@heddle/graph'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

export function writeContract({ newGraphs }: GraphSubject): void {
  describe('write', () => {
    test('completes a node from the defaults, and gives it an id that sorts by time', async () => {
      const graph = await newGraphs()({ author: { kind: 'person', name: 'Ada' } })

      const first = await graph.write({ nodes: [{ type: 'goal', title: 'Ship it' }] })
      await new Promise((resolve) => setTimeout(resolve, 2))
      const second = await graph.write({ nodes: [{ type: 'goal', title: 'Sell it' }] })

      const written = first.nodes[0] as GraphNode
      expect(written).toEqual({
        id: written.id,
        type: 'goal',
        title: 'Ship it',
        description: '',
        status: 'active',
        reason: '',
        confidence: null,
        judgement: null,
        evidence: [],
        files: [],
        commits: [],
        author: { kind: 'person', name: 'Ada' },
        project: 'loom',
        session: null,
        createdAtMs: written.createdAtMs,
        updatedAtMs: written.createdAtMs,
        doubts: [],
      })
      expect(written.id < (second.nodes[0] as GraphNode).id).toBe(true)
      expect(await graph.get([written.id])).toEqual([written])
    })

    test('keeps every value of a node and of a link', async () => {
      const open = newGraphs()
      const full = node('full', {
        type: 'option',
        title: 'Ünïcode “quotes” 設計 🧵',
        description: 'Line one\nline two; it\'s "quoted" \\ and ${x}',
        status: 'rejected',
        reason: 'too slow',
        confidence: 0,
        judgement: { kind: 'choice', probabilities: { yes: 0.25, no: 0.75 } },
        evidence: [{ runId: 'run_1', seq: 7 }],
        files: ['src/a.ts'],
        commits: ['0123456789abcdef0123456789abcdef01234567'],
        author: { kind: 'person', name: 'Ada' },
        project: 'other',
        session: 's1',
        createdAtMs: 1_700_000_000_000,
      })
      const link = { from: 'q', to: 'full', type: 'rejected', weight: 0.5, rationale: 'measured' } as const

      const written = await (await open()).write({ nodes: [node('q'), full], edges: [link] })

      const reader = await open()
      const expected = { ...full, updatedAtMs: 1_700_000_000_000, doubts: [] }
      expect(written.nodes[1]).toEqual(expected)
      expect(await reader.get(['full'])).toEqual([expected])
      const [stored] = await reader.edges(['full'])
      expect(stored).toEqual({ ...link, id: stored?.id, createdAtMs: stored?.createdAtMs })
      expect(written.edges).toEqual([stored])
    })

    test('replaces what a database cannot keep: a zero character, half of a pair', async () => {
      const graph = await newGraphs()()

      await graph.write({ nodes: [node('a', { title: 'x\0y', description: 'half \ud83d' })] })

      expect(await graph.get(['a'])).toMatchObject([{ title: 'x\uFFFDy', description: 'half \uFFFD' }])
    })

    test('leaves a node and a link that are there as they are, so that a write can be repeated', async () => {
      const graph = await newGraphs()()
      const batch = { nodes: [node('a'), node('b'), node('a')], edges: [edge('a>b'), edge('a>b')] }
      const first = await graph.write(batch)

      const second = await graph.write({
        nodes: [node('a', { title: 'Another' }), node('b')],
        edges: [{ ...edge('a>b'), rationale: 'another' }],
      })

      expect(first.nodes).toHaveLength(3)
      expect(first.edges[0]).toEqual(first.edges[1])
      expect(second.nodes).toEqual(first.nodes.slice(0, 2))
      expect(second.edges).toEqual(first.edges.slice(0, 1))
      expect(await graph.edges(['a'])).toEqual(first.edges.slice(0, 1))
    })

    test('changes what a change names, adds evidence, files and commits once, and keeps the rest', async () => {
      const graph = await newGraphs()()
      const old = { evidence: [{ runId: 'r', seq: 1 }], files: ['a.ts'], description: 'stays' }
      await graph.write({ nodes: [node('a', { ...old, createdAtMs: 5 })] })

      const { changed } = await graph.write({
        changes: [
          {
            id: 'a',
            title: 'New',
            evidence: [
              { runId: 'r', seq: 1 },
              { runId: 'r', seq: 2 },
            ],
          },
          { id: 'a', files: ['b.ts', 'a.ts'], status: 'abandoned', reason: 'no use' },
        ],
      })

      const now = changed[1] as GraphNode
      expect(changed[0]).toEqual(now)
      expect(await graph.get(['a'])).toEqual([now])
      expect(now).toMatchObject({
        title: 'New',
        description: 'stays',
        evidence: [
          { runId: 'r', seq: 1 },
          { runId: 'r', seq: 2 },
        ],
        files: ['a.ts', 'b.ts'],
        status: 'abandoned',
        reason: 'no use',
        createdAtMs: 5,
      })
      expect(now.updatedAtMs).toBeGreaterThan(5)
    })

    test('keeps the history of a confidence with what moved it', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [node('a', { confidence: 80, createdAtMs: 1 }), node('b'), node('c', { confidence: 9 })],
      })

      await graph.write({
        changes: [
          { id: 'a', confidence: 60, because: 'a test failed' },
          { id: 'b', confidence: 70 },
        ],
      })
      await graph.write({
        changes: [
          { id: 'a', confidence: 60, because: 'the same again' },
          { id: 'a', confidence: null },
        ],
      })

      const told = async (id: string): Promise<unknown> =>
        (await graph.confidenceHistory(id)).map(({ confidence, because }) => [confidence, because])
      expect(await told('a')).toEqual([
        [80, ''],
        [60, 'a test failed'],
        [null, ''],
      ])
      expect((await graph.confidenceHistory('a'))[0]?.atMs).toBe(1)
      expect(await told('b')).toEqual([[70, '']])
      expect(await told('c')).toEqual([[9, '']])
      expect(await told('nobody')).toEqual([])
    })

    test('refuses values outside their ranges, and writes nothing of the batch', async () => {
      const graph = await newGraphs()()
      const cases: [string, NewNode][] = [
        ['a title of two lines', node('x', { title: 'a\nb' })],
        ['an empty title', node('x', { title: ' ' })],
        ['a title that is too long', node('x', { title: 'a'.repeat(501) })],
        ['a confidence above 100', node('x', { confidence: 101 })],
        ['a broken confidence', node('x', { confidence: 49.5 })],
        ['a rejection without a reason', node('x', { type: 'option', status: 'rejected', reason: ' ' })],
        ['a chosen decision', node('x', { type: 'decision', status: 'chosen' })],
        ['an unknown type', node('x', { type: 'whim' as 'goal' })],
        ['an unknown status', node('x', { status: 'lost' as 'active' })],
        ['an id with a space', node('a b')],
        [
          'probabilities that add up to 2',
          node('x', { judgement: { kind: 'choice', probabilities: { a: 1, b: 1 } } }),
        ],
        ['a score out of its range', node('x', { judgement: { kind: 'score', score: 11, min: 0, max: 10 } })],
        ['evidence before the first event', node('x', { evidence: [{ runId: 'r', seq: 0 }] })],
      ]

      for (const [what, bad] of cases) {
        const refused = graph.write({ nodes: [node('good'), bad] })

        await expect(refused, what).rejects.toMatchObject({ code: 'graph.invalid', retryable: false })
      }
      expect(await graph.nodes()).toEqual([])
    })

    test('refuses links that cannot be, and writes nothing of the batch', async () => {
      const graph = await newGraphs()()
      const cases: [string, NewEdge[], string][] = [
        ['a link to nobody', [edge('a>nobody')], 'graph.unknown_node'],
        ['a link of no weight', [{ ...edge('a>b'), weight: 0 }], 'graph.invalid'],
        ['a choice of something that is no option', [edge('a>b chosen')], 'graph.invalid'],
        ['a link from a node to itself', [edge('a>a')], 'graph.cycle'],
        ['an unknown type', [edge('a>b likes')], 'graph.invalid'],
      ]

      for (const [what, edges, code] of cases) {
        const batch = { nodes: [node('a'), node('b')], edges: [edge('a>b enables'), ...edges] }
        await expect(graph.write(batch), what).rejects.toMatchObject({ code })
      }

      expect(await graph.nodes()).toEqual([])
      expect((await graph.write({ nodes: [node('a'), node('b')] })).nodes).toHaveLength(2)
      expect(await graph.walk('a', { types: ['enables', 'leads_to'] })).toEqual([])
    })

    test('refuses a change of nobody', async () => {
      const graph = await newGraphs()()

      const refused = graph.write({ nodes: [node('a')], changes: [{ id: 'nobody', title: 'x' }] })

      await expect(refused).rejects.toMatchObject({ code: 'graph.unknown_node' })
      expect(await graph.get(['a'])).toEqual([])
    })

    test('refuses a change after which the values do not go together', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [node('a', { type: 'option', confidence: 10 }), node('b')],
        edges: [edge('a>b requires')],
      })

      const refused = graph.write({
        changes: [
          { id: 'a', confidence: 90 },
          { id: 'a', status: 'rejected' },
        ],
      })

      await expect(refused).rejects.toMatchObject({ code: 'graph.invalid' })
      expect(await graph.get(['a', 'b'])).toMatchObject([{ confidence: 10 }, { doubts: [{ source: 'a' }] }])
      // What was refused left nothing in memory either.
      expect((await graph.write({ edges: [edge('a>b supports')] })).cleared).toEqual([])
    })

    test('refuses a cycle with the path it would close, across types, batches and those who refer back', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [node('a', { title: 'Plan' }), node('b', { title: 'Build' }), node('c', { title: 'Rebuild' })],
        edges: [edge('a>b requires'), edge('c>b supersedes')],
      })

      const refused = graph.write({ edges: [edge('c>a leads_to')] })

      await expect(refused).rejects.toMatchObject({ code: 'graph.cycle', retryable: false })
      await expect(refused).rejects.toThrow('"Rebuild" → "Plan" → "Build" → "Rebuild"')
      expect(await graph.edges(['c'])).toHaveLength(1)
      await expect(graph.write({ edges: [edge('a>c answers')] })).rejects.toMatchObject({
        code: 'graph.cycle',
      })
      expect((await graph.write({ edges: [edge('a>c leads_to'), edge('c>b revises')] })).edges).toHaveLength(
        2,
      )
    })

    test('lets many write at once, on connections of their own, and numbers their revisions without a gap', async () => {
      const open = newGraphs()
      const graphs = await Promise.all(['p', 'q', 'r'].map((project) => open({ project })))

      const written = await Promise.all(
        Array.from({ length: 30 }, (_, at) =>
          (graphs[at % 3] as DecisionGraph).write({
            nodes: [node(`n${at}`), node('shared')],
            edges: [edge(`shared>n${at}`)],
          }),
        ),
      )

      const revs = written.map(({ rev }) => rev).sort((left, right) => left - right)
      expect(revs).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
      for (const graph of graphs) {
        expect(await graph.walk('shared')).toHaveLength(30)
        expect(await graph.nodes({ project: '*' })).toHaveLength(31)
      }
    })
  })
}
