import { openStore } from '@heddle/store'
import { sql } from 'kysely'
import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import type { PostgresServer } from '@heddle/testkit/postgres'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCuttingProxy } from './cutting-proxy.ts'
import type { CuttingProxy } from './cutting-proxy.ts'
import { storeOpener } from './open-stores.ts'
import { event, events, fenceOf, readable } from './run-events.ts'

const programs = postgresPrograms()

const open = storeOpener()

describe.skipIf(programs === null)('on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres(programs ?? '', { isDurable: false })
  })
  afterAll(() => server.stop())

  async function proxy(): Promise<CuttingProxy> {
    const started = await startCuttingProxy(server.newDatabase())
    onTestFinished(() => started.stop())
    return started
  }

  test('an append whose answer was lost with the connection is stored once, and acknowledged', async () => {
    const between = await proxy()
    const { log } = await open(between.url)
    const fence = await fenceOf(log, 'run')
    await log.append('run', [event(1)], fence)

    between.cutAfter('commit')
    await log.append('run', [event(2), event(3)], fence)
    await log.append('run', [event(4)], fence)

    expect(between.cuts).toBe(1)
    expect(await readable(log, 'run')).toEqual({ events: events(4), code: null })
  })

  test('a letter whose answer was lost with the connection is there once, and counts as taken', async () => {
    const between = await proxy()
    const { log } = await open(between.url)
    const letter = { type: 'abort', reason: 'test' } as const

    between.cutAfter('insert into run_letter')
    const taken = [await log.post('run', 'x', letter), await log.post('run', 'x', letter)]

    expect(between.cuts).toBe(1)
    expect(taken).toEqual([true, false])
    expect(await log.letters('run')).toEqual([{ position: 1, letterId: 'x', letter }])
  })

  test('an owner keeps its token when the answer to its acquiring was lost', async () => {
    const between = await proxy()
    const { log } = await open(between.url)

    between.cutAfter('insert into run_lease')
    const fence = await log.acquire('run', 'a', 60_000)

    expect(between.cuts).toBe(1)
    expect(await log.acquire('run', 'a', 60_000)).toBe(fence)
    expect(await log.acquire('run', 'b', 60_000)).toBeNull()
  })

  test('a watcher is told by the server, and is not forgotten when the listening connection breaks', async () => {
    const target = server.newDatabase()
    const [{ log, db }, other] = [await open(target), await open(target)]
    let wakes = 0
    log.watch('run', () => wakes++)
    const listeners = sql<{ count: number }>`
      select count(*) from pg_stat_activity where query = 'listen heddle_letter' and datname = current_database()`
    await vi.waitUntil(async () => (await listeners.execute(db)).rows[0]?.count === 1, { timeout: 5_000 })

    await sql`select pg_notify('heddle_letter', 'run')`.execute(db)
    await vi.waitUntil(() => wakes > 0, { timeout: 5_000 })
    const wakesByNotice = wakes
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen heddle_letter'`.execute(
      db,
    )
    await other.log.post('run', 'x', { type: 'abort', reason: 'test' })
    await vi.waitUntil(() => wakes > wakesByNotice, { timeout: 5_000 })

    await vi.waitUntil(async () => (await listeners.execute(db)).rows[0]?.count === 1, { timeout: 5_000 })
  })

  test('an append waits for whoever is taking the run over, and is refused then', async () => {
    const { log, db } = await open(server.newDatabase())
    const fence = await fenceOf(log, 'run')
    let isSettled = false

    const { appended, settledBefore } = await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('run_lease')
        .set({ fence: fence + 1 })
        .where('run_id', '=', 'run')
        .execute()
      const appended = log.append('run', [event(1)], fence).then(
        () => 'stored',
        (thrown: unknown) => (thrown as { code?: unknown }).code,
      )
      void appended.then(() => (isSettled = true))
      await sleep(200)
      return { appended: { outcome: appended }, settledBefore: isSettled }
    })

    expect(settledBefore).toBe(false)
    expect(await appended.outcome).toBe('log.fenced')
    expect(await readable(log, 'run')).toEqual({ events: [], code: null })
  })

  test(
    'a server that crashes costs no acknowledged event, repeats none, and is waited for',
    { timeout: 60_000 },
    async () => {
      const { log, close } = await openStore(server.newDatabase())
      const fence = await fenceOf(log, 'run')
      const woken = Promise.withResolvers<void>()
      log.watch('run', woken.resolve)
      let isCrashing = true
      const crashes = (async () => {
        for (let count = 0; count < 3; count++) {
          await sleep(200)
          await server.crash()
        }
        isCrashing = false
      })()

      let seq = 0
      while (isCrashing) {
        await log.append('run', [event(++seq)], fence)
        expect(await log.post('run', `letter ${seq}`, { type: 'abort', reason: String(seq) })).toBe(true)
      }
      await crashes

      expect(await readable(log, 'run')).toEqual({ events: events(seq), code: null })
      expect((await log.letters('run')).map(({ position }) => position)).toEqual(
        events(seq).map(({ seq }) => seq),
      )
      await woken.promise
      await close()
    },
  )
})
