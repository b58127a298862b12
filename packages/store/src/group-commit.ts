import { LogError } from '@heddle/core'
import type { Kysely, Transaction } from 'kysely'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { appendEvents } from './append-events.ts'
import type { Append } from './append.ts'
import type { Database } from './database.ts'
import { verifiedChains } from './event-chain.ts'
import type { VerifiedChains } from './event-chain.ts'
import { isPassing, isPassingOrDuplicate, persist } from './persist.ts'
import { storageFailure, troubleOf } from './storage-failure.ts'
import type { StoreTables } from './tables.ts'

/**
 * A single statement. It is run again when the database was busy or the connection broke, which may have been
 * after it was stored.
 */
export type Statement<T> = (db: Kysely<StoreTables>, mayBeStored: boolean) => Promise<T>

/** Everything that one process writes to a database. */
export interface GroupCommit {
  /** How far the chains of runs are known to be whole. */
  readonly verified: VerifiedChains
  /** Returns when the events are stored for good. */
  append(append: Append): Promise<void>
  /** @returns What the statement gave, once it is stored for good. */
  write<T>(statement: Statement<T>): Promise<T>
  /** Returns when nothing is being written any more. */
  settled(): Promise<void>
}

interface Waiting<Work> {
  readonly work: Work
  readonly resolve: () => void
  readonly reject: (thrown: unknown) => void
}

interface Group {
  readonly appends: readonly Waiting<Append>[]
  readonly statements: readonly Waiting<Statement<void>>[]
}

/**
 * Collects what is written in one turn of the event loop, and while the group before it is being stored, and
 * stores it in one transaction: a thousand runs share one wait for the disk.
 *
 * @see docs/decisions/0008-store-groups-chains-fences.md
 */
export function groupCommit(database: Database): GroupCommit {
  const verified = verifiedChains()
  let appends: Waiting<Append>[] = []
  let statements: Waiting<Statement<void>>[] = []
  let isFlushing = false
  let flushed: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    while (appends.length > 0 || statements.length > 0) {
      // Whoever was just answered may have more to write in this turn.
      await endOfTurn()
      const group = { appends, statements }
      appends = []
      statements = []
      await commitOrSplit(database, verified, group)
    }
    isFlushing = false
  }
  const schedule = (): void => {
    if (isFlushing) return
    isFlushing = true
    flushed = flush()
  }
  return {
    verified,
    append: (work) =>
      new Promise((resolve, reject) => {
        appends.push({ work, resolve, reject })
        schedule()
      }),
    write<T>(statement: Statement<T>): Promise<T> {
      // A server gathers the commits of many connections by itself.
      if (database.kind === 'postgres') return writeAlone(database, statement)
      return new Promise<T>((resolve, reject) => {
        let value: T
        const work: Statement<void> = async (db, mayBeStored) => {
          value = await statement(db, mayBeStored)
        }
        statements.push({ work, resolve: () => resolve(value), reject })
        schedule()
      })
    },
    settled: () => flushed,
  }
}

async function writeAlone<T>({ db, place }: Database, statement: Statement<T>): Promise<T> {
  try {
    return await persist(isPassing, (mayBeStored) => statement(db, mayBeStored))
  } catch (thrown) {
    throw storageFailure(thrown, place)
  }
}

/** One bad member must not take the others of its group down, so a group that fails is tried one by one. */
async function commitOrSplit(database: Database, verified: VerifiedChains, group: Group): Promise<void> {
  const members = [...group.appends, ...group.statements]
  try {
    await commit(database, verified, group)
  } catch (thrown) {
    if (members.length === 1 || troubleOf(thrown) !== 'other') {
      const failure = storageFailure(thrown, database.place)
      for (const { reject } of members) reject(failure)
      return
    }
    for (const append of group.appends) {
      await commitOrSplit(database, verified, { appends: [append], statements: [] })
    }
    for (const statement of group.statements) {
      await commitOrSplit(database, verified, { appends: [], statements: [statement] })
    }
  }
}

async function commit(database: Database, verified: VerifiedChains, group: Group): Promise<void> {
  const { db, kind, place, readOnlyBecause } = database
  if (readOnlyBecause !== null) throw new LogError('log.failed', readOnlyBecause)
  const appends = group.appends.map(({ work }) => work)
  const store = async (tx: Transaction<StoreTables>, mayBeStored: boolean) => {
    for (const { work } of group.statements) await work(tx, mayBeStored)
    return appendEvents(tx, appends, { kind, place, verified, mayBeStored })
  }
  const outcome = await persist(isPassingOrDuplicate, (mayBeStored) =>
    db.transaction().execute((tx) => store(tx, mayBeStored)),
  )
  for (const [runId, link] of outcome.links) verified.set(runId, link)
  for (const [at, { resolve, reject }] of group.appends.entries()) {
    const refusal = outcome.refusals[at]
    if (refusal) reject(refusal)
    else resolve()
  }
  for (const { resolve } of group.statements) resolve()
}
