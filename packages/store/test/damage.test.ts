import type { DurableEvent } from '@heddle/core'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onEachDatabase } from './each-database.ts'
import { storeOpener, temporaryFolder } from './open-stores.ts'
import { event, events, fenceOf, readable } from './run-events.ts'

const open = storeOpener()

/** A store with a run of five events and another of two. */
async function twoRuns(target: string): Promise<Store> {
  const store = await openStore(target)
  await store.log.append('run', events(5), await fenceOf(store.log, 'run'))
  await store.log.append('other', events(2), await fenceOf(store.log, 'other'))
  return store
}

onEachDatabase((newTarget) => {
  describe('a changed row', () => {
    test.each<[string, string, number]>([
      [
        'another text',
        `update run_event set body = replace(body, 'event 3', 'event X') where run_id = 'run' and seq = 3`,
        2,
      ],
      [
        'another hash',
        `update run_event set hash = replace(hash, substr(hash, 1, 1), 'z') where run_id = 'run' and seq = 3`,
        2,
      ],
      ['another predecessor', `update run_event set prev_hash = 'z' where run_id = 'run' and seq = 3`, 2],
      ['a missing row', `delete from run_event where run_id = 'run' and seq = 3`, 2],
      ['a missing beginning', `delete from run_event where run_id = 'run' and seq = 1`, 0],
      [
        'a row of another run',
        `update run_event set run_id = 'run', seq = 6 where run_id = 'other' and seq = 1`,
        5,
      ],
    ])('(%s) is found by reading and by appending', async (_, change, sound) => {
      const target = newTarget()
      const before = await twoRuns(target)
      await before.db.executeQuery({
        ...before.db.selectFrom('session').selectAll().compile(),
        sql: change,
        parameters: [],
      })
      await before.close()
      const { log } = await open(target)
      const fence = await fenceOf(log, 'run')

      const appended = log.append('run', [event(6)], fence)

      await expect(appended).rejects.toMatchObject({ code: 'log.damaged' })
      await expect(appended).rejects.toThrow(`Run run is damaged at event ${sound + 1}`)
      expect(await readable(log, 'run')).toEqual({ events: events(sound), code: 'log.damaged' })
    })

    test('does not touch the other runs', async () => {
      const target = newTarget()
      const before = await twoRuns(target)
      await before.db.updateTable('run_event').set({ body: '{}' }).where('run_id', '=', 'run').execute()
      await before.close()
      const { log } = await open(target)

      await log.append('other', [event(3)], await fenceOf(log, 'other'))

      expect(await readable(log, 'other')).toEqual({ events: events(3), code: null })
    })

    test('is found by a reader that begins after it', async () => {
      const store = await twoRuns(newTarget())
      await store.db
        .updateTable('run_event')
        .set({ hash: 'z' })
        .where('run_id', '=', 'run')
        .where('seq', '=', 3)
        .execute()

      const seqs: number[] = []
      const reading = (async () => {
        for await (const { seq } of store.log.read('run', 3)) seqs.push(seq)
      })()

      await expect(reading).rejects.toMatchObject({ code: 'log.damaged' })
      expect(seqs).toEqual([])
      await store.close()
    })
  })
})

describe('a damaged SQLite file', () => {
  const folder = temporaryFolder()
  const RUNS = 12
  const historyOf = (runId: string): DurableEvent[] =>
    Array.from({ length: 20 }, (_, at) => event(at + 1, `${runId} event ${at + 1} ${'x'.repeat(200)}`))

  /** A closed file with twelve runs of twenty events. */
  async function sound(name: string): Promise<string> {
    const path = join(folder, name)
    const { log, close } = await openStore(path)
    await Promise.all(
      Array.from({ length: RUNS }, async (_, at) =>
        log.append(`run ${at}`, historyOf(`run ${at}`), await fenceOf(log, `run ${at}`)),
      ),
    )
    await close()
    return path
  }

  /** Opens a copy that was changed, and looks at every run: whatever is read must be true. */
  async function lookAt(path: string): Promise<{ complete: number; told: boolean }> {
    let store: Store
    try {
      store = await openStore(path)
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'log.damaged' })
      return { complete: 0, told: true }
    }
    let complete = 0
    let told = store.isReadOnly
    for (let at = 0; at < RUNS; at++) {
      const { events, code }: { events: DurableEvent[]; code: string | null } = await readable(
        store.log,
        `run ${at}`,
      )
      expect(events).toEqual(historyOf(`run ${at}`).slice(0, events.length))
      if (events.length === 20 && code === null) complete++
      if (code === null) continue
      expect(code).toBe('log.damaged')
      told = true
    }
    await store.close()
    return { complete, told }
  }

  test('with a flipped byte in an event is read up to there', async () => {
    const path = await sound('flipped.db')
    const bytes = readFileSync(path)
    // SQLite leaves old copies behind when it splits a page.
    for (let at = bytes.indexOf('run 5 event 7 '); at >= 0; at = bytes.indexOf('run 5 event 7 ', at + 1)) {
      bytes[at] = (bytes[at] ?? 0) ^ 1
    }
    writeFileSync(path, bytes)

    expect(await lookAt(path)).toEqual({ complete: RUNS - 1, told: true })
  })

  test(
    'gives true events or none, and says so, whichever page is overwritten',
    { timeout: 60_000 },
    async () => {
      const path = await sound('pages.db')
      const copy = join(folder, 'page.db')
      const pages = statSync(path).size / 4_096
      const outcomes: { complete: number; told: boolean }[] = []

      for (let page = 0; page < pages; page++) {
        copyFileSync(path, copy)
        const bytes = readFileSync(copy)
        bytes.fill(0xa5, page * 4_096, page * 4_096 + 64)
        bytes.fill(0x5a, page * 4_096 + 2_000, page * 4_096 + 2_064)
        writeFileSync(copy, bytes)
        outcomes.push(await lookAt(copy))
      }

      expect(outcomes.length).toBeGreaterThan(20)
      expect(outcomes.filter(({ told }) => told).length).toBeGreaterThan(10)
      // A page that holds no event may be lost without any event being lost; nothing else goes unnoticed.
      expect(outcomes.filter(({ complete, told }) => complete < RUNS && !told)).toEqual([])
    },
  )

  test('is opened only to read, and says why, when its end is missing', async () => {
    const path = await sound('cut.db')
    truncateSync(path, Math.floor(statSync(path).size * 0.7))

    const store = await openStore(path)

    expect(store.isReadOnly).toBe(true)
    expect(store.notice).toBe(
      `${path} is damaged (database disk image is malformed), so it was opened only to read what is left; move it away, or restore a backup, to go on.`,
    )
    await expect(store.log.acquire('new', 'test', 1_000)).rejects.toMatchObject({ code: 'log.failed' })
    await expect(store.sessions.create({ model: 'm' })).rejects.toThrow('opened only to read')
    expect((await lookAt(path)).complete).toBeGreaterThan(0)
    await store.close()
  })

  test('gives true events or none, and says so, wherever it is cut', { timeout: 60_000 }, async () => {
    const path = await sound('whole.db')
    const copy = join(folder, 'part.db')
    const { size } = statSync(path)

    for (let length = 512; length < size; length += 512 * 5) {
      copyFileSync(path, copy)
      truncateSync(copy, length)
      expect((await lookAt(copy)).told).toBe(true)
    }
  })

  test('is refused in one sentence when it is no database at all', async () => {
    const path = join(folder, 'letter.db')
    writeFileSync(path, 'Dear Sir or Madam, '.repeat(500))

    const refused = openStore(path)

    await expect(refused).rejects.toMatchObject({ code: 'log.damaged' })
    await expect(refused).rejects.toThrow(/letter\.db is not a Heddle database/)
    expect(readFileSync(path, 'utf8')).toBe('Dear Sir or Madam, '.repeat(500))
  })

  test('is not damaged by an intact database of somebody else', async () => {
    const path = join(folder, 'other.db')
    const other = new Sqlite(path)
    other.exec('create table theirs (x)')
    other.close()

    const store = await open(path)

    await store.log.append('run', events(1), await fenceOf(store.log, 'run'))
    expect(await readable(store.log, 'run')).toEqual({ events: events(1), code: null })
  })
})
