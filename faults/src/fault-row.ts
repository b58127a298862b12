import type { StoreKind } from '@heddle/store'
import type { FakeWire } from '@heddle/testkit/fake-provider'
import type { FaultWorld } from './fault-world.ts'

/** One way in which the world can fail an agent, and what must come of it. */
export interface FaultRow {
  /** Number in the fault matrix, such as `F5`. */
  readonly row: string
  /** What goes wrong, in a few words. */
  readonly name: string
  /**
   * Lets it go wrong, and looks at what came of it.
   *
   * @returns What was seen, in a few words.
   * @throws When something was lost; the message says what.
   */
  readonly run: (world: FaultWorld) => Promise<string>
  /** Milliseconds after which the row counts as hanging. Default 30,000. */
  readonly timeoutMs?: number
}

/** How a row ended on one wire, or one database. */
export interface RowOutcome {
  readonly row: string
  readonly name: string
  readonly on: FakeWire | StoreKind
  /** `skipped`: this machine lacks what the row needs; it is neither survived nor lost. */
  readonly outcome: 'survived' | 'lost' | 'skipped'
  /** One line. */
  readonly detail: string
}

/** What a row throws when it was not survived. */
export class Lost extends Error {}

/** @throws Lost unless `isTrue`. */
export function must(isTrue: boolean, otherwise: string): asserts isTrue {
  if (!isTrue) throw new Lost(otherwise)
}

/** @throws Lost unless both are the same JSON. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(seen === wanted, `${what}: ${shortened(seen)} instead of ${shortened(wanted)}`)
}

function shortened(text: string | undefined): string {
  if (text === undefined) return 'nothing'
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}
