/**
 * One event of one run, as JSON text. `hash` is SHA-256 in hex over `prev_hash` and `body`, so that a changed
 * or missing row is found; `at_ms` and `type` repeat what `body` says, for queries.
 */
export interface RunEventTable {
  run_id: string
  /** 1, 2, 3 … per run. */
  seq: number
  at_ms: number
  type: string
  body: string
  prev_hash: string
  hash: string
}

/** The right to write a run. A row is never removed: `fence` may only grow. */
export interface RunLeaseTable {
  run_id: string
  /** `null`: given back. */
  owner: string | null
  fence: number
  lapses_at_ms: number
}

export interface RunLetterTable {
  run_id: string
  /** 1, 2, 3 … per run. */
  position: number
  letter_id: string
  body: string
}

/** What was asked of people; written with the event that asks, so it is never out of step with the log. */
export interface RunApprovalTable {
  run_id: string
  approval_id: string
  hash: string
  /** The request as JSON. */
  request: string
  requested_at_ms: number
  expires_at_ms: number | null
  /** When the run took an answer, or ended without one. */
  settled_at_ms: number | null
}

export interface SessionTable {
  session_id: string
  title: string
  /** `title` in lower case, because the databases disagree about case outside ASCII. */
  title_folded: string
  model: string
  /** The session this one was forked from, and the last message it shares with it. */
  parent_id: string | null
  parent_seq: number | null
  created_at_ms: number
  updated_at_ms: number
  archived_at_ms: number | null
}

export interface SessionRunTable {
  session_id: string
  /** 1, 2, 3 … per session. */
  position: number
  run_id: string
  /** Messages the run added; `null` until it ended and was read. */
  message_count: number | null
}

export interface UsageEntryTable {
  run_id: string
  /** The run that nobody called: `run_id` itself, or the first of the runs that called each other. */
  root_run_id: string
  /** Of the event that reported it: an event is counted once, however often it is told. */
  seq: number
  turn: number
  at_ms: number
  model: string
  input_tokens: number
  output_tokens: number
  cache_read_tokens: number
  cache_write_tokens: number
  reasoning_tokens: number
  /** `null`: unknown, which is not 0. */
  cost_micro_usd: number | null
}

/** Everything the store keeps; the type parameter of its `Kysely`. */
export interface StoreTables {
  run_event: RunEventTable
  run_lease: RunLeaseTable
  run_letter: RunLetterTable
  run_approval: RunApprovalTable
  session: SessionTable
  session_run: SessionRunTable
  usage_entry: UsageEntryTable
}
