import { isDurable, LogError } from '@heddle/core'
import type { DurableEvent, RunLog, Sink } from '@heddle/core'

/** How long a record is held by a process that died; nobody else writes it. */
const LEASE_MS = 60_000

/**
 * A sink that keeps what runs do in a log, so that what the graph refers to can be read. Unlike a run's own
 * log it may fail: the run goes on, and its result says so in `sinkErrors`.
 */
export function recordSink(log: RunLog, owner: string): Sink {
  const fences = new Map<string, number>()

  const record = async (runId: string, events: readonly DurableEvent[]): Promise<void> => {
    const fence = fences.get(runId) ?? (await log.acquire(runId, owner, LEASE_MS))
    if (fence === null) throw new LogError('log.fenced', `Somebody else records the run ${runId}.`)
    fences.set(runId, fence)
    await log.append(runId, events, fence)
    if (events.at(-1)?.type !== 'run.ended') return
    fences.delete(runId)
    await log.release(runId, owner)
  }
  return {
    write(events, { runId }) {
      const durable = events.filter(isDurable)
      return durable.length === 0 ? undefined : record(runId, durable)
    },
  }
}
