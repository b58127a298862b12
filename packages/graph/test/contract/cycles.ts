import type { EdgeType, NewEdge } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

const BACKWARD: readonly EdgeType[] = ['supersedes', 'revises', 'answers']

const NODES = 10

const link: fc.Arbitrary<NewEdge> = fc.record({
  from: fc.nat(NODES - 1).map((at) => `n${at}`),
  to: fc.nat(NODES - 1).map((at) => `n${at}`),
  type: fc.constantFrom<EdgeType>('leads_to', 'requires', 'enables', 'blocks', ...BACKWARD),
})

/** Takes away what nothing comes before, as long as there is something. */
function hasCycle(edges: readonly NewEdge[]): boolean {
  let pairs = edges.map(({ from, to, type = 'leads_to' }) =>
    BACKWARD.includes(type) ? [to, from] : [from, to],
  )
  for (;;) {
    const later = new Set(pairs.map(([, to]) => to))
    const rest = pairs.filter(([from]) => later.has(from))
    if (rest.length === pairs.length) return rest.length > 0
    pairs = rest
  }
}

export function cycleContract({ newGraphs, kind }: GraphSubject): void {
  describe('order', () => {
    test('is kept by any batches: those that close a cycle are refused whole, all others are taken', async () => {
      const property = fc.asyncProperty(
        fc.array(fc.array(link, { minLength: 1, maxLength: 5 }), { maxLength: 15 }),
        async (batches) => {
          const graph = await newGraphs()()
          await graph.write({ nodes: Array.from({ length: NODES }, (_, at) => node(`n${at}`)) })
          let stored: NewEdge[] = []

          for (const edges of batches) {
            const outcome = await graph.write({ edges }).then(
              () => 'taken',
              (thrown: { code: string }) => thrown.code,
            )

            expect(outcome).toBe(hasCycle([...stored, ...edges]) ? 'graph.cycle' : 'taken')
            if (outcome === 'taken') stored = [...stored, ...edges]
          }
          const links = await graph.edges(Array.from({ length: NODES }, (_, at) => `n${at}`))
          const names = (all: readonly NewEdge[]): Set<string> =>
            new Set(all.map(({ from, to, type }) => `${from} ${type} ${to}`))
          expect(names(links)).toEqual(names(stored))
          expect(links).toHaveLength(names(stored).size)
        },
      )
      await fc.assert(property, { numRuns: kind === 'sqlite' ? 40 : 8 })
    })

    test('is kept in a batch that is too large to follow every link, with a cycle that is told', async () => {
      const graph = await newGraphs()()
      const size = 300
      const nodes = Array.from({ length: size }, (_, at) => node(`n${at}`, { title: `Number ${at}` }))
      // Each link is given before the one that leads to it.
      const chain = Array.from({ length: size - 1 }, (_, at) => ({
        from: `n${at}`,
        to: `n${at + 1}`,
      })).reverse()
      const ladder = Array.from({ length: size - 7 }, (_, at) => ({ from: `n${at}`, to: `n${at + 7}` }))
      const back = { from: 'n120', to: 'n117' }

      const refused = graph.write({ nodes, edges: [...chain, ...ladder, back] })

      await expect(refused).rejects.toMatchObject({ code: 'graph.cycle' })
      await expect(refused).rejects.toThrow(/"Number 117" → "Number 118" → "Number 119" → "Number 120"/)
      expect((await graph.write({ nodes, edges: [...chain, ...ladder] })).edges).toHaveLength(2 * size - 8)
    })
  })
}
