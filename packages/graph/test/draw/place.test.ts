import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EdgeType, GraphEdge } from '@heddle/graph'
import { placeGraph } from '../../src/draw/place.ts'
import type { Box, Drawing } from '../../src/draw/place.ts'
import { sampleEdge, sampleNode, shopGraph } from './sample-graph.ts'

const TYPES: readonly EdgeType[] = ['leads_to', 'chosen', 'rejected', 'requires', 'supports', 'supersedes']

/** Acyclic, because links go from smaller to larger numbers; a back reference goes the other way. */
const subgraphs = fc.integer({ min: 2, max: 60 }).chain((size) =>
  fc.record({
    titles: fc.array(fc.string({ minLength: 1, maxLength: 90 }), { minLength: size, maxLength: size }),
    links: fc.array(
      fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.constantFrom(...TYPES)).filter(([a, b]) => a < b),
      { maxLength: 2 * size },
    ),
  }),
)

function subgraphOf({
  titles,
  links,
}: {
  titles: readonly string[]
  links: readonly [number, number, EdgeType][]
}) {
  const edges = new Map<string, GraphEdge>()
  for (const [a, b, type] of links) {
    const [from, to] = type === 'supersedes' ? [b, a] : [a, b]
    const edge = sampleEdge(`n${from}`, `n${to}`, type)
    edges.set(edge.id, edge)
  }
  return { nodes: titles.map((title, at) => sampleNode(`n${at}`, { title })), edges: [...edges.values()] }
}

/** Pairs of boxes that share more than a border. */
function overlaps(boxes: readonly Box[]): [Box, Box][] {
  return boxes.flatMap((a, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (b) =>
          Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.01 &&
          Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.01,
      )
      .map((b): [Box, Box] => [a, b]),
  )
}

function boxesOf({ nodes, edges }: Drawing): Box[] {
  return [...nodes, ...edges.flatMap(({ label }) => label ?? [])]
}

describe('a drawing', () => {
  test('has no two nodes or labels that overlap, whatever the graph', () => {
    fc.assert(
      fc.property(subgraphs, (graph) => {
        const drawing = placeGraph(subgraphOf(graph))

        expect(overlaps(boxesOf(drawing))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('holds every node and label within its borders', () => {
    const drawing = placeGraph(shopGraph())

    expect(drawing.nodes).toHaveLength(60)
    for (const { x, y, width, height } of boxesOf(drawing)) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(drawing.width)
      expect(y + height).toBeLessThanOrEqual(drawing.height)
    }
  })

  test('puts what came first first, also where a link refers back', () => {
    const old = sampleNode('n1')
    const next = sampleNode('n2')

    const { nodes, edges } = placeGraph({ nodes: [old, next], edges: [sampleEdge('n2', 'n1', 'supersedes')] })

    const [first, second] = nodes
    expect(first?.y).toBeLessThan(second?.y ?? 0)
    // The arrow still points at the old node.
    expect(edges[0]?.points.at(-1)?.y).toBeLessThan(edges[0]?.points[0]?.y ?? 0)
  })

  test('is the same for the same graph', () => {
    expect(placeGraph(shopGraph())).toEqual(placeGraph(shopGraph()))
  })

  test('of a flat tree runs to the right instead of becoming too wide', () => {
    const leaves = Array.from({ length: 30 }, (_, at) => sampleNode(`n${at + 1}`))
    const edges = leaves.map(({ id }) => sampleEdge('n0', id))

    const { width, height } = placeGraph({ nodes: [sampleNode('n0'), ...leaves], edges })

    expect(width).toBeLessThan(height)
  })

  test('of nothing is an empty sheet', () => {
    expect(placeGraph({ nodes: [], edges: [] })).toMatchObject({
      nodes: [],
      edges: [],
      width: 48,
      height: 48,
    })
  })
})
