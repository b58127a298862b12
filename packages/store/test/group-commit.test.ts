import { openStore } from '@heddle/store'
import { describe, expect, test } from 'vitest'
import Sqlite from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onEachDatabase } from './each-database.ts'
import { temporaryFolder } from './open-stores.ts'
import { event, events, fenceOf, readable } from './run-events.ts'

const folder = temporaryFolder()

/** Offsets in the write-ahead log: https://sqlite.org/fileformat.html#the_write_ahead_log */
const WAL_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const PAGE_SIZE_AT = 8
const COMMIT_MARK_AT = 4

/** Transactions in a write-ahead log that was never begun anew: the last frame of each is marked. */
function transactionsIn(path: string): number {
  const wal = readFileSync(`${path}-wal`)
  const frameBytes = FRAME_HEADER_BYTES + wal.readUInt32BE(PAGE_SIZE_AT)
  let count = 0
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    if (wal.readUInt32BE(at + COMMIT_MARK_AT) !== 0) count++
  }
  return count
}

describe('a group commit', () => {
  test('stores all that one turn of the event loop appends in one transaction', async () => {
    const path = join(folder, 'turn.db')
    const { log, close } = await openStore(path)
    const runs = Array.from({ length: 200 }, (_, at) => `run ${at}`)
    const before = transactionsIn(path)

    const fences = await Promise.all(runs.map((run) => fenceOf(log, run)))
    const acquired = transactionsIn(path)
    await Promise.all(runs.map((run, at) => log.append(run, events(3), fences[at] ?? 0)))

    expect(acquired - before).toBe(1)
    expect(transactionsIn(path) - acquired).toBe(1)
    await close()
  })

  test('stores appends that wait for each other one by one', async () => {
    const path = join(folder, 'lone.db')
    const { log, close } = await openStore(path)
    const fence = await fenceOf(log, 'run')
    const before = transactionsIn(path)

    for (const one of events(5)) await log.append('run', [one], fence)

    expect(transactionsIn(path) - before).toBe(5)
    await close()
  })

  test('waits for another writer without stopping this process', async () => {
    const path = join(folder, 'busy.db')
    const { log, close } = await openStore(path)
    const fence = await fenceOf(log, 'run')
    const other = new Sqlite(path)
    other.exec('begin immediate')
    let isStored = false

    const appended = log.append('run', events(1), fence).then(() => (isStored = true))
    // Only a process that is not stopped comes to give the database free.
    await sleep(100)
    const storedBefore = isStored
    other.exec('commit')
    await appended

    expect(storedBefore).toBe(false)
    expect(await readable(log, 'run')).toEqual({ events: events(1), code: null })
    other.close()
    await close()
  })

  test('refuses one member without harm to the others', async () => {
    const { log, close } = await openStore(join(folder, 'refused.db'))
    const [a, b] = [await fenceOf(log, 'a'), await fenceOf(log, 'b')]

    const outcomes = await Promise.allSettled([
      log.append('a', [event(1)], a),
      log.append('b', [event(7)], b),
      log.append('b', [event(1)], b + 1),
      log.append('a', [event(2)], a),
      log.append('b', [event(1)], b),
    ])

    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'log.conflict' } },
      { reason: { code: 'log.fenced' } },
      { status: 'fulfilled' },
      { status: 'fulfilled' },
    ])
    expect(await readable(log, 'a')).toEqual({ events: events(2), code: null })
    expect(await readable(log, 'b')).toEqual({ events: events(1), code: null })
    await close()
  })
})

onEachDatabase((newTarget) => {
  test('fails only the member of a group that the database cannot take', async () => {
    const { log, close } = await openStore(newTarget())
    const [a, b] = [await fenceOf(log, 'a'), await fenceOf(log, 'b')]

    const outcomes = await Promise.allSettled([
      log.append('a', [event(1)], a),
      log.append('b', [{ ...event(1), atMs: Number.NaN }], b),
      log.append('a', [event(2)], a),
    ])

    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'log.failed' } },
      { status: 'fulfilled' },
    ])
    expect(await readable(log, 'a')).toEqual({ events: events(2), code: null })
    expect(await readable(log, 'b')).toEqual({ events: [], code: null })
    await close()
  })
})
