import { existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { ToolName } from './woven-plan.ts'

/** What tools did to the world, whatever the run's log says of it. */
export interface LedgerEntry {
  readonly tool: ToolName
  readonly step: number
  readonly part: 'begin' | 'end'
  /** What the tool was given as its idempotency key. */
  readonly key: string
}

/** A file outside the run's log, only ever appended to; what was written survives the death of the process. */
export function openLedger(file: string): (entry: LedgerEntry) => void {
  const descriptor = openSync(file, 'a')
  return (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`)
}

/** What is in it; nothing when no tool has run. */
export function readLedger(file: string): readonly LedgerEntry[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry)
}
