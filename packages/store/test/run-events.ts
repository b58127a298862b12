import type { DurableEvent, RunLog } from '@heddle/core'

/** Any event; `text` makes it recognisable. */
export function event(seq: number, text = `event ${seq}`): DurableEvent {
  return { type: 'turn.started', turn: seq, model: text, seq, atMs: 1_767_225_600_000 + seq }
}

export function events(count: number): DurableEvent[] {
  return Array.from({ length: count }, (_, at) => event(at + 1))
}

export async function fenceOf(log: RunLog, runId: string, owner = 'test'): Promise<number> {
  const fence = await log.acquire(runId, owner, 60_000)
  if (fence === null) throw new Error(`${runId} is held by somebody else`)
  return fence
}

/** What can be read of a run, and how reading ended: an error code, or `null`. */
export async function readable(
  log: RunLog,
  runId: string,
): Promise<{ events: DurableEvent[]; code: string | null }> {
  const found: DurableEvent[] = []
  try {
    for await (const event of log.read(runId)) found.push(event)
    return { events: found, code: null }
  } catch (thrown) {
    return { events: found, code: String((thrown as { code?: unknown }).code) }
  }
}
