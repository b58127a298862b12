import type { DurableEvent, RunEnd } from '@heddle/core'
import { Lost, must } from '../fault-row.ts'
import { drive } from './drive.ts'
import type { Drive, DriveOptions } from './drive.ts'
import type { KillWorld } from './kill-world.ts'
import { post } from './planned-letters.ts'
import type { LetterTime, PlannedLetter } from './planned-letters.ts'

/** How a run is to be treated. */
export interface Doom {
  readonly letters: readonly PlannedLetter[]
  /** Points at which its drivers are killed, each once. */
  readonly stopAt?: readonly string[]
  readonly namesPoints?: boolean
  /** When the next driver is killed, in milliseconds; `null`: it is left alone. */
  readonly nextKillMs?: () => number | null
  readonly onKill?: () => void
}

/** A run that ended in spite of it. */
export interface DoomedRun {
  readonly runId: string
  /** Those that were posted: a run that ends before its next driver could be waited for misses some. */
  readonly letters: readonly PlannedLetter[]
  readonly drives: readonly Drive[]
  readonly kills: number
  readonly end: RunEnd
}

/** A run that makes no progress in so many processes never will. */
const MAX_DRIVES = 300

/**
 * Drives a new run in one process after the other, each killed in its turn, until the run has ended.
 *
 * @throws Lost when it does not end, fails, or waits for an answer that it was given.
 */
export async function driveToEnd(world: KillWorld, doom: Doom): Promise<DoomedRun> {
  const runId = world.newRunId()
  const outbox = outboxOf(world, runId, doom.letters)
  const points = new Set(doom.stopAt)
  const drives: Drive[] = []
  await outbox.send('early')
  while (drives.length < MAX_DRIVES) {
    const done = await drive(world, runId, nextDrive(doom, points))
    drives.push(done)
    for (const point of done.stoppedAt) points.delete(point)
    const { stop } = done
    if (stop === null) doom.onKill?.()
    else if (stop.reason !== 'approval') {
      await outbox.send('late')
      return { runId, letters: outbox.sent, drives, kills: killsOf(drives), end: stop }
    }
    const answered = hasAsked(done) && !(await hasEnded(world, runId)) ? await outbox.send('asked') : 0
    if (stop === null) continue
    const sent = (await outbox.send('asked')) + (await outbox.send('paused'))
    must(answered + sent > 0, `${runId} waits for an answer that was given`)
  }
  throw new Lost(`${runId} did not end in ${MAX_DRIVES} processes`)
}

function hasAsked({ told }: Drive): boolean {
  return told.some((body) => (JSON.parse(body) as DurableEvent).type === 'approval.requested')
}

/** Whether it has ended, although its driver was killed before it could tell. */
async function hasEnded({ store }: KillWorld, runId: string): Promise<boolean> {
  const ends = await store.db
    .selectFrom('run_event')
    .select('seq')
    .where('run_id', '=', runId)
    .where('type', '=', 'run.ended')
    .execute()
  return ends.length > 0
}

function nextDrive({ nextKillMs, namesPoints = false }: Doom, stopAt: ReadonlySet<string>): DriveOptions {
  const killAfterMs = nextKillMs?.() ?? null
  return { stopAt, namesPoints, ...(killAfterMs === null ? {} : { killAfterMs }) }
}

function killsOf(drives: readonly Drive[]): number {
  return drives.filter(({ stop }) => stop === null).length
}

interface Outbox {
  /** How many letters were due. */
  send(time: LetterTime): Promise<number>
  readonly sent: readonly PlannedLetter[]
}

function outboxOf({ store }: KillWorld, runId: string, letters: readonly PlannedLetter[]): Outbox {
  const sent: PlannedLetter[] = []
  return {
    sent,
    async send(time) {
      const due = letters.filter((letter) => letter.at === time && !sent.includes(letter))
      for (const letter of due) {
        await post(store.log, runId, letter)
        sent.push(letter)
      }
      return due.length
    },
  }
}
