import { actionHash, runInbox } from '@heddle/core'
import type { RunLog } from '@heddle/core'
import { must } from '../fault-row.ts'
import { approvalIdOf } from './weaver.ts'
import { ADDITION, APPROVAL_STEP } from './woven-plan.ts'

/** When a letter is posted; no process drives the run then. */
export type LetterTime =
  /** Before the run exists. */
  | 'early'
  /** After a driver told that it asks, whether it paused or was killed. */
  | 'asked'
  /** After a driver paused, because only people can go on. */
  | 'paused'
  /** After the run has ended. */
  | 'late'

/** Something that a person does about a run. */
export interface PlannedLetter {
  readonly at: LetterTime
  readonly says: 'allow' | 'deny' | 'allow something else' | 'add' | 'abort'
  /** False: an answer was given before, and this one is refused. Default true. */
  readonly isTaken?: boolean
}

/** What the person is heard to have decided: the first answer to the right question that came in time. */
export function decisionOf(letters: readonly PlannedLetter[]): 'allow' | 'deny' | null {
  const first = letters.find(({ at, says }) => at !== 'late' && (says === 'allow' || says === 'deny'))
  return first?.says === 'allow' || first?.says === 'deny' ? first.says : null
}

/** @throws Lost when an answer is taken twice, or refused at the first time. */
export async function post(
  log: RunLog,
  runId: string,
  { says, isTaken = true }: PlannedLetter,
): Promise<void> {
  const inbox = runInbox(log, runId)
  if (says === 'add') return inbox.steer(ADDITION)
  if (says === 'abort') return inbox.stop('the order was cancelled')
  const asked = await actionHash('ship', { step: APPROVAL_STEP })
  const other = await actionHash('ship', { step: APPROVAL_STEP + 1 })
  const wasTaken = await inbox.answer({
    approvalId: approvalIdOf(runId),
    hash: says === 'allow something else' ? other : asked,
    decision: says === 'deny' ? 'deny' : 'allow',
    by: 'ana',
  })
  must(wasTaken === isTaken, `${runId}: the answer "${says}" was ${wasTaken ? 'taken' : 'refused'}`)
}
