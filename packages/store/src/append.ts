import { messageOf } from '@heddle/core'
import type { DurableEvent } from '@heddle/core'
import { storageFailure } from './storage-failure.ts'

/** One call of `append`, encoded. */
export interface Append {
  readonly runId: string
  readonly events: readonly DurableEvent[]
  /** JSON text of each event. */
  readonly bodies: readonly string[]
  readonly fence: number
}

/** @throws LogError `log.failed` when the events are not JSON. */
export function encodeAppend({ runId, events, fence }: Omit<Append, 'bodies'>, place: string): Append {
  try {
    return { runId, events: [...events], fence, bodies: events.map((event) => JSON.stringify(event)) }
  } catch (thrown) {
    throw storageFailure(new Error(`the events are not JSON (${messageOf(thrown)})`), place)
  }
}
