import { must } from '../fault-row.ts'
import { auditRun, sumOf } from './audit-run.ts'
import type { Figures } from './audit-run.ts'
import { driveToEnd } from './doomed-run.ts'
import type { DoomedRun } from './doomed-run.ts'
import type { KillWorld } from './kill-world.ts'
import { inLanes } from './lanes.ts'
import type { PlannedLetter } from './planned-letters.ts'
import { seededRandom } from './seeded-random.ts'

/** A person who answers when the run has paused, and adds a word. */
const USUAL: readonly PlannedLetter[] = [
  { at: 'paused', says: 'allow' },
  { at: 'asked', says: 'add' },
]

/** The runs of a suite take turns at these: how people answer must not depend on when processes die. */
const HABITS: readonly (readonly PlannedLetter[])[] = [
  USUAL,
  [
    { at: 'early', says: 'allow' },
    { at: 'asked', says: 'add' },
    { at: 'late', says: 'deny', isTaken: false },
  ],
  [
    { at: 'asked', says: 'allow' },
    { at: 'asked', says: 'deny', isTaken: false },
  ],
  [
    { at: 'early', says: 'add' },
    { at: 'paused', says: 'deny' },
  ],
  [
    { at: 'early', says: 'allow something else' },
    { at: 'paused', says: 'allow' },
  ],
]

/** Points between two kills of the same run: enough to have seen what the last one did. */
const POINTS_BETWEEN_KILLS = 12
/** A run may be short of kills, but is not made for fewer. */
const LEAST_KILLS_PER_RUN = 4

export interface PointOptions {
  /** Whether this point is one of those to be killed at; `at` is its place among all. */
  readonly isChosen: (point: string, at: number) => boolean
}

/**
 * Kills drivers at every point that an undisturbed run passes: before, after and, on a server, within each
 * commit; after its events were told; before, amid and after each effect.
 *
 * @returns What was seen, in a few words.
 * @throws Lost
 */
export async function killAtEveryPoint(world: KillWorld, { isChosen }: PointOptions): Promise<string> {
  const undisturbed = await driveToEnd(world, { letters: USUAL, namesPoints: true })
  const figures = [await auditRun(world, undisturbed)]
  const passed = [...new Set(undisturbed.drives.flatMap((drive) => drive.passed))]
  const points = passed.filter(isChosen)
  const missed = new Set(points)
  const doom = async (stopAt: readonly string[], letters: readonly PlannedLetter[]): Promise<void> => {
    const run = await driveToEnd(world, { letters, stopAt })
    figures.push(await auditRun(world, run))
    for (const point of run.drives.flatMap((drive) => drive.stoppedAt)) missed.delete(point)
  }
  const shares = shareOut(points)
  await inLanes(shares, (share, at) => doom(share, HABITS[at % HABITS.length] ?? USUAL))
  // A kill may have taken the run past another point; and not every habit passes all of them.
  for (let before = points.length; missed.size > 0 && missed.size < before;) {
    before = missed.size
    await doom([...missed], USUAL)
  }
  must(missed.size === 0, `${missed.size} point(s) were not passed again, the first is "${[...missed][0]}"`)
  return summaryOf(figures, `at ${points.length} points`)
}

function shareOut(points: readonly string[]): readonly (readonly string[])[] {
  const runs = Math.min(POINTS_BETWEEN_KILLS, Math.ceil(points.length / LEAST_KILLS_PER_RUN))
  return Array.from({ length: runs }, (_, run) => points.filter((_, at) => at % runs === run))
}

export interface MomentOptions {
  readonly kills: number
  readonly seed: number
}

/** How often a run is to be killed on its way: often enough to be cheap, seldom enough to be many runs. */
const KILLS_PER_RUN = 8
/** How fast the time until a kill follows what runs take on this machine now. */
const ADJUSTMENT = 1.25

/**
 * Kills drivers at random moments, so many times.
 *
 * @returns What was seen, in a few words.
 * @throws Lost
 */
export async function killAtRandomMoments(world: KillWorld, { kills, seed }: MomentOptions): Promise<string> {
  const undisturbed = await driveToEnd(world, { letters: USUAL })
  const figures = [await auditRun(world, undisturbed)]
  let longestMs = (2 * drivingMsOf(undisturbed)) / KILLS_PER_RUN
  let left = kills
  await inLanes(
    habitsWhile(() => left > 0),
    async (letters, at) => {
      const random = seededRandom(seed + at)
      const run = await driveToEnd(world, {
        letters,
        nextKillMs: () => (left > 0 ? random() * longestMs : null),
        onKill: () => left--,
      })
      longestMs *= run.kills < KILLS_PER_RUN ? 1 / ADJUSTMENT : ADJUSTMENT
      figures.push(await auditRun(world, run))
    },
  )
  return summaryOf(figures, `at random moments, seed ${seed}`)
}

function* habitsWhile(mayGoOn: () => boolean): Generator<readonly PlannedLetter[], void> {
  for (let at = 0; mayGoOn(); at++) yield HABITS[at % HABITS.length] ?? USUAL
}

function drivingMsOf({ drives }: DoomedRun): number {
  return drives.reduce((sum, { drivingMs }) => sum + drivingMs, 0)
}

/** @throws Lost when anything was lost or repeated. */
export function summaryOf(figures: readonly Figures[], where: string): string {
  const { runs, kills, told, lost, once, repeated } = sumOf(figures)
  const summary =
    `${kills} kills ${where}; ${runs} runs, 0 lost; ${told} acknowledged events, ${lost} lost; ` +
    `${once} once effects, ${repeated} repeated`
  must(lost === 0 && repeated === 0, summary)
  return summary
}
