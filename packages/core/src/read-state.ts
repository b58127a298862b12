import type { RunLog } from './run-log.ts'
import { applyEvent, beginState } from './run-state.ts'
import type { RunStateDraft } from './run-state.ts'

/** Folds a stored run; `null` when the log does not know it. @throws LogError as reading the log does. */
export async function readState(log: RunLog, runId: string): Promise<RunStateDraft | null> {
  let state: RunStateDraft | null = null
  for await (const event of log.read(runId)) {
    if (state) applyEvent(state, event)
    else state = beginState(event)
  }
  return state
}
