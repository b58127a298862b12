import type { RunEnd, ToolStatus } from '@heddle/core'
import { mustEqual } from '../fault-row.ts'
import { auditRun } from './audit-run.ts'
import type { Figures } from './audit-run.ts'
import { driveToEnd } from './doomed-run.ts'
import type { DoomedRun } from './doomed-run.ts'
import { drive } from './drive.ts'
import type { KillWorld } from './kill-world.ts'
import { summaryOf } from './kill-suite.ts'
import { inLanes } from './lanes.ts'
import type { PlannedLetter } from './planned-letters.ts'

/** A way in which a person may answer while nobody drives the run, and what must come of the call. */
interface ApprovalCase {
  readonly letters: readonly PlannedLetter[]
  readonly stopAt?: readonly string[]
  readonly ship: ToolStatus
  /** Default `done`. */
  readonly end?: RunEnd['reason']
}

const cases: readonly ApprovalCase[] = [
  // Before the run exists.
  { letters: [{ at: 'early', says: 'allow' }], ship: 'ok' },
  { letters: [{ at: 'early', says: 'deny' }], ship: 'denied' },
  // Twice, and the second thought comes too late.
  {
    letters: [
      { at: 'early', says: 'deny' },
      { at: 'asked', says: 'allow', isTaken: false },
    ],
    ship: 'denied',
  },
  // The driver was killed as soon as it had asked, so nobody paused the run.
  { letters: [{ at: 'asked', says: 'allow' }], stopAt: ['told approval.requested'], ship: 'ok' },
  { letters: [{ at: 'asked', says: 'deny' }], stopAt: ['told approval.requested'], ship: 'denied' },
  // About something else, which must neither count nor keep the right answer out.
  {
    letters: [
      { at: 'early', says: 'allow something else' },
      { at: 'paused', says: 'deny' },
    ],
    ship: 'denied',
  },
  // The driver is killed while it takes the answer.
  {
    letters: [{ at: 'paused', says: 'allow' }],
    stopAt: ['before approval.answered', 'after approval.answered', 'told approval.answered'],
    ship: 'ok',
  },
  // The driver is killed on its way to act, and while it acts; nobody is asked again.
  { letters: [{ at: 'paused', says: 'allow' }], stopAt: ['before intent of ship 10'], ship: 'ok' },
  { letters: [{ at: 'paused', says: 'allow' }], stopAt: ['amid effect of ship 10'], ship: 'interrupted' },
  // After the end.
  {
    letters: [
      { at: 'paused', says: 'allow' },
      { at: 'late', says: 'deny', isTaken: false },
      { at: 'late', says: 'allow something else' },
    ],
    ship: 'ok',
  },
  // After the order was cancelled.
  {
    letters: [
      { at: 'paused', says: 'abort' },
      { at: 'paused', says: 'allow' },
    ],
    ship: 'interrupted',
    end: 'aborted',
  },
  // Words that are said at any time are heard as well.
  {
    letters: [
      { at: 'early', says: 'add' },
      { at: 'asked', says: 'add' },
      { at: 'paused', says: 'add' },
      { at: 'paused', says: 'allow' },
    ],
    stopAt: ['told approval.requested', 'before input.queued', 'after input.queued'],
    ship: 'ok',
  },
]

/**
 * Answers while no process drives the run: early, twice, to another question, after a kill, late, after a
 * cancellation.
 *
 * @returns What was seen, in a few words.
 * @throws Lost
 */
export async function answerWhileDead(world: KillWorld): Promise<string> {
  const figures: Figures[] = []
  await inLanes(cases, async (one) => {
    const run = await driveToEnd(world, one)
    mustEqual(run.end.reason, one.end ?? 'done', `${run.runId}: how it ended`)
    mustEqual(await shipStatus(world, run), one.ship, `${run.runId}: what came of the call`)
    // Whatever was posted after the end: nothing comes of it.
    const again = await drive(world, run.runId)
    mustEqual([again.told, again.stop], [[], run.end], `${run.runId}: driving it once more`)
    figures.push(await auditRun(world, run))
  })
  return summaryOf(figures, `with ${cases.length} ways to answer`)
}

async function shipStatus({ store }: KillWorld, { runId }: DoomedRun): Promise<ToolStatus | null> {
  for await (const event of store.log.read(runId)) {
    if (event.type === 'tool.ended' && event.result.name === 'ship') return event.result.status
  }
  return null
}
