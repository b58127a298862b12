import type { DecisionGraph, DoubtNotice, EdgeType, GraphBatch, NewEdge, NodeStatus } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

const SPREADS: readonly EdgeType[] = ['requires', 'blocks', 'supports']

interface State {
  readonly id: string
  readonly confidence: number | null
  readonly status: NodeStatus
}

type Route = readonly { readonly edge: EdgeType; readonly node: string }[]

/** Source and route of every doubt there should be, from the rule alone. */
function naiveDoubts(states: readonly State[], edges: readonly NewEdge[]): Map<string, Map<string, Route>> {
  const doubts = new Map(states.map(({ id }) => [id, new Map<string, Route>()]))
  const isSource = ({ confidence, status }: State): boolean =>
    (confidence !== null && confidence < 50) || status === 'superseded' || status === 'abandoned'
  for (const source of states.filter(isSource)) {
    const routes = new Map<string, Route>([[source.id, []]])
    for (let step = 1; step <= 5; step++) {
      const nearest = edges
        .filter(({ type }) => SPREADS.includes(type ?? 'leads_to'))
        .filter(({ from, to }) => routes.get(from)?.length === step - 1 && !routes.has(to))
        .sort((a, b) => compare(a.from, b.from) || SPREADS.indexOf(a.type!) - SPREADS.indexOf(b.type!))
      for (const { from, to, type } of nearest) {
        if (!routes.has(to)) routes.set(to, [...(routes.get(from) ?? []), { edge: type!, node: to }])
      }
    }
    routes.delete(source.id)
    for (const [id, route] of routes) doubts.get(id)?.set(source.id, route)
  }
  return doubts
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

async function storedDoubts(
  graph: DecisionGraph,
  ids: readonly string[],
): Promise<Map<string, Map<string, Route>>> {
  const nodes = await graph.get(ids)
  return new Map(
    nodes.map(({ id, doubts }) => [id, new Map(doubts.map(({ source, route }) => [source, route] as const))]),
  )
}

const NODES = 6
const ids = Array.from({ length: NODES }, (_, at) => `n${at}`)

/** A change of confidence, of status, or a link that closes no cycle. */
const step: fc.Arbitrary<GraphBatch> = fc.oneof(
  fc
    .record({ id: fc.constantFrom(...ids), confidence: fc.constantFrom(null, 0, 49, 50, 90) })
    .map((change) => ({ changes: [change] })),
  fc
    .record({ id: fc.constantFrom(...ids), status: fc.constantFrom('active', 'superseded', 'abandoned') })
    .map((change) => ({ changes: [change as { id: string; status: NodeStatus }] })),
  fc
    .array(
      fc
        .tuple(fc.nat(NODES - 1), fc.nat(NODES - 1), fc.constantFrom<EdgeType>(...SPREADS, 'leads_to'))
        .filter(([left, right]) => left !== right)
        .map(([left, right, type]) => ({
          from: `n${Math.min(left, right)}`,
          to: `n${Math.max(left, right)}`,
          type,
        })),
      { minLength: 1, maxLength: 8 },
    )
    .map((edges) => ({ edges })),
)

export function doubtContract({ newGraphs, kind }: GraphSubject): void {
  describe('doubt', () => {
    test('is what the rule says, after any writes in any order', async () => {
      const runs = kind === 'sqlite' ? 40 : 8
      const property = fc.asyncProperty(
        fc.array(fc.constantFrom(null, 20, 80), { minLength: NODES, maxLength: NODES }),
        fc.array(step, { maxLength: 12 }),
        async (confidences, steps) => {
          const graph = await newGraphs()()
          const states = new Map<string, State>(
            ids.map((id, at) => [id, { id, confidence: confidences[at] ?? null, status: 'active' }]),
          )
          const edges = new Map<string, NewEdge>()
          await graph.write({ nodes: [...states.values()].map((state) => node(state.id, state)) })

          for (const batch of steps) {
            const before = await storedDoubts(graph, ids)
            const { doubted, cleared } = await graph.write(batch)
            for (const change of batch.changes ?? []) {
              states.set(change.id, { ...states.get(change.id)!, ...(change as Partial<State>) })
            }
            for (const one of batch.edges ?? []) edges.set(JSON.stringify(one), one)

            const after = await storedDoubts(graph, ids)
            expect(after).toEqual(naiveDoubts([...states.values()], [...edges.values()]))
            const sizes = (id: string): [number, number] => [before.get(id)!.size, after.get(id)!.size]
            expect([...doubted].sort()).toEqual(ids.filter((id) => sizes(id)[0] === 0 && sizes(id)[1] > 0))
            expect([...cleared].sort()).toEqual(ids.filter((id) => sizes(id)[0] > 0 && sizes(id)[1] === 0))
          }
        },
      )
      await fc.assert(property, { numRuns: runs })
    })

    test('spreads five steps along what requires, blocks or supports, and keeps the way it came', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'x'].map((id) => node(id, { confidence: 90 })),
        edges: [
          'a>b requires',
          'b>c blocks',
          'c>d supports',
          'd>e requires',
          'e>f requires',
          'f>g requires',
          'a>x',
        ].map(edge),
      })

      const { doubted } = await graph.write({ changes: [{ id: 'a', confidence: 49 }] })

      expect([...doubted].sort()).toEqual(['b', 'c', 'd', 'e', 'f'])
      const [d] = await graph.get(['d'])
      expect(d?.doubts).toEqual([
        {
          source: 'a',
          route: [
            { edge: 'requires', node: 'b' },
            { edge: 'blocks', node: 'c' },
            { edge: 'supports', node: 'd' },
          ],
          atMs: d?.doubts[0]?.atMs,
        },
      ])
    })

    test('goes when its source recovers, as if it had never been there, and stays for another source', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: ['a', 'b', 'c'].map((id) => node(id)),
        edges: ['a>c requires', 'b>c supports'].map(edge),
      })
      const before = await graph.get(['c'])

      await graph.write({
        changes: [
          { id: 'a', confidence: 10 },
          { id: 'b', status: 'superseded' },
        ],
      })
      expect((await graph.get(['c']))[0]?.doubts.map(({ source }) => source)).toEqual(['a', 'b'])

      expect(await graph.write({ changes: [{ id: 'a', confidence: 50 }] })).toMatchObject({ cleared: [] })
      expect(await graph.write({ changes: [{ id: 'b', status: 'active' }] })).toMatchObject({
        cleared: ['c'],
      })
      expect(await graph.get(['c'])).toEqual(before)
    })

    test('comes with a node that is made with little confidence, and with a link that is made later', async () => {
      const graph = await newGraphs()()

      const first = await graph.write({
        nodes: [node('a', { confidence: 10 }), node('b'), node('c')],
        edges: [edge('a>b requires')],
      })
      const second = await graph.write({ edges: [edge('b>c supports')] })

      expect([first.doubted, second.doubted]).toEqual([['b'], ['c']])
      expect(first.nodes[1]?.doubts).toMatchObject([{ source: 'a' }])
    })

    test('is told once to whom it concerns, after it is stored, with the owner and the way', async () => {
      const told: DoubtNotice[][] = []
      const graph = await newGraphs()({ notify: (notices) => told.push([...notices]) })
      await graph.write({
        nodes: [node('a', { confidence: 90 }), node('b', { author: { kind: 'person', name: 'Ada' } })],
        edges: [edge('a>b requires')],
      })

      await graph.write({ changes: [{ id: 'a', confidence: 10 }] })
      await graph.write({
        changes: [
          { id: 'a', confidence: 20 },
          { id: 'b', title: 'Other' },
        ],
      })

      const [b] = await graph.get(['b'])
      expect(told).toEqual([
        [
          {
            node: 'b',
            title: 'Title of b',
            owner: { kind: 'person', name: 'Ada' },
            doubt: b?.doubts[0],
          },
        ],
      ])
    })

    test('follows what another process said of a node a moment ago', async () => {
      const open = newGraphs()
      const [mine, theirs] = [await open(), await open()]
      await mine.write({ nodes: ['a', 'b', 'c'].map((id) => node(id)), edges: [edge('a>b requires')] })
      await theirs.write({ changes: [{ id: 'a', confidence: 10 }] })

      const linked = await mine.write({ edges: [edge('b>c supports')] })
      await theirs.write({ changes: [{ id: 'a', status: 'abandoned', confidence: 90 }] })
      const still = await mine.write({ changes: [{ id: 'a', confidence: 95 }] })

      expect(linked.doubted).toEqual(['c'])
      expect(still.cleared).toEqual([])
      expect((await mine.write({ changes: [{ id: 'a', status: 'active' }] })).cleared).toEqual(['b', 'c'])
    })

    test('is neither new nor gone where one source takes the place of another', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [node('a', { confidence: 10 }), node('b'), node('c')],
        edges: [edge('a>c requires'), edge('b>c requires')],
      })

      const { doubted, cleared } = await graph.write({
        changes: [
          { id: 'a', confidence: 90 },
          { id: 'b', confidence: 10 },
        ],
      })

      expect({ doubted, cleared }).toEqual({ doubted: [], cleared: [] })
      expect(await graph.get(['c'])).toMatchObject([{ doubts: [{ source: 'b' }] }])
    })

    test('spreads from a source whose recovery was refused', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a', { confidence: 10 }), node('b')] })
      const changes = [{ id: 'a', confidence: 90 } as const, { id: 'b', status: 'chosen' } as const]

      await expect(graph.write({ changes })).rejects.toMatchObject({ code: 'graph.invalid' })

      expect((await graph.write({ edges: [edge('a>b requires')] })).doubted).toEqual(['b'])
    })

    test('begins below the threshold that the graph was opened with', async () => {
      const graph = await newGraphs()({ threshold: 30 })

      const written = await graph.write({
        nodes: [node('a', { confidence: 30 }), node('b', { confidence: 29 }), node('c'), node('d')],
        edges: [edge('a>c requires'), edge('b>d requires')],
      })

      expect(written.doubted).toEqual(['d'])
    })

    test('is seen by those who follow the changes, and leaves the time of the last change alone', async () => {
      const graph = await newGraphs()()
      const { rev } = await graph.write({
        nodes: [node('a'), node('b', { createdAtMs: 5 })],
        edges: [edge('a>b requires')],
      })

      await graph.write({ changes: [{ id: 'a', confidence: 10 }] })

      for await (const changes of graph.changes(rev)) {
        expect(changes.map((change) => change.kind === 'node' && change.node.id)).toEqual(['a', 'b'])
        expect(changes[1]).toMatchObject({ node: { updatedAtMs: 5, doubts: [{ source: 'a' }] } })
        break
      }
    })
  })
}
