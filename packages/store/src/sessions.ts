import type { Message } from '@heddle/core'

/** A conversation: runs in order, with a title to find it by. */
export interface SessionRecord {
  readonly sessionId: string
  readonly title: string
  /** `provider/model` it was begun with. */
  readonly model: string
  /** The session it was forked from, and the last message it shares with it; `null` when it was not. */
  readonly parent: SessionParent | null
  readonly createdAtMs: number
  /** When it was made, renamed, or last got a run. */
  readonly updatedAtMs: number
  /** `null` while it is in use. */
  readonly archivedAtMs: number | null
  /** Micro-dollars of its own runs, by the ledger; `null` as soon as one turn's cost is unknown. */
  readonly costMicroUsd: number | null
}

export interface SessionParent {
  readonly sessionId: string
  readonly seq: number
}

export interface SessionMessage {
  /** 1, 2, 3 … over the whole session, what it shares with its parent included. */
  readonly seq: number
  readonly runId: string
  readonly message: Message
}

export interface NewSession {
  readonly model: string
  /** Default: empty. */
  readonly title?: string
  readonly parent?: SessionParent
  /** Default: a new one. */
  readonly sessionId?: string
}

export interface SessionQuery {
  /** Text that the title contains; case does not matter. */
  readonly search?: string
  /** Default 50. */
  readonly limit?: number
  /** How many to leave out; default 0. */
  readonly offset?: number
  /** Default false. */
  readonly withArchived?: boolean
}

/** Conversations. Nothing is ever deleted: `archive` only hides. */
export interface Sessions {
  /** @throws ConfigError `config.invalid` when the id is taken. */
  create(session: NewSession): Promise<SessionRecord>
  /** `null` when there is none of this id. */
  get(sessionId: string): Promise<SessionRecord | null>
  /** Those used last come first. */
  list(query?: SessionQuery): Promise<readonly SessionRecord[]>
  /** @throws ConfigError `config.invalid` when there is no such session; so do the following. */
  rename(sessionId: string, title: string): Promise<void>
  /** Adds a run at the end; does nothing when it is there already. */
  addRun(sessionId: string, runId: string): Promise<void>
  /** Run ids in the order they were added. */
  runs(sessionId: string): Promise<readonly string[]>
  /**
   * Messages after a sequence number (default 0), at most `limit` (default 100), folded from the runs' logs.
   *
   * @throws LogError `log.damaged` when the log of a run that is needed is.
   */
  messages(
    sessionId: string,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly SessionMessage[]>
  /**
   * Makes a session that shares all messages up to `atSeq` (0: none) and then goes its own way.
   *
   * @throws ConfigError `config.invalid` also when the session has no such message.
   */
  fork(sessionId: string, atSeq: number, title?: string): Promise<SessionRecord>
  archive(sessionId: string): Promise<void>
  restore(sessionId: string): Promise<void>
}
