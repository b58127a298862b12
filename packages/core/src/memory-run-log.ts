import { LogError } from './errors.ts'
import type { DurableEvent } from './events.ts'
import type { Letter, PostedLetter } from './letters.ts'
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
  const log = new MemoryRunLog()
  // Functions of its own, so that it can be spread into another that does some of it in another way.
  return {
    append: (runId, events, fence) => log.append(runId, events, fence),
    read: (runId, afterSeq) => log.read(runId, afterSeq),
    acquire: (runId, owner, ttlMs) => log.acquire(runId, owner, ttlMs),
    release: (runId, owner) => log.release(runId, owner),
    post: (runId, letterId, letter) => log.post(runId, letterId, letter),
    letters: (runId, afterPosition) => log.letters(runId, afterPosition),
    watch: (runId, wake) => log.watch(runId, wake),
  }
}

/** A class, because every run without a log of its own has one. */
export class MemoryRunLog implements RunLog {
  private readonly runs = new Map<string, StoredRun>()

  append(runId: string, events: readonly DurableEvent[], fence: number): Promise<void> {
    const run = this.runOf(runId)
    if (fence !== run.fence) return Promise.reject(fenced(runId))
    const last = run.events.length
    const gap = events.find((event, at) => event.seq !== last + at + 1)
    if (gap) return Promise.reject(conflict(runId, gap.seq, last))
    for (const event of events) run.events.push(event)
    return Promise.resolve()
  }

  async *read(runId: string, afterSeq = 0): AsyncGenerator<DurableEvent, void> {
    yield* (this.runs.get(runId)?.events ?? []).slice(afterSeq)
  }

  acquire(runId: string, owner: string, ttlMs: number): Promise<number | null> {
    const run = this.runOf(runId)
    const nowMs = performance.now()
    if (run.owner !== owner) {
      if (run.owner !== null && nowMs < run.lapsesAtMs) return Promise.resolve(null)
      run.owner = owner
      run.fence++
    }
    run.lapsesAtMs = nowMs + ttlMs
    return Promise.resolve(run.fence)
  }

  release(runId: string, owner: string): Promise<void> {
    const run = this.runOf(runId)
    if (run.owner === owner) run.owner = null
    return Promise.resolve()
  }

  post(runId: string, letterId: string, letter: Letter): Promise<boolean> {
    const { letters, watchers } = this.runOf(runId)
    if (letters.some((posted) => posted.letterId === letterId)) return Promise.resolve(false)
    letters.push({ position: letters.length + 1, letterId, letter })
    for (const wake of [...watchers]) wake()
    return Promise.resolve(true)
  }

  letters(runId: string, afterPosition = 0): Promise<PostedLetter[]> {
    return Promise.resolve((this.runs.get(runId)?.letters ?? []).slice(afterPosition))
  }

  watch(runId: string, wake: () => void): () => void {
    const { watchers } = this.runOf(runId)
    // A wrapper, so that one function given twice is two watchers.
    const watcher = (): void => wake()
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  }

  private runOf(runId: string): StoredRun {
    const known = this.runs.get(runId)
    if (known) return known
    const run = newRun()
    this.runs.set(runId, run)
    return run
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
