import type { UserMessage } from './messages.ts'

/** The answer to an `approval.requested`, bound to the exact action by its hash. */
export interface ApprovalAnswer {
  readonly approvalId: string
  /** The `hash` of the request: an answer to anything else is not used. */
  readonly hash: string
  readonly decision: 'allow' | 'deny'
  /** Who answered; shown in logs, never interpreted. */
  readonly by: string
  /** On a denial the model reads it. */
  readonly reason?: string
}

/** An answer as the run keeps it. */
export interface GivenAnswer extends ApprovalAnswer {
  readonly givenAtMs: number
}

/** What the world outside may tell a run. It is stored first and becomes an event when the run takes it. */
export type Letter =
  | {
      readonly type: 'approval'
      readonly answer: ApprovalAnswer
      /** When it was given, in epoch milliseconds of whoever posts it: what counts is that it was in time. */
      readonly atMs: number
    }
  /** A user message for the next turn. */
  | { readonly type: 'steer'; readonly message: UserMessage }
  | { readonly type: 'abort'; readonly reason: string }

/** A letter as it lies in the log's inbox. */
export interface PostedLetter {
  /** 1, 2, 3 … per run, in the order they were stored. */
  readonly position: number
  readonly letterId: string
  readonly letter: Letter
}

/** An answer counts for one request and one action only. */
export function answerKey({
  approvalId,
  hash,
}: {
  readonly approvalId: string
  readonly hash: string
}): string {
  return `${approvalId} ${hash}`
}
