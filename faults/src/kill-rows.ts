import type { StoreKind } from '@heddle/store'
import type { RowOutcome } from './fault-row.ts'
import { answerWhileDead } from './kill/approval-suite.ts'
import { killAtEveryPoint, killAtRandomMoments } from './kill/kill-suite.ts'
import { killWorld, whyNot } from './kill/kill-world.ts'
import type { KillWorld } from './kill/kill-world.ts'
import type { SabotageName } from './kill/sabotages.ts'
import { outcomeOf } from './run-row.ts'

/** What a kill row may be told. */
export interface KillOptions {
  /** Of the random moments. */
  readonly seed: number
  /** Random moments per database. */
  readonly kills: number
  /** Whether a labelled point is one of those to be killed at; `at` is its place among all. */
  readonly isChosen: (point: string, at: number) => boolean
  readonly sabotage: SabotageName | null
}

/** A row that kills processes which drive a run in a database. */
export interface KillRow {
  /** Number in the fault matrix, such as `F30`. */
  readonly row: string
  readonly name: string
  /**
   * @returns What was seen, in a few words.
   * @throws When something was lost; the message says what.
   */
  readonly run: (world: KillWorld, options: KillOptions) => Promise<string>
}

export const DATABASES: readonly StoreKind[] = ['sqlite', 'postgres']

export const killRows: readonly KillRow[] = [
  { row: 'F30', name: 'kill -9 at every labelled point', run: killAtEveryPoint },
  { row: 'F30', name: 'kill -9 at random moments', run: killAtRandomMoments },
  { row: 'F48', name: 'approvals while nobody drives the run', run: answerWhileDead },
]

/** Runs a row on a database; it never throws. */
export async function runKillRow(row: KillRow, on: StoreKind, options: KillOptions): Promise<RowOutcome> {
  const about = { row: row.row, name: row.name, on }
  const reason = whyNot(on)
  if (reason !== null) return { ...about, outcome: 'skipped', detail: reason }
  return outcomeOf(about, async () => {
    const world = await killWorld(on, options.sabotage)
    try {
      return await row.run(world, options)
    } finally {
      await world.close()
    }
  })
}
