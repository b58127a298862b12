import type { RunLog } from '@heddle/core'
import { runLogContract } from '@heddle/testkit/contracts'
import { afterAll, beforeAll, describe } from 'vitest'
import { join } from 'node:path'
import { storeOpener, temporaryFolder } from './open-stores.ts'
import { postgresBin, startPostgres } from './postgres-server.ts'
import type { PostgresServer } from './postgres-server.ts'

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

describe.skipIf(!postgresBin)('on a PostgreSQL server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())
  runLogContract('PostgreSQL', () => logAt(server.newDatabase()), another)
})
