import { ConfigError, runInbox } from '@heddle/core'
import type { ApprovalAnswer, ApprovalRequest, RunLog } from '@heddle/core'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { storageFailure } from './storage-failure.ts'

/** A question that waits for a person. */
export interface PendingApproval {
  readonly runId: string
  readonly request: ApprovalRequest
  readonly requestedAtMs: number
}

/** What runs ask of people, over all runs of the store, whether or not anybody drives them now. */
export interface Approvals {
  /**
   * Questions nobody answered yet, oldest first; expired ones and those of ended runs are left out.
   *
   * @param limit - Default 100.
   */
  pending(limit?: number): Promise<readonly PendingApproval[]>
  /**
   * Answers one. It is stored at once and counts when its run takes it.
   *
   * @returns `false` when it was answered before; the first answer stands.
   * @throws ConfigError `run.unknown` when no run of this store asked this; `config.invalid` when the answer's
   *   hash is not that of the question, so it was given to another action.
   */
  answer(answer: ApprovalAnswer): Promise<boolean>
}

const DEFAULT_LIMIT = 100

export function approvals({ db, place }: Database, log: RunLog): Approvals {
  const fail = (thrown: unknown): never => {
    throw storageFailure(thrown, place)
  }
  return {
    async pending(limit = DEFAULT_LIMIT) {
      const rows = await db
        .selectFrom('run_approval')
        .select(['run_id', 'request', 'requested_at_ms'])
        .where('settled_at_ms', 'is', null)
        .where((where) =>
          where.or([where('expires_at_ms', 'is', null), where('expires_at_ms', '>', Date.now())]),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('run_letter')
                .select('position')
                .whereRef('run_letter.run_id', '=', 'run_approval.run_id')
                .where('letter_id', '=', answerLetterId),
            ),
          ),
        )
        .orderBy('requested_at_ms')
        .orderBy('approval_id')
        .limit(limit)
        .execute()
        .catch(fail)
      return rows.map(({ run_id, request, requested_at_ms }) => ({
        runId: run_id,
        request: JSON.parse(request) as ApprovalRequest,
        requestedAtMs: requested_at_ms,
      }))
    },
    async answer(answer) {
      const asked = await db
        .selectFrom('run_approval')
        .select(['run_id', 'hash'])
        .where('approval_id', '=', answer.approvalId)
        .execute()
        .catch(fail)
      const run = asked.find(({ hash }) => hash === answer.hash)
      if (run) return runInbox(log, run.run_id).answer(answer)
      throw asked.length === 0
        ? new ConfigError(
            'run.unknown',
            `No run asked for approval ${answer.approvalId}; look at what is pending.`,
          )
        : new ConfigError(
            'config.invalid',
            `The answer to ${answer.approvalId} carries the hash of another action; show the request again and answer that.`,
          )
    },
  }
}

/** The id under which `runInbox` posts the answer to a request. */
const answerLetterId = sql<string>`'approval-' || run_approval.approval_id || '-' || run_approval.hash`
