import type { EdgeType, NewEdge, WalkOptions } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

const TYPES: readonly EdgeType[] = ['leads_to', 'requires', 'supports', 'supersedes', 'answers']
const FORWARD: readonly EdgeType[] = ['leads_to', 'requires', 'supports']

/** Links that close no cycle: what comes first has the smaller number. */
function links(nodes: number): fc.Arbitrary<NewEdge[]> {
  const link = fc
    .tuple(fc.nat(nodes - 1), fc.nat(nodes - 1), fc.constantFrom(...TYPES))
    .filter(([left, right]) => left !== right)
    .map(([left, right, type]): NewEdge => {
      const [early, late] = [`n${Math.min(left, right)}`, `n${Math.max(left, right)}`]
      return FORWARD.includes(type) ? { from: early, to: late, type } : { from: late, to: early, type }
    })
  return fc.array(link, { minLength: nodes, maxLength: nodes * 4 })
}

const options: fc.Arbitrary<WalkOptions> = fc.record(
  {
    direction: fc.constantFrom('down', 'up'),
    types: fc.subarray([...TYPES], { minLength: 3 }),
    depth: fc.integer({ min: 1, max: 6 }),
  },
  { requiredKeys: [] },
)

/** The same, the slow way. */
function naiveWalk(edges: readonly NewEdge[], start: string, options: WalkOptions): Map<string, number> {
  const { direction = 'down', types = [...FORWARD], depth = 5 } = options
  const depths = new Map([[start, 0]])
  for (let step = 1; step <= depth; step++) {
    for (const { from, to, type = 'leads_to' } of edges) {
      const [here, there] = direction === 'down' ? [from, to] : [to, from]
      if (types.includes(type) && depths.get(here) === step - 1 && !depths.has(there)) depths.set(there, step)
    }
  }
  depths.delete(start)
  return depths
}

/** All ways without a node twice, by length. */
function naivePaths(edges: readonly NewEdge[], [from, to]: [string, string], options: WalkOptions): string[] {
  const { direction = 'down', types = [...FORWARD], depth = 10 } = options
  const found: string[] = []
  const go = (here: string, way: readonly string[], seen: readonly string[]): void => {
    if (here === to && way.length > 0) return void found.push(way.join(' '))
    if (way.length === depth) return
    for (const one of edges) {
      const [start, end] = direction === 'down' ? [one.from, one.to] : [one.to, one.from]
      if (start !== here || seen.includes(end) || !types.includes(one.type ?? 'leads_to')) continue
      go(end, [...way, nameOf(one)], [...seen, end])
    }
  }
  go(from, [], [from])
  return found
}

function nameOf({ from, to, type }: NewEdge): string {
  return `${from}>${to}:${type}`
}

function stepsOf(path: string): number {
  return path.split(' ').length
}

export function walkContract({ newGraphs, kind }: GraphSubject): void {
  const runs = kind === 'sqlite' ? 30 : 8

  describe('walk', () => {
    test('comes to what a naive walk comes to, at the same depths, nearest first', async () => {
      const property = fc.asyncProperty(
        fc.integer({ min: 2, max: 12 }).chain(links),
        options,
        async (edges, rules) => {
          const graph = await newGraphs()()
          await graph.write({ nodes: Array.from({ length: 12 }, (_, at) => node(`n${at}`)), edges })

          for (const start of ['n0', 'n5', 'n11']) {
            const steps = await graph.walk(start, rules)

            expect(new Map(steps.map(({ id, depth }) => [id, depth]))).toEqual(naiveWalk(edges, start, rules))
            expect(steps.map(({ depth }) => depth)).toEqual(
              steps.map(({ depth }) => depth).sort((left, right) => left - right),
            )
          }
        },
      )
      await fc.assert(property, { numRuns: runs })
    })

    test('comes nowhere from nobody, and refuses a depth of nothing', async () => {
      const graph = await newGraphs()()

      expect(await graph.walk('nobody')).toEqual([])
      await expect(graph.walk('nobody', { depth: 0 })).rejects.toMatchObject({ code: 'graph.invalid' })
    })

    test('sees all of a large graph that somebody else wrote', async () => {
      const open = newGraphs()
      const size = 5_500
      await (
        await open()
      ).write({
        nodes: Array.from({ length: size }, (_, at) => node(`n${at}`)),
        edges: Array.from({ length: size - 1 }, (_, at) => edge(`n${Math.floor(at / 100)}>n${at + 1}`)),
      })

      expect(await (await open()).walk('n0')).toHaveLength(size - 1)
    })

    test('sees what others wrote a moment ago', async () => {
      const open = newGraphs()
      const [mine, theirs] = [await open(), await open()]
      await mine.write({ nodes: [node('a'), node('b')], edges: [edge('a>b')] })
      expect(await theirs.walk('a')).toEqual([{ id: 'b', depth: 1 }])

      await theirs.write({ nodes: [node('c')], edges: [edge('b>c')] })

      expect(await mine.walk('a')).toEqual([
        { id: 'b', depth: 1 },
        { id: 'c', depth: 2 },
      ])
    })
  })

  describe('paths', () => {
    test('are those of a naive search, the shortest first, and at most as many as are asked for', async () => {
      const property = fc.asyncProperty(fc.constant(4).chain(links), options, async (edges, rules) => {
        const graph = await newGraphs()()
        const unique = [...new Map(edges.map((one) => [nameOf(one), one])).values()]
        await graph.write({ nodes: Array.from({ length: 4 }, (_, at) => node(`n${at}`)), edges })

        const all = await graph.paths('n0', 'n3', { ...rules, limit: 10_000 })
        const few = await graph.paths('n0', 'n3', { ...rules, limit: 2 })

        const names = all.map((path) => path.map(nameOf).join(' '))
        const expected = naivePaths(unique, ['n0', 'n3'], rules)
        expect([...names].sort()).toEqual(expected.sort())
        expect(names.map(stepsOf)).toEqual(names.map(stepsOf).sort((left, right) => left - right))
        expect(few).toEqual(all.slice(0, 2))
      })
      await fc.assert(property, { numRuns: runs * 4 })
    })
  })
}
