import type { RowOutcome } from './fault-row.ts'
import { DATABASES, killRows, runKillRow } from './kill-rows.ts'
import { rows } from './rows.ts'
import { runRow } from './run-row.ts'

/** What is left to chance. */
export interface Chance {
  readonly seed: number
  /** Random moments per database. */
  readonly kills: number
}

/** A row on one of the wires or databases that it is run on. */
export interface Trial {
  readonly row: string
  readonly name: string
  readonly on: RowOutcome['on']
  readonly run: (chance: Chance) => Promise<RowOutcome>
}

const WIRES = ['openai', 'anthropic'] as const

/** All that the command runs, in the order of the fault matrix. */
export const trials: readonly Trial[] = [
  ...rows.flatMap((row) =>
    WIRES.map((on): Trial => ({ row: row.row, name: row.name, on, run: () => runRow(row, on) })),
  ),
  ...killRows.flatMap((row) =>
    DATABASES.map((on): Trial => ({
      row: row.row,
      name: row.name,
      on,
      run: (chance) => runKillRow(row, on, { ...chance, isChosen: () => true, sabotage: null }),
    })),
  ),
].sort((a, b) => Number(a.row.slice(1)) - Number(b.row.slice(1)))
