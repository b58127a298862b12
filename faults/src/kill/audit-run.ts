import { createHash } from 'node:crypto'
import { foldRun, textOf, toolCallsOf } from '@heddle/core'
import type { DurableEvent, JsonValue, RunState, ToolResultPart } from '@heddle/core'
import { must, mustEqual } from '../fault-row.ts'
import { auditLedger } from './audit-ledger.ts'
import type { CallOutcome } from './audit-ledger.ts'
import type { DoomedRun } from './doomed-run.ts'
import type { KillWorld } from './kill-world.ts'
import { readLedger } from './ledger.ts'
import { decisionOf } from './planned-letters.ts'
import { ADDITION, LAST_WORDS, PRICE, USAGE, allCalls, timesSaid } from './woven-plan.ts'
import type { ToolName } from './woven-plan.ts'

/** What one run, or several, came to. */
export interface Figures {
  readonly runs: number
  readonly kills: number
  /** Events that a reader was told. */
  readonly told: number
  /** Those of them that are not in the log, byte for byte. */
  readonly lost: number
  /** Calls of `once` tools that took effect, perhaps in part. */
  readonly once: number
  /** Those of them that took effect again. */
  readonly repeated: number
}

/** The row of an event as it lies in the database. */
interface StoredRow {
  readonly seq: number
  readonly body: string
  readonly prev_hash: string
  readonly hash: string
}

/**
 * Looks at a run that ended, in the database and in the ledger.
 *
 * @returns What was counted; the caller judges it.
 * @throws Lost when the log has a hole, a broken chain, a second end, a call without exactly one result, an
 *   approval that was not honoured, or a message or money that was forgotten.
 */
export async function auditRun(world: KillWorld, run: DoomedRun): Promise<Figures> {
  const rows = await world.store.db
    .selectFrom('run_event')
    .select(['seq', 'body', 'prev_hash', 'hash'])
    .where('run_id', '=', run.runId)
    .orderBy('seq')
    .execute()
  checkChain(run.runId, rows)
  const events = rows.map(({ body }) => JSON.parse(body) as DurableEvent)
  mustEqual(
    await Array.fromAsync(world.store.log.read(run.runId)),
    events,
    `${run.runId}: what the log reads`,
  )
  const state = foldRun(events)
  checkEnd(run, events, state)
  checkLetters(run, events, state)
  await checkApprovals(world, run, events)
  const outcomes = outcomesOf(run, events)
  const { once, repeated } = auditLedger(run.runId, readLedger(world.ledgerFileOf(run.runId)), outcomes)
  const told = run.drives.flatMap((drive) => drive.told)
  return { runs: 1, kills: run.kills, told: told.length, lost: lostOf(told, rows), once, repeated }
}

export function sumOf(figures: readonly Figures[]): Figures {
  const sum = (of: (one: Figures) => number): number => figures.reduce((total, one) => total + of(one), 0)
  return {
    runs: sum(({ runs }) => runs),
    kills: sum(({ kills }) => kills),
    told: sum(({ told }) => told),
    lost: sum(({ lost }) => lost),
    once: sum(({ once }) => once),
    repeated: sum(({ repeated }) => repeated),
  }
}

/** Reckoned here once more, not with the code that wrote it. @see docs/decisions/0008-store-groups-chains-fences.md */
function checkChain(runId: string, rows: readonly StoredRow[]): void {
  let [seq, hash] = [0, sha256(runId)]
  for (const row of rows) {
    must(row.seq === seq + 1, `${runId}: event ${row.seq} follows event ${seq}`)
    must(
      row.prev_hash === hash && row.hash === sha256(hash + row.body),
      `${runId}: the chain breaks at event ${row.seq}`,
    )
    seq = row.seq
    hash = row.hash
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function lostOf(told: readonly string[], rows: readonly StoredRow[]): number {
  return told.filter((body) => rows[(JSON.parse(body) as DurableEvent).seq - 1]?.body !== body).length
}

function checkEnd({ runId, end }: DoomedRun, events: readonly DurableEvent[], state: RunState): void {
  const ends = events.filter(({ type }) => type === 'run.ended')
  must(
    ends.length === 1 && events.at(-1) === ends[0],
    `${runId} has ${ends.length} end(s), or something after it`,
  )
  mustEqual(state.stop, end, `${runId}: how it ended`)
  const turns = events.filter(({ type }) => type === 'turn.ended').length
  const cost = USAGE.inputTokens * PRICE.input + USAGE.outputTokens * PRICE.output
  must(state.spentMicroUsd >= turns * cost, `${runId} forgot money that it spent`)
  if (end.reason === 'aborted') return
  mustEqual(end, { reason: 'done' }, `${runId}: how it ended`)
  const last = state.messages.at(-1)
  mustEqual(last ? textOf(last) : null, LAST_WORDS, `${runId}: its last words`)
}

/** Each letter is taken once, in order. */
function checkLetters(
  { runId, letters, end }: DoomedRun,
  events: readonly DurableEvent[],
  state: RunState,
): void {
  const taken = events.flatMap((event) =>
    event.type === 'approval.answered' || event.type === 'input.queued' ? [event.letter] : [],
  )
  const inOrder = taken.every((letter, at) => letter > (taken[at - 1] ?? 0))
  must(inOrder, `${runId} took its letters in the order ${taken.join(', ')}`)
  if (end.reason !== 'done') return
  const added = letters.filter(({ says }) => says === 'add').length
  const words = letters.length === 0 ? '' : [...new Set(letters.map(({ says }) => says))].join(', ')
  mustEqual(timesSaid(state.messages, ADDITION), added, `${runId} (${words}): messages that were added`)
}

async function checkApprovals(
  { store }: KillWorld,
  { runId }: DoomedRun,
  events: readonly DurableEvent[],
): Promise<void> {
  const asked = events.filter(({ type }) => type === 'approval.requested').length
  must(asked === 1, `${runId} asked ${asked} times`)
  const open = await store.db
    .selectFrom('run_approval')
    .select('approval_id')
    .where('run_id', '=', runId)
    .where('settled_at_ms', 'is', null)
    .execute()
  must(open.length === 0, `${runId} has ended and its question still stands`)
}

/** What the log says of every call. */
function outcomesOf(run: DoomedRun, events: readonly DurableEvent[]): readonly CallOutcome[] {
  const results = new Map<string, ToolResultPart>()
  for (const event of events) if (event.type === 'tool.ended') results.set(event.callId, event.result)
  const outcomes = events.flatMap((event) =>
    event.type === 'message.added' && event.message.role === 'assistant'
      ? toolCallsOf(event.message).map(({ callId, name, input }) => ({
          tool: name as ToolName,
          step: stepOf(input),
          status: results.get(callId)?.status ?? null,
        }))
      : [],
  )
  if (run.end.reason === 'done') {
    mustEqual(
      outcomes.map(({ tool, step }) => ({ tool, step })),
      allCalls,
      `${run.runId}: its calls`,
    )
  }
  const interrupted = outcomes.filter(({ status }) => status === 'interrupted').length
  must(
    interrupted <= run.kills || run.end.reason === 'aborted',
    `${run.runId}: ${interrupted} calls interrupted by ${run.kills} kills`,
  )
  const shipped = outcomes.find(({ tool }) => tool === 'ship')?.status
  const isAllowed = decisionOf(run.letters) === 'allow' && run.end.reason === 'done'
  must(
    isAllowed
      ? shipped === 'ok' || shipped === 'interrupted'
      : shipped === 'denied' || shipped === 'interrupted',
    `${run.runId}: the person said ${decisionOf(run.letters) ?? 'nothing'}, and ship is ${shipped ?? 'missing'}`,
  )
  return outcomes
}

function stepOf(input: JsonValue): number {
  return (input as { step: number }).step
}
