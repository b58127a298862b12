import type { DecisionGraph, GraphChange } from '@heddle/graph'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

function named(changes: readonly GraphChange[]): string[] {
  return changes.map((change) =>
    change.kind === 'node'
      ? `${change.rev} ${change.node.id}`
      : `${change.rev} ${change.edge.from}>${change.edge.to}`,
  )
}

/** Follows until so many changes came. */
async function follow(graph: DecisionGraph, after: number, count: number): Promise<string[]> {
  const told: string[] = []
  for await (const batch of graph.changes(after)) {
    told.push(...named(batch))
    if (told.length >= count) break
  }
  return told
}

export function feedContract({ newGraphs }: GraphSubject): void {
  describe('changes', () => {
    test('tell what is there, by revision, nodes before their links, from any revision on', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a'), node('b')], edges: [edge('a>b')] })
      await graph.write({ nodes: [node('c')], edges: [edge('b>c')] })
      await graph.write({ changes: [{ id: 'a', title: 'New' }] })

      expect(await follow(graph, 0, 5)).toEqual(['1 b', '1 a>b', '2 c', '2 b>c', '3 a'])
      expect(await follow(graph, 2, 1)).toEqual(['3 a'])
    })

    test('go on with what is written meanwhile, here and elsewhere, within a second', async () => {
      const open = newGraphs()
      const [mine, theirs] = [await open(), await open()]
      const told = follow(mine, 0, 3)

      await mine.write({ nodes: [node('a')] })
      await theirs.write({ nodes: [node('b')] })
      const startMs = performance.now()
      await theirs.write({ nodes: [node('c')] })

      expect(await told).toEqual(['1 a', '2 b', '3 c'])
      // Half a second between looks, and a busy machine.
      expect(performance.now() - startMs).toBeLessThan(1_500)
    })

    test('are not read before they are asked for: who is slow finds the last state of a node, once', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a')] })
      const reader = graph.changes()[Symbol.asyncIterator]()
      await reader.next()

      for (let at = 1; at <= 20; at++) await graph.write({ changes: [{ id: 'a', title: `Title ${at}` }] })

      const { value } = await reader.next()
      expect(value).toMatchObject([{ rev: 21, node: { title: 'Title 20' } }])
      await reader.return?.()
    })

    test('come in batches that never split a revision', async () => {
      const graph = await newGraphs()()
      const sizes = [600, 600, 2_500, 10]
      for (const [at, size] of sizes.entries()) {
        await graph.write({ nodes: Array.from({ length: size }, (_, of) => node(`${at}-${of}`)) })
      }

      const batches: number[][] = []
      for await (const batch of graph.changes()) {
        batches.push([...new Set(batch.map(({ rev }) => rev)), batch.length])
        if (batch.at(-1)?.rev === sizes.length) break
      }

      expect(batches).toEqual([
        [1, 600],
        [2, 600],
        [3, 2_500],
        [4, 10],
      ])
    })

    test(
      'end when the signal aborts, before the first change and while waiting',
      { timeout: 5_000 },
      async () => {
        const graph = await newGraphs()()
        const stop = new AbortController()
        const told: number[] = []
        const reading = (async () => {
          for await (const batch of graph.changes(0, stop.signal)) told.push(batch.length)
        })()
        await graph.write({ nodes: [node('a')] })
        while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))

        stop.abort()

        await reading
        for await (const batch of graph.changes(0, stop.signal)) told.push(batch.length)
        expect(told).toEqual([1])
      },
    )
  })
}
