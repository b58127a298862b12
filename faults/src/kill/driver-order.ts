import type { RunStop } from '@heddle/core'
import type { SabotageName } from './sabotages.ts'

/** What a driver process is told, as JSON in its arguments. */
export interface DriverOrder {
  /** Of `openStore`. */
  readonly target: string
  readonly runId: string
  readonly ledgerFile: string
  /** Points; it stops at the first of them that it comes to, and waits to be killed. */
  readonly stopAt: readonly string[]
  /** True: it names every point that it passes. */
  readonly namesPoints: boolean
  /** A way in which it is broken on purpose, to see that the suite notices. */
  readonly sabotage: SabotageName | null
}

/** What a driver process says, one line of JSON each. */
export type DriverWord =
  /** It has the right to write the run, and begins. */
  | { readonly word: 'driving' }
  /** An event was told to the run's reader; this is its JSON text. */
  | { readonly word: 'told'; readonly body: string }
  | { readonly word: 'passed'; readonly points: readonly string[] }
  /** It waits to be killed. */
  | { readonly word: 'stopped'; readonly points: readonly string[] }
  | { readonly word: 'left'; readonly stop: RunStop }
