import { openStore } from '@heddle/store'
import { describe, expect, test } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from './child-process.ts'
import { onEachDatabase } from './each-database.ts'
import { storeOpener } from './open-stores.ts'
import { event, readable } from './run-events.ts'

const open = storeOpener()

/** The last acknowledged event of each run. Lines that were cut off are not counted. */
function acknowledged(output: string): Map<string, number> {
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n')
  return new Map(
    lines
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string])
      .map(([run, seq]) => [run, Number(seq)]),
  )
}

onEachDatabase((newTarget, kind) => {
  // What differs between the databases is seen with fewer; starting processes takes most of the time.
  const kills = kind === 'sqlite' ? 30 : 10
  const statementStep = kind === 'sqlite' ? 1 : 4

  test(
    `loses no acknowledged event, and stores none twice, when the writer is killed at ${kills} moments`,
    { timeout: 180_000 },
    async () => {
      const target = newTarget()
      const promised = new Map<string, number>()

      for (let kill = 0; kill < kills; kill++) {
        const child = startChild('append-and-tell.ts', target, 'run')
        while (child.output() === '') await sleep(2)
        await sleep(Math.random() * 60)
        child.process.kill('SIGKILL')
        expect(await child.ended).toBe('SIGKILL')
        for (const [run, seq] of acknowledged(child.output())) promised.set(run, seq)
      }

      const { log } = await open(target)
      expect(promised.size).toBe(5)
      for (const [run, seq] of promised) {
        const { events, code } = await readable(log, run)
        expect(code).toBeNull()
        expect(events).toEqual(events.map((_, at) => event(at + 1)))
        expect(events.length).toBeGreaterThanOrEqual(seq)
      }
    },
  )

  test(
    'is opened, whole, after the migration before was killed at its statements',
    { timeout: 180_000 },
    async () => {
      const outcomes: (number | string)[] = []

      for (let statement = 1; outcomes.at(-1) !== 0; statement += statementStep) {
        const target = newTarget()
        outcomes.push(await startChild('open-and-die.ts', target, String(statement)).ended)
        const store = await openStore(target)
        await store.sessions.create({ model: 'scripted/model' })
        expect(await store.sessions.list()).toHaveLength(1)
        await store.close()
      }

      expect(outcomes.length).toBeGreaterThan(5)
      expect(outcomes.slice(0, -1).every((outcome) => outcome === 'SIGKILL')).toBe(true)
    },
  )

  test(
    'goes on, with every append done once, while other processes write as fast as they can',
    { timeout: 120_000 },
    async () => {
      const target = newTarget()
      const { log } = await open(target)

      const others = ['a', 'b', 'c', 'd'].map((prefix) =>
        startChild('append-and-tell.ts', target, prefix, '60'),
      )
      const fence = (await log.acquire('own', 'test', 60_000)) ?? 0
      let own = 0
      while (others.some((child) => child.process.exitCode === null)) {
        await log.append('own', [event(++own)], fence)
        await sleep(1)
      }

      expect(await Promise.all(others.map((child) => child.ended))).toEqual([0, 0, 0, 0])
      for (const runId of [
        'own',
        ...['a', 'b', 'c', 'd'].flatMap((prefix) => [0, 1, 2, 3, 4].map((at) => `${prefix}${at}`)),
      ]) {
        const { events, code } = await readable(log, runId)
        expect({ runId, code, count: events.length }).toEqual({
          runId,
          code: null,
          count: runId === 'own' ? own : 120,
        })
      }
    },
  )

  test('refuses a database whose tables are newer than the code, naming both versions', async () => {
    const target = newTarget()
    const store = await openStore(target)
    await store.db.executeQuery({
      ...store.db.selectFrom('session').selectAll().compile(),
      sql: `insert into heddle_store_migration (name, timestamp) values ('9999_from_afar', 'later')`,
      parameters: [],
    })
    await store.close()

    const refused = openStore(target)

    await expect(refused).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(refused).rejects.toThrow(/9999_from_afar.*0001_runs_sessions_usage/)
  })

  describe('a process', () => {
    test('ends by itself although it watches and closed nothing', async () => {
      const child = startChild('watch-and-leave.ts', newTarget())

      expect(await child.ended).toBe(0)
      expect(child.output()).toBe('watching\n')
    })

    test('loads only the driver it uses', async () => {
      const target = newTarget()
      const used = startChild('loaded-drivers.ts', target)
      const unused = startChild('loaded-drivers.ts')

      await Promise.all([used.ended, unused.ended])

      expect(unused.output()).toBe('\n')
      expect(used.output()).toBe(target.startsWith('postgres:') ? 'pg\n' : 'better-sqlite3\n')
    })
  })
})
