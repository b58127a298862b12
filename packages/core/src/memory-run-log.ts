import { LogError } from './errors.ts'
import type { DurableEvent } from './events.ts'
import type { RunLog } from './run-log.ts'

/** Reference adapter: correct and forgetful. Keeps the events it was given, uncopied, for its own lifetime. */
export function memoryRunLog(): RunLog {
  const runs = new Map<string, DurableEvent[]>()
  return {
    append(runId, events) {
      const stored = runs.get(runId) ?? []
      const gap = events.find((event, at) => event.seq !== stored.length + at + 1)
      if (gap) return Promise.reject(conflict(runId, gap.seq, stored.length))
      for (const event of events) stored.push(event)
      runs.set(runId, stored)
      return Promise.resolve()
    },
    async *read(runId, afterSeq = 0) {
      yield* (runs.get(runId) ?? []).slice(afterSeq)
    },
  }
}

function conflict(runId: string, seq: number, last: number): LogError {
  return new LogError(
    'log.conflict',
    `Run ${runId} stands at event ${last}, so event ${seq} cannot follow; another writer has this run, or its id was used before.`,
  )
}
