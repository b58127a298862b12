import { decisionGraph } from '@heddle/graph'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { expect, test } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTarget } from './each-graph.ts'
import type { Tables } from './each-graph.ts'

test('a database that is read-only can be read, and says what to do when something has to be stored', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-graph-'))
  const file = join(folder, 'graph.db')
  const own = openTarget(file)
  const writer = await decisionGraph(own, { project: 'test' })
  await writer.write({ nodes: [{ id: 'a', type: 'goal', title: 'Cache prices' }] })
  const database = new Sqlite(file, { readonly: true })
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  const reader = await decisionGraph(db, { project: 'test' })

  expect(await reader.get(['a'])).toMatchObject([{ title: 'Cache prices' }])
  await expect(reader.write({ nodes: [{ type: 'goal', title: 'b' }] })).rejects.toMatchObject({
    code: 'graph.failed',
    retryable: false,
    message: expect.stringContaining('read-only; open it for writing'),
  })
  await expect(reader.search('cache')).rejects.toThrow('read-only; open it for writing')
  expect(await writer.search('cache')).toHaveLength(1)
  expect(await reader.search('cache')).toHaveLength(1)

  await db.destroy()
  await own.destroy()
  rmSync(folder, { recursive: true })
})
