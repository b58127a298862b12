import { mergeGraphs } from '@heddle/graph'
import type { DecisionGraph, GraphExchange, NewEdge, NewNode, NodeStatus } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeText, file, nodeText } from '../exchange/graph-files.ts'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject, OpenGraph } from './graph-opener.ts'

async function textOf(exchange: GraphExchange, project?: string): Promise<string> {
  const lines: string[] = []
  for await (const line of exchange.export(project)) lines.push(line)
  return [...lines, ''].join('\n')
}

interface Pair {
  readonly graph: DecisionGraph
  readonly exchange: GraphExchange
}

/** A graph on a database of its own, and its exchange. */
async function pair({ newGraphs }: GraphSubject): Promise<Pair> {
  const open: OpenGraph = newGraphs()
  return { graph: await open(), exchange: await open.exchange() }
}

const ids = Array.from({ length: 8 }, (_, at) => `é${at}"\\`)

const someNode = fc.record(
  {
    title: fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `t${text.replaceAll('\n', '')}`),
    description: fc.string({ unit: 'binary' }),
    confidence: fc.constantFrom(null, 20, 80),
    files: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }),
    evidence: fc.array(fc.record({ runId: fc.constant('run'), seq: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 2,
    }),
    session: fc.constantFrom(null, 's'),
    project: fc.constantFrom('loom', 'other'),
    createdAtMs: fc.integer({ min: 0, max: 2 ** 50 }),
    judgement: fc.constantFrom(null, { kind: 'score', score: 1.5, min: 0, max: 9 } as const),
  },
  { requiredKeys: ['title'] },
)

const someLink = fc
  .tuple(
    fc.subarray([...ids], { minLength: 2, maxLength: 2 }),
    fc.constantFrom('leads_to', 'requires', 'supports'),
  )
  .map(([[from = '', to = ''], type]): NewEdge => ({ from, to, type: type, weight: 0.5 }))

const someChange = fc.record(
  {
    id: fc.constantFrom(...ids),
    confidence: fc.constantFrom(null, 10, 90),
    status: fc.constantFrom<NodeStatus>('active', 'superseded'),
    title: fc.constantFrom('New', 'Newer'),
  },
  { requiredKeys: ['id'] },
)

export function exchangeContract(subject: GraphSubject): void {
  describe('exchange', () => {
    test('gives the same graph after export and import, whatever is in it', async () => {
      const property = fc.asyncProperty(
        fc.array(someNode, { minLength: 8, maxLength: 8 }),
        fc.array(someLink, { maxLength: 12 }),
        fc.array(someChange, { maxLength: 6 }),
        async (nodes, edges, changes) => {
          const [one, two] = [await pair(subject), await pair(subject)]
          await one.graph.write({
            nodes: nodes.map((some, at): NewNode => ({ ...some, id: ids[at] as string, type: 'action' })),
            edges,
          })
          for (const change of changes) await one.graph.write({ changes: [change] })
          const text = await textOf(one.exchange)

          const report = await two.exchange.import(text.split('\n'))

          expect(await textOf(two.exchange)).toBe(text)
          expect(report).toMatchObject({ nodes: { added: 8, changed: 0, same: 0 }, dropped: [] })
          const timeless = async ({ graph }: Pair): Promise<unknown> =>
            (await graph.get(ids)).map((node) => ({
              ...node,
              doubts: node.doubts.map(({ source, route }) => [source, route]),
            }))
          expect(await timeless(two)).toEqual(await timeless(one))
          const again = await two.exchange.import(text.split('\n'))
          expect(again.nodes).toEqual({ added: 0, changed: 0, same: 8 })
          expect(again.edges).toMatchObject({ added: 0, changed: 0 })
          for (const id of ids) {
            expect(await two.graph.confidenceHistory(id)).toEqual(await one.graph.confidenceHistory(id))
          }
        },
      )
      await fc.assert(property, { numRuns: subject.kind === 'sqlite' ? 20 : 4 })
    })

    test('puts one node or link on a line, sorted, without what goes without saying', async () => {
      const { graph, exchange } = await pair(subject)
      await graph.write({
        nodes: [node('b', { createdAtMs: 2, confidence: 40 }), node('a', { createdAtMs: 1 })],
        edges: [edge('b>a leads_to')],
      })

      const lines = (await textOf(exchange)).split('\n')

      const [link] = await graph.edges(['a'])
      expect(lines).toEqual([
        '{"heddleGraph":1}',
        '{"node":{"id":"a","type":"action","title":"Title of a","author":{"kind":"agent","name":"agent"},"project":"loom","createdAtMs":1}}',
        '{"node":{"id":"b","type":"action","title":"Title of b","confidence":40,"author":{"kind":"agent","name":"agent"},"project":"loom","createdAtMs":2}}',
        `{"edge":{"id":"${link?.id}","from":"b","to":"a","type":"leads_to","createdAtMs":${link?.createdAtMs}}}`,
        '',
      ])
    })

    test('exports a graph of many pages, and one project with the links within it', async () => {
      const { graph, exchange } = await pair(subject)
      const many = Array.from({ length: 2_300 }, (_, at) =>
        node(`n${at}`, { project: at % 2 ? 'loom' : 'other' }),
      )
      const edges = many.slice(1).map(({ id }, at): NewEdge => ({ from: `n${at % 7}`, to: id as string }))
      await graph.write({ nodes: many, edges: edges.filter(({ from, to }) => from !== to) })

      const all = (await textOf(exchange)).split('\n')
      const some = (await textOf(exchange, 'loom')).split('\n')

      expect(all.filter((line) => line.startsWith('{"node"'))).toHaveLength(2_300)
      expect(all.filter((line) => line.startsWith('{"edge"'))).toHaveLength(
        edges.filter(({ from, to }) => from !== to).length,
      )
      expect(some.filter((line) => line.startsWith('{"node"'))).toHaveLength(1_150)
      const other = await pair(subject)
      const report = await other.exchange.import(some)
      expect(report.edges.added).toBe(some.filter((line) => line.startsWith('{"edge"')).length)
      expect(report.edges.added).toBeGreaterThan(100)
    })

    test('merges what a file says with what is there, part by part', async () => {
      const [one, two] = [await pair(subject), await pair(subject)]
      await one.graph.write({
        nodes: [node('a', { title: 'Memcached', confidence: 80, createdAtMs: 1 }), node('b')],
        edges: [edge('a>b requires')],
      })
      await two.exchange.import((await textOf(one.exchange)).split('\n'))
      expect(await two.graph.search('redis')).toEqual([])
      await one.graph.write({ changes: [{ id: 'a', title: 'Redis', files: ['z.ts'] }] })
      await two.graph.write({
        changes: [{ id: 'a', confidence: 30, because: 'a test failed', files: ['a.ts'] }],
      })

      const report = await two.exchange.import((await textOf(one.exchange)).split('\n'))

      expect(report.nodes).toEqual({ added: 0, changed: 1, same: 1 })
      expect(await two.graph.get(['a'])).toMatchObject([
        { title: 'Redis', confidence: 30, files: ['a.ts', 'z.ts'] },
      ])
      expect((await two.graph.search('redis')).map((hit) => hit.node.id)).toEqual(['a'])
      expect(await two.graph.nodes({ isUncertain: true })).toMatchObject([{ id: 'b' }])
      expect(await two.graph.confidenceHistory('a')).toMatchObject([{ confidence: 80 }, { confidence: 30 }])
    })

    test('has the order of a merge, also for characters beyond the first 65,536', async () => {
      const { graph, exchange } = await pair(subject)
      const odd = ['😀', '～', 'z', '𝔞']
      await graph.write({
        nodes: odd.map((id) => node(id)),
        edges: [edge('😀>z'), edge('～>z'), edge('～>😀'), edge('～>𝔞')],
      })

      const text = await textOf(exchange)

      expect(mergeGraphs('', text, text).text).toBe(text)
    })

    test('leaves out a link that would close a cycle, says so, and exports it again', async () => {
      const { graph, exchange } = await pair(subject)
      await graph.write({ nodes: [node('a'), node('b')], edges: [edge('a>b')] })
      const closing = edgeText('b', 'a')

      const report = await exchange.import([
        ...file([nodeText('c')])
          .split('\n')
          .slice(0, 2),
        closing,
      ])

      expect(report).toMatchObject({
        nodes: { added: 1 },
        edges: { added: 0, changed: 0, same: 0 },
        dropped: [{ line: 3, edge: { from: 'b', to: 'a' } }],
      })
      expect(await graph.walk('b')).toEqual([])
      expect(await textOf(exchange)).toContain(closing.replace('{"edge"', '{"dropped"'))
    })

    test('refuses what is not right, says the line, and imports nothing', async () => {
      const { graph, exchange } = await pair(subject)
      const cases: [string, string, RegExp][] = [
        ['a broken line', '{"node":{"id":"x"', /^Line 3 /],
        ['a value outside its range', nodeText('x', { confidence: 101 }), /^Line 3 .*confidence/],
        ['a value of another kind', nodeText('x', { files: 'a.ts' }), /^Line 3 .*"files"/],
        ['a missing value', nodeText('x', { title: undefined }), /^Line 3 .*"title"/],
        ['a rejection without a reason', nodeText('x', { type: 'option', status: 'rejected' }), /^Line 3 /],
        ['a field from the future', nodeText('x', { mood: 1 }), /^Line 3 .*"mood".*update Heddle/],
        ['a node for the second time', nodeText('good'), /^Line 3 .*second time/],
        ['a link to nobody', edgeText('good', 'nobody'), /^Line 3 .*nobody/],
      ]

      for (const [what, line, message] of cases) {
        const refused = exchange.import(file([nodeText('good'), line]).split('\n'))
        await expect(refused, what).rejects.toMatchObject({ code: 'graph.invalid' })
        await expect(refused, what).rejects.toThrow(message)
      }
      expect(await graph.get(['good'])).toEqual([])
    })
  })
}
