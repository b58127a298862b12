import { mergeGraphs } from '@heddle/graph'
import type { GraphExchange, NewNode } from '@heddle/graph'
import { describe, expect, test } from 'vitest'
import { edgeText, file, nodeText } from '../exchange/graph-files.ts'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

async function linesOf(exchange: GraphExchange): Promise<string[]> {
  const lines: string[] = []
  for await (const line of exchange.export()) lines.push(line)
  return lines
}

/** What people, models, files and JavaScript hand over although no compiler would. */
export function oddValuesContract({ newGraphs }: GraphSubject): void {
  describe('odd values', () => {
    test('are refused where a judgement, an author or a time is of another kind or out of range', async () => {
      const graph = await newGraphs()()
      const cases: Record<string, Partial<Record<keyof NewNode, unknown>>> = {
        'a title of two lines': { title: 'a\r# b' },
        'a title with a separator of lines': { title: 'a\u2028b' },
        'a title with a next line': { title: 'a\x85b' },
        'a time that no calendar has': { createdAtMs: 8.64e15 + 1 },
        'a score of texts': { judgement: { kind: 'score', score: '5', min: '1', max: '9' } },
        'a score without a range': { judgement: { kind: 'score', score: 5 } },
        'a probability that is a text': { judgement: { kind: 'boolean', probability: '0.5' } },
        'a choice without probabilities': { judgement: { kind: 'choice' } },
        'a run without a name': { evidence: [{ runId: 7, seq: 1 }] },
        'a nameless author': { author: { kind: 'agent', name: '' } },
      }

      for (const [what, values] of Object.entries(cases)) {
        const refused = graph.write({ nodes: [node('a', values as Partial<NewNode>)] })
        await expect(refused, what).rejects.toMatchObject({ code: 'graph.invalid' })
      }
      expect(await graph.get(['a'])).toEqual([])
      expect(await graph.write({ nodes: [node('a', { createdAtMs: 8.64e15 })] })).toMatchObject({ rev: 1 })
    })

    test('are made such that a database can keep them, wherever they stand', async () => {
      const graph = await newGraphs()()
      const odd = 'a\0b\uD800'
      const kept = 'a\uFFFDb\uFFFD'

      const { nodes, changed } = await graph.write({
        nodes: [
          node('a', {
            title: odd,
            files: [odd],
            session: odd,
            project: odd,
            author: { kind: 'person', name: odd },
          }),
          node('b'),
        ],
        changes: [{ id: 'b', files: [odd], commits: [odd], description: odd }],
      })

      expect(nodes[0]).toMatchObject({
        title: kept,
        files: [kept],
        session: kept,
        project: kept,
        author: { kind: 'person', name: kept },
      })
      expect(changed).toMatchObject([{ files: [kept], commits: [kept], description: kept }])
      expect(await graph.get(['a', 'b'])).toEqual(nodes.with(1, changed[0] as (typeof nodes)[0]))
    })

    test('in a file are refused with their line, not left out', async () => {
      const exchange = await newGraphs().exchange()
      const cases: Record<string, unknown> = {
        author: { kind: 'agent', name: 'a', mail: 'a@b' },
        evidence: [{ runId: 'r', seq: 1, at: 2 }],
        history: [{ atMs: 1, confidence: 1, because: '', by: 'me' }],
        createdAtMs: 9e15,
        judgement: { kind: 'choice' },
      }

      for (const [name, value] of Object.entries(cases)) {
        const refused = exchange.import(file([nodeText('a', { [name]: value })]).split('\n'))
        await expect(refused, name).rejects.toMatchObject({ code: 'graph.invalid' })
        await expect(refused, name).rejects.toThrow(/^Line 2 .*(?:field|must be|must have)/)
      }
      await expect(
        exchange.import(file([nodeText('a', { author: { kind: 'agent', name: 5 } })]).split('\n')),
      ).rejects.toThrow(/^Line 2 .*author/)
    })

    test('do not stop an import: lines may have their ends, those of Windows, and its mark', async () => {
      const open = newGraphs()
      const graph = await open()
      await graph.write({ nodes: [node('a'), node('b')], edges: [edge('a>b')] })
      const lines = await linesOf(await open.exchange())
      const copies = [lines.map((line) => `${line}\n`), lines.map((line) => `${line}\r\n`)]
      copies.push(lines.map((line, at) => (at === 0 ? `\uFEFF${line}` : line)))

      for (const copy of copies) {
        const other = await newGraphs().exchange()
        await other.import(copy)
        expect(await linesOf(other)).toEqual(lines)
      }
    })

    test('leave the process free for other work while a large graph is exported', async () => {
      const open = newGraphs()
      const graph = await open()
      await graph.write({ nodes: Array.from({ length: 5_000 }, (_none, at) => node(`n${at}`)) })
      const exchange = await open.exchange()
      let turns = 0
      const timer = setInterval(() => turns++, 1)

      const lines = await linesOf(exchange)

      clearInterval(timer)
      expect(lines).toHaveLength(5_001)
      expect(turns).toBeGreaterThan(2)
    })

    test('that close a cycle only together lose the younger link, whichever that is', async () => {
      for (const [older, younger] of [
        ['a>b', 'b>a'],
        ['b>a', 'a>b'],
      ] as const) {
        const lines = [nodeText('a'), nodeText('b')]
        const links = [older, younger].map((text, at) => {
          const { from, to } = edge(text)
          return edgeText(from, to, { createdAtMs: at + 1 })
        })
        const { from } = edge(younger)

        const report = await (await newGraphs().exchange()).import(file([...lines, ...links]).split('\n'))
        const merged = mergeGraphs('', file([...lines, links[0] ?? '']), file([...lines, links[1] ?? '']))

        expect(report.dropped).toMatchObject([{ edge: { from } }])
        expect(merged.dropped).toMatchObject([{ from }])
      }
    })

    test('waits for whoever is told of a doubt, and rejects with what he throws', async () => {
      const told: string[] = []
      const graph = await newGraphs()({
        async notify(notices) {
          await Promise.resolve()
          told.push(...notices.map(({ node: id }) => id))
          throw new Error('nobody at home')
        },
      })
      const batch = { nodes: [node('a', { confidence: 1 }), node('b')], edges: [edge('a>b requires')] }

      await expect(graph.write(batch)).rejects.toThrow('nobody at home')

      expect(told).toEqual(['b'])
      expect(await graph.get(['b'])).toMatchObject([{ doubts: [{ source: 'a' }] }])
    })
  })
}
