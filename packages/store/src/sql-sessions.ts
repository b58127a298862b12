import { ConfigError, systemRuntime } from '@heddle/core'
import type { RunLog, Runtime } from '@heddle/core'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { GroupCommit } from './group-commit.ts'
import { sessionMessages } from './session-messages.ts'
import { insertRun, insertSession, selectSessions } from './session-rows.ts'
import type { SessionChange } from './session-rows.ts'
import type { NewSession, SessionMessage, SessionQuery, SessionRecord, Sessions } from './sessions.ts'
import { storageFailure } from './storage-failure.ts'

interface Context {
  readonly database: Database
  readonly log: RunLog
  readonly group: GroupCommit
  readonly runtime: Runtime
}

/** @param runtime - For ids and times of sessions. */
export function sqlSessions(
  database: Database,
  log: RunLog,
  group: GroupCommit,
  runtime: Runtime = systemRuntime,
): Sessions {
  const context: Context = { database, log, group, runtime }
  return {
    create: (session) => create(context, session),
    get: (sessionId) => find(context, sessionId),
    list: (query) => list(context, query),
    messages: (sessionId, page) => messages(context, sessionId, page),
    runs: (sessionId) => runs(context, sessionId),
    fork: (sessionId, atSeq, title) => fork(context, sessionId, atSeq, title),
    rename: (sessionId, title) =>
      change(context, sessionId, {
        title,
        title_folded: title.toLowerCase(),
        updated_at_ms: runtime.nowMs(),
      }),
    async addRun(sessionId, runId) {
      await known(context, sessionId)
      const isNew = await group.write(insertRun(sessionId, runId))
      if (isNew) await change(context, sessionId, { updated_at_ms: runtime.nowMs() })
    },
    archive: (sessionId) => change(context, sessionId, { archived_at_ms: runtime.nowMs() }),
    restore: (sessionId) => change(context, sessionId, { archived_at_ms: null }),
  }
}

async function find({ database }: Context, sessionId: string): Promise<SessionRecord | null> {
  const where = sql<boolean>`session_id = ${sessionId}`
  const [found] = await selectSessions(database, { where, limit: 1, offset: 0 })
  return found ?? null
}

async function known(context: Context, sessionId: string): Promise<SessionRecord> {
  const found = await find(context, sessionId)
  if (found) return found
  throw new ConfigError(
    'config.invalid',
    `There is no session ${sessionId}; list the sessions to see which there are.`,
  )
}

async function create({ group, runtime, ...context }: Context, session: NewSession): Promise<SessionRecord> {
  const sessionId = session.sessionId ?? runtime.newId('session')
  const isNew = await group.write(insertSession({ ...session, sessionId, atMs: runtime.nowMs() }))
  if (isNew) return known({ group, runtime, ...context }, sessionId)
  throw new ConfigError('config.invalid', `There is a session ${sessionId} already; choose another id.`)
}

async function change(context: Context, sessionId: string, values: SessionChange): Promise<void> {
  await known(context, sessionId)
  await context.group.write(async (db) => {
    await db.updateTable('session').set(values).where('session_id', '=', sessionId).execute()
  })
}

async function runs(context: Context, sessionId: string): Promise<string[]> {
  await known(context, sessionId)
  const { db, place } = context.database
  const rows = await db
    .selectFrom('session_run')
    .select('run_id')
    .where('session_id', '=', sessionId)
    .orderBy('position')
    .execute()
    .catch((thrown: unknown) => {
      throw storageFailure(thrown, place)
    })
  return rows.map(({ run_id }) => run_id)
}

const MESSAGE_LIMIT = 100

async function messages(
  context: Context,
  sessionId: string,
  { after = 0, limit = MESSAGE_LIMIT }: { readonly after?: number; readonly limit?: number } = {},
): Promise<SessionMessage[]> {
  await known(context, sessionId)
  const { database, log, group } = context
  const found: SessionMessage[] = []
  if (limit <= 0) return found
  for await (const message of sessionMessages({ db: database.db, log, group }, sessionId, after)) {
    found.push(message)
    if (found.length === limit) break
  }
  return found
}

async function fork(
  context: Context,
  sessionId: string,
  atSeq: number,
  title: string | undefined,
): Promise<SessionRecord> {
  const parent = await known(context, sessionId)
  const [last] = atSeq > 0 ? await messages(context, sessionId, { after: atSeq - 1, limit: 1 }) : []
  if (atSeq !== 0 && last?.seq !== atSeq) {
    throw new ConfigError('config.invalid', `Session ${sessionId} has no message ${atSeq} to fork at.`)
  }
  return create(context, {
    model: parent.model,
    title: title ?? parent.title,
    parent: { sessionId, seq: atSeq },
  })
}

const LIST_LIMIT = 50

/** Characters that mean something in a `like` pattern. */
const LIKE_SPECIAL = /[\\%_]/g

function list({ database }: Context, query: SessionQuery = {}): Promise<SessionRecord[]> {
  const { search = '', limit = LIST_LIMIT, offset = 0, withArchived = false } = query
  const pattern = `%${search.toLowerCase().replace(LIKE_SPECIAL, '\\$&')}%`
  const matches = sql<boolean>`title_folded like ${pattern} escape '\\'`
  return selectSessions(database, {
    where: withArchived ? matches : sql<boolean>`${matches} and archived_at_ms is null`,
    limit,
    offset,
  })
}
