import type { SearchHit } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edge, node } from './graph-opener.ts'
import type { GraphSubject } from './graph-opener.ts'

function idsOf(hits: readonly SearchHit[]): string[] {
  return hits.map(({ node }) => node.id)
}

export function searchContract({ newGraphs, kind }: GraphSubject): void {
  describe('search', () => {
    test('finds words of title, description and reason in all their forms, the title first', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [
          node('reason', {
            type: 'option',
            title: 'Queue',
            status: 'rejected',
            reason: 'its cache was stale',
          }),
          node('description', { title: 'Storage', description: 'we tried caching once' }),
          node('title', { title: 'Caches' }),
          node('other', { title: 'Elsewhere' }),
        ],
      })

      const hits = await graph.search('What about a cache?')

      expect(idsOf(hits)[0]).toBe('title')
      expect(new Set(idsOf(hits))).toEqual(new Set(['title', 'description', 'reason']))
      expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a))
    })

    test('puts what has more of the words before what has fewer', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [
          node('one', { title: 'Redis' }),
          node('two', { title: 'Redis queue' }),
          node('none', { title: 'Postgres' }),
        ],
      })

      expect(idsOf(await graph.search('queue redis'))).toEqual(['two', 'one'])
    })

    test('finds parts of Chinese and Japanese texts, which have no spaces', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [
          node('zh', { title: '使用缓存提高性能' }),
          node('ja', { title: 'キャッシュを使う', description: 'データベース設計' }),
          node('mixed', { title: 'SQLite数据库' }),
        ],
      })

      expect(idsOf(await graph.search('缓存'))).toEqual(['zh'])
      expect(idsOf(await graph.search('能'))).toEqual(['zh'])
      expect(idsOf(await graph.search('データベース'))).toEqual(['ja'])
      expect(idsOf(await graph.search('sqlite'))).toEqual(['mixed'])
      expect(idsOf(await graph.search('数据库'))).toEqual(['mixed'])
    })

    test('finds parts of paths and names with signs between their words', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [node('a', { title: 'Edit packages/store/src/open-sqlite.ts v2.5 user_name' })],
      })

      for (const word of ['sqlite', 'store', 'src/open-sqlite.ts', 'v2.5', 'user_name', 'packages']) {
        expect(idsOf(await graph.search(word)), word).toEqual(['a'])
      }
    })

    test('narrows by a filter', async () => {
      const open = newGraphs()
      const graph = await open()
      await graph.write({
        nodes: [
          node('a', { title: 'cache', type: 'goal' }),
          node('b', { title: 'cache', type: 'option' }),
          node('c', { title: 'cache', project: 'other' }),
        ],
      })

      expect(idsOf(await graph.search('cache', { types: ['option'] }))).toEqual(['b'])
      expect(idsOf(await graph.search('cache', { limit: 1 }))).toHaveLength(1)
      expect(idsOf(await (await open({ project: 'other' })).search('cache'))).toEqual(['c'])
      expect(idsOf(await graph.search('cache', { project: '*' }))).toHaveLength(3)
    })

    test('gives the newest or the oldest first when an order is asked for', async () => {
      const graph = await newGraphs()()
      for (const title of ['cache cache', 'other', 'cache', 'the cache of caches']) {
        await graph.write({ nodes: [node(title.replaceAll(' ', '-'), { title })] })
      }

      const newest = await graph.search('cache', { order: 'newest', limit: 2 })
      const oldest = await graph.search('cache', { order: 'oldest' })

      expect(idsOf(newest)).toEqual(['the-cache-of-caches', 'cache'])
      expect(idsOf(oldest)).toEqual(['cache-cache', 'cache', 'the-cache-of-caches'])
    })

    test('finds what was renamed by its new words only, whoever wrote it', async () => {
      const open = newGraphs()
      const [mine, theirs] = [await open(), await open()]
      await mine.write({ nodes: [node('a', { title: 'Memcached' }), node('b', { title: 'Memcached' })] })
      expect(idsOf(await mine.search('memcached'))).toHaveLength(2)

      await theirs.write({ changes: [{ id: 'a', title: 'Redis' }], nodes: [node('c', { title: 'Redis' })] })

      expect(new Set(idsOf(await mine.search('redis')))).toEqual(new Set(['a', 'c']))
      expect(idsOf(await mine.search('memcached'))).toEqual(['b'])
    })

    test('finds each of many that were written at once, by several that search at once', async () => {
      const graph = await newGraphs()()
      const nodes = Array.from({ length: 2_500 }, (_, at) => node(`n${at}`, { title: `word${at} common` }))
      await graph.write({ nodes })

      const found = await Promise.all([7, 1_600, 2_499].map((at) => graph.search(`word${at}`)))

      expect(found.map(idsOf)).toEqual([['n7'], ['n1600'], ['n2499']])
      expect(await graph.search('common', { limit: 3_000 })).toHaveLength(2_500)
    })

    test('finds nothing by words that say nothing', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a', { title: 'How is the thing' })] })

      expect(await graph.search('how is the')).toEqual([])
      expect(await graph.search('')).toEqual([])
      expect(await graph.search('—?! 🧵')).toEqual([])
    })

    test('takes any text for words: no sign in it has a meaning', async () => {
      const graph = await newGraphs()()
      await graph.write({ nodes: [node('a', { title: 'alpha near beta', description: 'or and not' })] })
      const signs = fc.constantFrom(
        '"',
        "'",
        '*',
        ':',
        '(',
        ')',
        '^',
        '-',
        '+',
        '&',
        '|',
        '!',
        '<',
        '\\',
        '\0',
        '%',
        '?',
      )
      const words = fc.constantFrom('alpha', 'NEAR', 'OR', 'AND', 'NOT', 'title', ' ', '\ud83d', 'ÄÖ', '数')
      const text = fc
        .array(fc.oneof(signs, words, fc.string({ unit: 'binary', maxLength: 4 })))
        .map((all) => all.join(''))

      const property = fc.asyncProperty(text, async (some) => {
        const hits = await graph.search(`${some} alpha`.slice(-200))
        expect(hits.length).toBeLessThanOrEqual(1)
        expect(idsOf(await graph.search(`alpha ${some}`))).toEqual(['a'])
      })
      await fc.assert(property, { numRuns: kind === 'sqlite' ? 100 : 50 })
    })
  })

  describe('consult', () => {
    test('tells apart what is decided, ruled out with what came of it, and uncertain', async () => {
      const graph = await newGraphs()()
      await graph.write({
        nodes: [
          node('yes', { type: 'option', title: 'SQLite cache', status: 'chosen' }),
          node('no', {
            type: 'option',
            title: 'Redis cache',
            status: 'rejected',
            reason: 'one more service',
          }),
          node('try', { title: 'Try it' }),
          node('failed', { type: 'outcome', title: 'It failed', confidence: 20 }),
          node('plan', { type: 'decision', title: 'Warm the cache' }),
          node('else', { type: 'decision', title: 'Unrelated' }),
        ],
        edges: [edge('no>try'), edge('try>failed'), edge('failed>plan requires')],
      })

      const { decided, ruledOut, uncertain } = await graph.consult('cache')

      expect(new Set(idsOf(decided))).toEqual(new Set(['yes', 'plan']))
      expect(ruledOut.map(({ hit, outcomes }) => [hit.node.id, outcomes.map(({ id }) => id)])).toEqual([
        ['no', ['failed']],
      ])
      expect(idsOf(uncertain)).toEqual(['plan'])
    })
  })
}
