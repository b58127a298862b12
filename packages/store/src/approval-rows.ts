import type { DurableEvent } from '@heddle/core'
import { sql } from 'kysely'
import type { Transaction } from 'kysely'
import type { Append } from './append.ts'
import type { StoreKind } from './database.ts'
import type { StoreTables } from './tables.ts'

/**
 * Keeps `run_approval` in step with the events that are being stored. Most groups hold no such event, and
 * cost nothing.
 */
export async function noteApprovals(
  tx: Transaction<StoreTables>,
  appends: readonly Append[],
  kind: StoreKind,
): Promise<void> {
  const ended: string[] = []
  let endedAtMs = 0
  for (const { runId, events } of appends) {
    for (const event of events) {
      if (event.type === 'approval.requested') await ask(tx, runId, event)
      else if (event.type === 'approval.answered') await answer(tx, runId, event)
      else if (event.type === 'run.ended') {
        ended.push(runId)
        endedAtMs = Math.trunc(event.atMs)
      }
    }
  }
  if (ended.length === 0) return
  await tx
    .updateTable('run_approval')
    .set({ settled_at_ms: endedAtMs })
    .where('settled_at_ms', 'is', null)
    .where(
      'run_id',
      'in',
      kind === 'sqlite'
        ? sql<string>`(select value from json_each(${JSON.stringify(ended)}))`
        : sql<string>`(select unnest(${ended}::text[]))`,
    )
    .execute()
}

type Event<Type> = Extract<DurableEvent, { type: Type }>

async function ask(
  tx: Transaction<StoreTables>,
  runId: string,
  { atMs, request }: Event<'approval.requested'>,
): Promise<void> {
  // A run repeats what the runs it started ask; the question stands where its answer goes.
  if (request.runId !== runId) return
  await tx
    .insertInto('run_approval')
    .values({
      run_id: runId,
      approval_id: request.approvalId,
      hash: request.hash,
      request: JSON.stringify(request),
      requested_at_ms: Math.trunc(atMs),
      expires_at_ms: request.expiresAtMs === null ? null : Math.trunc(request.expiresAtMs),
      settled_at_ms: null,
    })
    .onConflict((conflict) => conflict.columns(['run_id', 'approval_id']).doNothing())
    .execute()
}

/** An answer to another action than the one that was asked about settles nothing. */
async function answer(
  tx: Transaction<StoreTables>,
  runId: string,
  { atMs, answer: { approvalId, hash } }: Event<'approval.answered'>,
): Promise<void> {
  await tx
    .updateTable('run_approval')
    .set({ settled_at_ms: Math.trunc(atMs) })
    .where('run_id', '=', runId)
    .where('approval_id', '=', approvalId)
    .where('hash', '=', hash)
    .execute()
}
