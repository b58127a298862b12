import type { FakeScripts, SpawnedFakeProvider } from '@heddle/testkit/fake-provider'
import type { Figures } from './metrics.ts'

/** One piece of work, and everybody who is measured at it, each in a process of its own. */
export interface Scenario {
  readonly name: string
  /** The first is the baseline: ratios are to it. */
  readonly candidates: readonly string[]
  /** 3: it is measured in the first, the fourth, the seventh round, and so on. */
  readonly everyRounds: number
  /** What the fake provider has to know, by model name; no two scenarios use the same names. */
  readonly scripts: FakeScripts
  /**
   * The candidate's program: the text of a TypeScript module that lies beside this file, as far as its imports are
   * concerned. It prints one line of JSON.
   */
  client(candidate: string): string
  /** The program's arguments. */
  args(candidate: string, provider: SpawnedFakeProvider): readonly string[]
  /**
   * What the program measured. A figure counts only when the work was done: a candidate that stops early must not
   * look fast.
   *
   * @param output - What it printed, parsed.
   * @param name - Of the process, for messages.
   * @throws BenchError When it did less than the work.
   */
  figures(output: unknown, name: string): Figures
}

/** What the scenarios depend on. */
export interface ScenarioOptions {
  /** The amount of work, 1 for the published figures; less makes a quick trial of the bench itself. */
  readonly scale: number
  /** Whether `@heddle/store` is there, so that runs on disk are measured too. */
  readonly hasStore: boolean
}

/** A share of the full amount of work, at least one piece. */
export function scaled(amount: number, scale: number): number {
  return Math.max(1, Math.round(amount * scale))
}
