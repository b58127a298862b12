import type { StoreKind } from '@heddle/store'
import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import type { PostgresServer } from '@heddle/testkit/postgres'
import { afterAll, beforeAll, describe } from 'vitest'
import { join } from 'node:path'
import { temporaryFolder } from './open-stores.ts'

const programs = postgresPrograms()

/** Runs a suite on SQLite and, where its programs are installed, on a PostgreSQL server. */
export function onEachDatabase(suite: (newTarget: () => string, kind: StoreKind) => void): void {
  describe('on SQLite', () => {
    const folder = temporaryFolder()
    let files = 0
    suite(() => join(folder, `${++files}.db`), 'sqlite')
  })

  describe.skipIf(programs === null)('on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres(programs ?? '', { isDurable: false })
    })
    afterAll(() => server.stop())
    suite(() => server.newDatabase(), 'postgres')
  })
}
