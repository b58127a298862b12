import { memoryRunLog } from '@heddle/core'
import type { RunLog } from '@heddle/core'

/** A log that knows who watches it, who holds the right to write, and with which right each event came. */
export interface WatchedLog extends RunLog {
  readonly watchers: number
  /** Runs somebody has the right to write. */
  readonly held: readonly string[]
  /** Of each append, in order: whose right, and how many events. */
  readonly appends: readonly { readonly runId: string; readonly fence: number; readonly events: number }[]
  /** Takes the right from whoever has it, as if its time were over. */
  lapse(runId: string): Promise<void>
}

export function watchedLog(log: RunLog = memoryRunLog()): WatchedLog {
  const owners = new Map<string, string>()
  const appends: { runId: string; fence: number; events: number }[] = []
  let watchers = 0
  return {
    read: log.read,
    post: log.post,
    letters: log.letters,
    appends,
    get watchers() {
      return watchers
    },
    get held() {
      return [...owners.keys()]
    },
    async lapse(runId) {
      await log.release(runId, owners.get(runId) ?? '')
      owners.delete(runId)
    },
    async append(runId, events, fence) {
      await log.append(runId, events, fence)
      appends.push({ runId, fence, events: events.length })
    },
    async acquire(runId, owner, ttlMs) {
      const fence = await log.acquire(runId, owner, ttlMs)
      if (fence !== null) owners.set(runId, owner)
      return fence
    },
    async release(runId, owner) {
      if (owners.get(runId) === owner) owners.delete(runId)
      await log.release(runId, owner)
    },
    watch(runId, wake) {
      const unwatch = log.watch(runId, wake)
      watchers++
      return () => {
        watchers--
        unwatch()
      }
    },
  }
}
