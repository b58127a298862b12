import { foldRun } from '@heddle/core'
import type { DurableEvent, Message, RunLog } from '@heddle/core'
import type { Kysely } from 'kysely'
import type { GroupCommit } from './group-commit.ts'
import type { SessionMessage } from './sessions.ts'
import type { StoreTables } from './tables.ts'

interface Source {
  readonly db: Kysely<StoreTables>
  readonly log: RunLog
  readonly group: GroupCommit
}

/**
 * Messages of a session with a `seq` greater than `after`: what it shares with its parent, then what each of
 * its runs added to what was said before it. A run's share never changes once it ended, so the runs before
 * `after` need not be read again.
 */
export async function* sessionMessages(
  source: Source,
  sessionId: string,
  after: number,
): AsyncGenerator<SessionMessage, void, undefined> {
  const session = await source.db
    .selectFrom('session')
    .select(['parent_id', 'parent_seq'])
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  let seq = session?.parent_seq ?? 0
  if (session?.parent_id != null) {
    for await (const shared of sessionMessages(source, session.parent_id, after)) {
      if (shared.seq > seq) break
      yield shared
    }
  }
  for (const { run_id, message_count, position } of await runsOf(source.db, sessionId)) {
    if (message_count !== null && seq + message_count <= after) {
      seq += message_count
      continue
    }
    const isFirst = position === 1 && session?.parent_id == null
    const { messages, hasEnded } = await readMessages(source.log, run_id, isFirst)
    if (hasEnded && message_count === null)
      await rememberCount(source.group, run_id, sessionId, messages.length)
    for (const message of messages) {
      seq++
      if (seq > after) yield { seq, runId: run_id, message }
    }
  }
}

function runsOf(db: Kysely<StoreTables>, sessionId: string) {
  return db
    .selectFrom('session_run')
    .select(['run_id', 'position', 'message_count'])
    .where('session_id', '=', sessionId)
    .orderBy('position')
    .execute()
}

/** What the run added; of the first one also what it was given, for nobody else tells it. */
async function readMessages(
  log: RunLog,
  runId: string,
  isFirst: boolean,
): Promise<{ messages: readonly Message[]; hasEnded: boolean }> {
  const events: DurableEvent[] = await Array.fromAsync(log.read(runId))
  const [started] = events
  if (started?.type !== 'run.started') return { messages: [], hasEnded: false }
  const { messages, stop } = foldRun(events)
  return { messages: isFirst ? messages : messages.slice(started.history.length), hasEnded: stop !== null }
}

/** Only spares time, so a database that cannot be written does without. */
async function rememberCount(
  group: GroupCommit,
  runId: string,
  sessionId: string,
  count: number,
): Promise<void> {
  await group
    .write(async (db) => {
      await db
        .updateTable('session_run')
        .set({ message_count: count })
        .where('run_id', '=', runId)
        .where('session_id', '=', sessionId)
        .execute()
    })
    .catch(() => {})
}
