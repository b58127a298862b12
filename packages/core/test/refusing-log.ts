import type { DurableEvent, RunLog } from '@heddle/core'

/** The log, but for batches with an event of this type: it refuses them with this message, and nothing of them is stored. */
export function refusingLog(log: RunLog, type: DurableEvent['type'], message: string): RunLog {
  return {
    ...log,
    append: (runId, events, fence) =>
      events.some((event) => event.type === type)
        ? Promise.reject(new Error(message))
        : log.append(runId, events, fence),
  }
}
