import { decisionGraph, rejections, restsOn, similarDecisions, timeline } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { edge, node } from '../contract/graph-opener.ts'
import { openTarget } from '../each-graph.ts'

let graph: DecisionGraph
let close: () => Promise<void>

beforeEach(async () => {
  const db = openTarget(':memory:')
  close = () => db.destroy()
  graph = await decisionGraph(db, { project: 'loom' })
  await graph.write({
    nodes: [
      node('goal', { type: 'goal', title: 'Answer quickly', createdAtMs: 1, session: 's1' }),
      node('cache', { type: 'decision', title: 'Keep answers', createdAtMs: 2, session: 's1' }),
      node('redis', {
        type: 'option',
        title: 'Redis',
        status: 'rejected',
        reason: 'one more service',
        createdAtMs: 3,
      }),
      node('sqlite', { type: 'option', title: 'SQLite', status: 'chosen', createdAtMs: 4 }),
      node('seen', { type: 'observation', title: 'Answers repeat', createdAtMs: 5, session: 's2' }),
      node('build', { title: 'Write it', createdAtMs: 6, session: 's2' }),
      node('else', { type: 'goal', title: 'Something else', createdAtMs: 7 }),
    ],
    edges: [
      'goal>cache',
      'cache>redis rejected',
      'cache>sqlite chosen',
      'seen>cache supports',
      'sqlite>build requires',
    ].map(edge),
  })
})
afterEach(() => close())

describe('restsOn', () => {
  test('gives what carries a node, nearest first, without what was rejected', async () => {
    const premises = await restsOn(graph, 'build')

    expect(premises.slice(0, 2).map(({ node, depth }) => [node.id, depth])).toEqual([
      ['sqlite', 1],
      ['cache', 2],
    ])
    expect(
      premises
        .slice(2)
        .map(({ node, depth }) => [node.id, depth])
        .sort(),
    ).toEqual([
      ['goal', 3],
      ['seen', 3],
    ])
    expect(await restsOn(graph, 'build', 1)).toHaveLength(1)
    expect(await restsOn(graph, 'redis')).toEqual([])
    expect(await restsOn(graph, 'nobody')).toEqual([])
  })
})

describe('rejections', () => {
  test('tell who asked, and what was chosen instead', async () => {
    const found = await rejections(graph)

    expect(found.map(({ option, askedBy, chosen }) => [option, askedBy, chosen])).toEqual([
      [
        expect.objectContaining({ id: 'redis', reason: 'one more service' }),
        [expect.objectContaining({ id: 'cache' })],
        [expect.objectContaining({ id: 'sqlite' })],
      ],
    ])
    expect(await rejections(graph, { session: 's2' })).toEqual([])
  })
})

describe('timeline', () => {
  const idsOf = async (...args: Parameters<typeof timeline>): Promise<string[]> =>
    (await timeline(...args)).map(({ id }) => id)

  test('gives the oldest first, of a session, of a goal, since a time, at most as many', async () => {
    expect(await idsOf(graph)).toEqual(['goal', 'cache', 'redis', 'sqlite', 'seen', 'build', 'else'])
    expect(await idsOf(graph, { session: 's1' })).toEqual(['goal', 'cache'])
    expect(await idsOf(graph, { goal: 'goal' })).toEqual(['goal', 'cache', 'redis', 'sqlite', 'build'])
    expect(await idsOf(graph, { goal: 'goal', session: 's2' })).toEqual(['build'])
    expect(await idsOf(graph, { sinceMs: 6 })).toEqual(['build', 'else'])
    expect(await idsOf(graph, { limit: 2 })).toEqual(['build', 'else'])
    expect(await idsOf(graph, { goal: 'goal', limit: 2 })).toEqual(['sqlite', 'build'])
    await expect(timeline(graph, { goal: 'goal', limit: 0 })).rejects.toMatchObject({ code: 'graph.invalid' })
  })
})

describe('similarDecisions', () => {
  test('finds by words, among goals, decisions and options', async () => {
    const hits = await similarDecisions(graph, 'quick answers, redis')

    expect(new Set(hits.map(({ node }) => node.id))).toEqual(new Set(['goal', 'cache', 'redis']))
  })

  test('finds by direction what shares no word, and embeds nothing twice', async () => {
    const asked: string[] = []
    const embed = async (texts: readonly string[]): Promise<number[][]> => {
      asked.push(...texts)
      return texts.map((text) => (/Redis|key-value/.test(text) ? [1, 0.1] : [0, 1]))
    }

    const hits = await similarDecisions(graph, 'a key-value server', { embed, limit: 2 })
    await similarDecisions(graph, 'a key-value server', { embed })

    expect(hits[0]).toMatchObject({ node: { id: 'redis' }, score: 1 })
    expect(hits).toHaveLength(2)
    expect(asked).toHaveLength(6)
  })

  test('fails with a sentence when the embedding does not answer for each text', async () => {
    const refused = similarDecisions(graph, 'anything', { embed: async () => [[1]] })

    await expect(refused).rejects.toMatchObject({ code: 'graph.failed' })
  })
})
