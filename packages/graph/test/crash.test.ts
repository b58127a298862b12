import { decisionGraph } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from './children/child-process.ts'
import { onEachDatabase, openTarget } from './each-graph.ts'

/** The number after the last acknowledged batch. A line that was cut off is not counted. */
function acknowledged(output: string): number {
  const lines = output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
  return lines.length === 0 ? 0 : Number(lines.at(-1)?.split(' ')[1]) + 1
}

/** Every batch is there whole or not at all, and nothing is missing in between. */
async function expectWhole(graph: DecisionGraph, prefix: string, atLeast: number): Promise<number> {
  const steps = (await graph.walk(`${prefix}-spine`, { depth: 1 })).map(({ id }) => id)
  const count = steps.length
  expect(count).toBeGreaterThanOrEqual(atLeast)
  const expected = Array.from({ length: count }, (_, at) => `${prefix}-${at}`)
  expect(new Set(steps)).toEqual(new Set(expected))
  const linked = await graph.walk(`${prefix}-root`, { depth: 1, types: ['leads_to'] })
  expect(linked).toHaveLength(count)
  const isInDoubt = count % 2 === 1
  const [root] = await graph.get([`${prefix}-root`])
  if (count > 0) expect(root?.confidence).toBe(isInDoubt ? 10 : 90)
  expect(await graph.confidenceHistory(`${prefix}-root`)).toHaveLength(count)
  const uncertain = await graph.nodes({ isUncertain: true, limit: 10_000 })
  const doubted = uncertain.filter(({ id }) => id.startsWith(`${prefix}-`))
  expect(doubted).toHaveLength(isInDoubt ? count + 1 : 0)
  return count
}

onEachDatabase((newDatabase, kind, newTarget) => {
  const kills = kind === 'sqlite' ? 6 : 3

  test(
    `loses no acknowledged batch, and leaves no half of one, when the writer is killed at ${kills} moments`,
    { timeout: 60_000 },
    async () => {
      const target = newTarget()
      const db = openTarget(target)
      const graph = await decisionGraph(db, { project: 'crash' })
      let promised = 0

      for (let kill = 0; kill < kills; kill++) {
        const child = startChild('write-and-tell.ts', target, 'w')
        while (child.output() === '') await sleep(2)
        await sleep(Math.random() * 60)
        child.process.kill('SIGKILL')
        expect(await child.ended).toBe('SIGKILL')
        promised = Math.max(promised, acknowledged(child.output()))
        await expectWhole(graph, 'w', promised)
      }

      const count = await expectWhole(graph, 'w', promised)
      for (const at of [0, count - 1]) {
        const found = await graph.search(`step ${at}`, { limit: 10_000 })
        expect(found.map(({ node }) => node.id)).toContain(`w-${at}`)
        expect(found).toHaveLength(count)
      }
      await db.destroy()
    },
  )

  test(
    'does every write once while other processes write as fast as they can',
    { timeout: 60_000 },
    async () => {
      const target = newTarget()
      const db = openTarget(target)
      const graph = await decisionGraph(db, { project: 'crash' })
      const others = ['a', 'b'].map((prefix) => startChild('write-and-tell.ts', target, prefix, '40'))

      let own = 0
      while (others.some((child) => child.process.exitCode === null)) {
        await graph.write({ nodes: [{ id: `own-${own++}`, type: 'action', title: 'own' }] })
        await sleep(1)
      }

      expect(await Promise.all(others.map((child) => child.ended))).toEqual([0, 0])
      for (const prefix of ['a', 'b']) expect(await expectWhole(graph, prefix, 40)).toBe(40)
      const nodes = await graph.nodes({ limit: 10_000 })
      expect(nodes.filter(({ id }) => id.startsWith('own-'))).toHaveLength(own)
      expect((await graph.search('own', { limit: 10_000 })).length).toBe(own)
      await db.destroy()
    },
  )

  test(
    'is opened, whole, after a process was killed at its statements while it made the tables',
    { timeout: 60_000 },
    async () => {
      const outcomes: (number | string)[] = []

      for (let statement = 1; outcomes.at(-1) !== 0; statement += 9) {
        const target = newTarget()
        outcomes.push(await startChild('migrate-and-die.ts', target, String(statement)).ended)
        const db = openTarget(target)
        const graph = await decisionGraph(db, { project: 'crash' })
        await graph.write({ nodes: [{ id: 'a', type: 'goal', title: 'After all' }] })
        expect(await graph.search('after all')).toHaveLength(1)
        await db.destroy()
      }

      expect(outcomes.length).toBeGreaterThan(2)
      expect(outcomes.slice(0, -1).every((outcome) => outcome === 'SIGKILL')).toBe(true)
    },
  )

  test('refuses a database whose tables are newer than the code, naming both versions', async () => {
    const open = newDatabase()
    const db = open()
    await decisionGraph(db, { project: 'p' })
    await sql`insert into heddle_graph_migration (name, timestamp) values ('9999_from_afar', 'later')`.execute(
      db,
    )

    const refused = decisionGraph(open(), { project: 'p' })

    await expect(refused).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(refused).rejects.toThrow(/9999_from_afar.*0001_graph/)
  })

  test('makes the tables once when several open the same new database at once', async () => {
    const open = newDatabase()

    const graphs = await Promise.all([1, 2, 3].map(() => decisionGraph(open(), { project: 'p' })))

    for (const graph of graphs) await graph.write({ nodes: [{ type: 'goal', title: 'One of three' }] })
    expect(await graphs[0]?.nodes()).toHaveLength(3)
  })

  test('fails with a sentence when the database does, and knows nothing then of what was not stored', async () => {
    const db = newDatabase()()
    const graph = await decisionGraph(db, { project: 'p' })
    const node = { type: 'action', title: 'Step' } as const
    await graph.write({ nodes: ['a', 'b', 'c'].map((id) => ({ ...node, id })) })
    await sql`alter table graph_confidence rename to graph_elsewhere`.execute(db)

    const failed = graph.write({
      changes: [{ id: 'a', confidence: 10 }],
      nodes: [{ ...node, id: 'd' }],
      edges: [{ from: 'a', to: 'b', type: 'requires' }],
    })

    await expect(failed).rejects.toMatchObject({ code: 'graph.failed', retryable: false })
    await sql`alter table graph_elsewhere rename to graph_confidence`.execute(db)
    const { doubted } = await graph.write({ edges: [{ from: 'a', to: 'c', type: 'requires' }] })
    expect(doubted).toEqual([])
    expect(await graph.walk('a', { types: ['requires'] })).toEqual([{ id: 'c', depth: 1 }])
    expect((await graph.write({ nodes: [{ ...node, id: 'd' }] })).rev).toBe(3)
  })
})
