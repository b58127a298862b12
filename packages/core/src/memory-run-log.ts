import { LogError } from './errors.ts'
import type { DurableEvent } from './events.ts'
import type { PostedLetter } from './letters.ts'
import type { RunLog } from './run-log.ts'

interface StoredRun {
  readonly events: DurableEvent[]
  readonly letters: PostedLetter[]
  readonly watchers: Set<() => void>
  owner: string | null
  fence: number
  lapsesAtMs: number
}

function newRun(): StoredRun {
  return { events: [], letters: [], watchers: new Set(), owner: null, fence: 0, lapsesAtMs: 0 }
}

/** Reference adapter: correct and forgetful. Keeps the events it was given, uncopied, for its own lifetime. */
export function memoryRunLog(): RunLog {
  const runs = new Map<string, StoredRun>()
  const runOf = (runId: string): StoredRun => {
    const known = runs.get(runId)
    if (known) return known
    const run = newRun()
    runs.set(runId, run)
    return run
  }
  return {
    append(runId, events, fence) {
      const run = runOf(runId)
      if (fence !== run.fence) return Promise.reject(fenced(runId))
      const last = run.events.length
      const gap = events.find((event, at) => event.seq !== last + at + 1)
      if (gap) return Promise.reject(conflict(runId, gap.seq, last))
      for (const event of events) run.events.push(event)
      return Promise.resolve()
    },
    async *read(runId, afterSeq = 0) {
      yield* (runs.get(runId)?.events ?? []).slice(afterSeq)
    },
    acquire(runId, owner, ttlMs) {
      const run = runOf(runId)
      const nowMs = performance.now()
      if (run.owner !== owner) {
        if (run.owner !== null && nowMs < run.lapsesAtMs) return Promise.resolve(null)
        run.owner = owner
        run.fence++
      }
      run.lapsesAtMs = nowMs + ttlMs
      return Promise.resolve(run.fence)
    },
    release(runId, owner) {
      const run = runOf(runId)
      if (run.owner === owner) run.owner = null
      return Promise.resolve()
    },
    post(runId, letterId, letter) {
      const { letters, watchers } = runOf(runId)
      if (letters.some((posted) => posted.letterId === letterId)) return Promise.resolve(false)
      letters.push({ position: letters.length + 1, letterId, letter })
      for (const wake of [...watchers]) wake()
      return Promise.resolve(true)
    },
    letters: (runId, afterPosition = 0) =>
      Promise.resolve((runs.get(runId)?.letters ?? []).slice(afterPosition)),
    watch(runId, wake) {
      const { watchers } = runOf(runId)
      // A wrapper, so that one function given twice is two watchers.
      const watcher = (): void => wake()
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}

function conflict(runId: string, seq: number, last: number): LogError {
  return new LogError(
    'log.conflict',
    `Run ${runId} stands at event ${last}, so event ${seq} cannot follow; its id was used before, or another writer has it.`,
  )
}

/** What every adapter says to a writer whose right has passed to somebody else. */
function fenced(runId: string): LogError {
  return new LogError('log.fenced', `Run ${runId} was taken over by another driver; this one must stop.`)
}
