import type { StoreKind } from '@heddle/store'
import { afterAll, beforeAll, describe } from 'vitest'
import { join } from 'node:path'
import { temporaryFolder } from './open-stores.ts'
import { postgresBin, startPostgres } from './postgres-server.ts'
import type { PostgresServer } from './postgres-server.ts'

/** Runs a suite on SQLite and, where its programs are installed, on a PostgreSQL server. */
export function onEachDatabase(suite: (newTarget: () => string, kind: StoreKind) => void): void {
  describe('on SQLite', () => {
    const folder = temporaryFolder()
    let files = 0
    suite(() => join(folder, `${++files}.db`), 'sqlite')
  })

  describe.skipIf(!postgresBin)('on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server.stop())
    suite(() => server.newDatabase(), 'postgres')
  })
}
