import type { FakeWire } from '@heddle/testkit/fake-provider'
import type { FaultRow, RowOutcome } from './fault-row.ts'
import { Lost } from './fault-row.ts'
import { faultWorld } from './fault-world.ts'
import type { Sabotage } from './fault-world.ts'

/** Long enough for a slow machine, short enough to be told apart from a hang. */
const DEFAULT_TIMEOUT_MS = 30_000

/** Runs a row on a wire; it never throws. */
export async function runRow(row: FaultRow, wire: FakeWire, sabotage?: Sabotage): Promise<RowOutcome> {
  const world = faultWorld(wire, sabotage)
  const outcome = await outcomeOf({ row: row.row, name: row.name, on: wire }, async () => {
    const detail = await withinTime(row.run(world), row.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const leftOpen = await world.close()
    if (leftOpen > 0) throw new Lost(`${leftOpen} connection(s) left open`)
    return detail
  })
  if (outcome.outcome === 'lost') await world.close()
  return outcome
}

/** Judges what a row does. Promises that nobody looks after count against it. */
export async function outcomeOf(
  about: Pick<RowOutcome, 'row' | 'name' | 'on'>,
  run: () => Promise<string>,
): Promise<RowOutcome> {
  const unhandled: unknown[] = []
  const noteUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', noteUnhandled)
  try {
    const detail = await run()
    if (unhandled.length > 0)
      throw new Lost(`${unhandled.length} unhandled rejection(s): ${String(unhandled[0])}`)
    return { ...about, outcome: 'survived', detail }
  } catch (thrown) {
    return { ...about, outcome: 'lost', detail: oneLine(thrown) }
  } finally {
    process.off('unhandledRejection', noteUnhandled)
  }
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Lost(`did not end within ${timeoutMs / 1_000} s`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A row that broke down is told with its place, because nobody expected it. */
function oneLine(thrown: unknown): string {
  if (thrown instanceof Lost) return thrown.message.replaceAll(/\s+/g, ' ')
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return `the row broke down: ${text.split('\n').slice(0, 2).join(' ').replaceAll(/\s+/g, ' ')}`
}
