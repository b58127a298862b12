import type { ToolStatus } from '@heddle/core'
import { must } from '../fault-row.ts'
import type { LedgerEntry } from './ledger.ts'
import { TOOLS } from './woven-plan.ts'
import type { ToolName } from './woven-plan.ts'

/** What the log says came of a call. */
export interface CallOutcome {
  readonly tool: ToolName
  readonly step: number
  /** `null`: it has no result. */
  readonly status: ToolStatus | null
}

/**
 * Compares what the log says with what was done.
 *
 * @returns How many calls of `once` tools took effect, and how many of them more than once.
 * @throws Lost when a call has no result, or one that is not true; when a repeated call had another key.
 */
export function auditLedger(
  runId: string,
  ledger: readonly LedgerEntry[],
  outcomes: readonly CallOutcome[],
): { once: number; repeated: number } {
  let [once, repeated] = [0, 0]
  for (const outcome of outcomes) {
    const { tool, step, status } = outcome
    const entries = ledger.filter((entry) => entry.tool === tool && entry.step === step)
    const begun = entries.filter(({ part }) => part === 'begin').length
    const ended = entries.length - begun
    const call = `${runId}: ${tool} ${step} (begun ${begun} times, ended ${ended} times)`
    must(status !== null, `${call} has no result`)
    must(status !== 'ok' || ended > 0, `${call} was never done, and the log says ok`)
    must(status !== 'denied' || begun === 0, `${call} was denied and done all the same`)
    if (TOOLS[tool] === 'once') {
      must(['ok', 'interrupted', 'denied'].includes(status), `${call} is ${status}`)
      if (begun > 0) once++
      if (begun > 1) repeated++
      continue
    }
    must(status === 'ok', `${call} is ${status}, although it could be repeated`)
    const keys = new Set(entries.map(({ key }) => key)).size
    must(TOOLS[tool] === 'pure' || keys === 1, `${call} had ${keys} keys`)
  }
  const known = new Set(outcomes.map(({ tool, step }) => `${tool} ${step}`))
  const unknown = ledger.find(({ tool, step }) => !known.has(`${tool} ${step}`))
  must(!unknown, `${runId}: ${unknown?.tool} ${unknown?.step} was done, and the log does not know the call`)
  return { once, repeated }
}
