import type { RunLog } from '@heddle/core'
import { runLogContract } from '@heddle/testkit/contracts'
import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import type { PostgresServer } from '@heddle/testkit/postgres'
import { afterAll, beforeAll, describe } from 'vitest'
import { join } from 'node:path'
import { storeOpener, temporaryFolder } from './open-stores.ts'

const programs = postgresPrograms()

const open = storeOpener()
/** Where each log under test came from, so that a second handle can be had. */
const targets = new WeakMap<RunLog, string>()

async function logAt(target: string): Promise<RunLog> {
  const { log } = await open(target)
  targets.set(log, target)
  return log
}

const another = (log: RunLog): Promise<RunLog> => logAt(targets.get(log) ?? '')

const folder = temporaryFolder()
let files = 0
runLogContract('SQLite', () => logAt(join(folder, `${++files}.db`)), another)

describe.skipIf(programs === null)('on a PostgreSQL server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres(programs ?? '', { isDurable: false })
  })
  afterAll(() => server.stop())
  runLogContract('PostgreSQL', () => logAt(server.newDatabase()), another)
})
