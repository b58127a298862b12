import { openStore } from '@heddle/store'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './open-stores.ts'
import { event, events, fenceOf, readable } from './run-events.ts'

const folder = temporaryFolder()
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('openStore', () => {
  test('makes its file, and the folders above it, for their owner alone', async () => {
    const project = join(folder, 'project')

    const store = await openStore(undefined, { folder: project })

    expect(store).toMatchObject({ kind: 'sqlite', isReadOnly: false, notice: null })
    expect(mode(join(project, '.heddle'))).toBe('700')
    expect(mode(join(project, '.heddle', 'heddle.db'))).toBe('600')
    expect(mode(join(project, '.heddle', 'heddle.db-wal'))).toBe('600')
    await store.close()
  })

  test('lets every commit wait for the disk', async () => {
    const { db, close } = await openStore(join(folder, 'durable.db'))

    const { rows } = await sql`
      select * from pragma_journal_mode, pragma_synchronous`.execute(db)

    // 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous
    expect(rows).toEqual([{ journal_mode: 'wal', synchronous: 2 }])
    await close()
  })

  test('finds again what was stored', async () => {
    const path = join(folder, 'again.db')
    const before = await openStore(path)
    await before.log.append('run', events(3), await fenceOf(before.log, 'run'))
    await before.close()

    const after = await openStore(path)

    expect(await readable(after.log, 'run')).toEqual({ events: events(3), code: null })
    await after.close()
  })

  test('waits, when it is closed, for what is being written', async () => {
    const path = join(folder, 'closing.db')
    const store = await openStore(path)
    const fence = await fenceOf(store.log, 'run')

    const appended = store.log.append('run', events(1), fence)
    await store.close()

    await appended
    const after = await openStore(path)
    expect(await readable(after.log, 'run')).toEqual({ events: events(1), code: null })
    await after.close()
  })

  test('takes the server from the environment it is given, and from no other', async () => {
    const refused = openStore(undefined, { env: { DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/x' } })

    await expect(refused).rejects.toMatchObject({ code: 'log.failed', retryable: true })
    await expect(refused).rejects.toThrow(
      'The database server at 127.0.0.1:1/x cannot be reached; check that it runs and that the address is right.',
    )
    const file = await openStore(undefined, { folder, env: { DATABASE_URL: '' } })
    expect(file.kind).toBe('sqlite')
    await file.close()
  })

  test.each([
    ['mysql://localhost/x', 'but not a mysql:// address'],
    ['', 'but not an empty text'],
    ['postgres://ada:secret@ho st/x', 'is not a URL'],
  ])('refuses %j in one sentence without its password', async (target, sentence) => {
    const refused = openStore(target)

    await expect(refused).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(refused).rejects.toThrow(sentence)
    await expect(refused).rejects.not.toThrow('secret')
  })

  test.each([
    ['a folder', (path: string) => void mkdirSync(path)],
    ['below a file', (path: string) => writeFileSync(join(path, '..'), '')],
  ])('says that it cannot write to a path that is %s', async (name, make) => {
    const path = name === 'a folder' ? join(folder, name) : join(folder, name, 'x.db')
    make(path)

    await expect(openStore(path)).rejects.toMatchObject({
      code: 'log.failed',
      message: `${path} cannot be written; check that the folder exists, is yours and is not mounted read-only.`,
    })
  })

  test('refuses a run id that the two databases would keep differently', async () => {
    const { log, close } = await openStore(join(folder, 'ids.db'))

    for (const id of ['a\0b', 'half \ud83e', 'x'.repeat(501)]) {
      await expect(log.acquire(id, 'test', 1_000)).rejects.toMatchObject({ code: 'log.failed' })
      await expect(log.post(id, 'letter', { type: 'abort', reason: '' })).rejects.toMatchObject({
        code: 'log.failed',
      })
    }
    await close()
  })

  test('refuses events that are not JSON, and stores the others of the same moment', async () => {
    const { log, close } = await openStore(join(folder, 'cyclic.db'))
    const [fence, other] = [await fenceOf(log, 'run'), await fenceOf(log, 'other')]
    const cyclic: Record<string, unknown> = { ...event(1) }
    cyclic['self'] = cyclic

    const outcomes = await Promise.allSettled([
      log.append('run', [cyclic as never], fence),
      log.append('other', [event(1)], other),
    ])

    expect(outcomes).toMatchObject([{ reason: { code: 'log.failed' } }, { status: 'fulfilled' }])
    expect(await readable(log, 'other')).toEqual({ events: events(1), code: null })
    await close()
  })
})

/** A file system of 3 MB; `null` where none may be mounted. */
const smallDisk = mountSmallDisk()

function mountSmallDisk(): string | null {
  const path = join(folder, 'small')
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    return null
  }
}

test.skipIf(smallDisk === null)(
  'says when the disk is full, keeps what it acknowledged, and goes on when there is space',
  async () => {
    const disk = smallDisk ?? ''
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk]))
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(1_000_000))
    const store = await openStore(join(disk, 'full.db'))
    const fence = await fenceOf(store.log, 'run')
    const large = (seq: number) => event(seq, 'x'.repeat(20_000))
    let stored = 0

    const filling = (async () => {
      for (; ; stored++) await store.log.append('run', [large(stored + 1)], fence)
    })()

    await expect(filling).rejects.toMatchObject({ code: 'log.failed', retryable: true })
    await expect(filling).rejects.toThrow('There is no space left for')
    expect((await readable(store.log, 'run')).events).toHaveLength(stored)
    rmSync(join(disk, 'ballast'))
    await store.log.append('run', [large(stored + 1)], fence)
    expect(await readable(store.log, 'run')).toMatchObject({ events: { length: stored + 1 }, code: null })
    await store.close()
  },
)
