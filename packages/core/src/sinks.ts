import { isDurable } from './events.ts'
import type { RunEvent, RunRef, TransientEvent } from './events.ts'
import type { Sink } from './sink.ts'

/** Calls `hear` for every single event; the run waits for what it returns. */
export function callbackSink(hear: (event: RunEvent, run: RunRef) => void | PromiseLike<void>): Sink {
  return {
    async write(events, run) {
      for (const event of events) await hear(event, run)
    },
  }
}

/** A {@link Sink} that keeps everything, for tests and short runs. */
export interface ArraySink extends Sink {
  readonly events: readonly RunEvent[]
}

export function arraySink(): ArraySink {
  const events: RunEvent[] = []
  return {
    events,
    write(batch) {
      for (const event of batch) events.push(event)
    },
  }
}

/**
 * Writes every event as one line of JSON, a batch at a time.
 *
 * @param write - Gets one or more whole lines, each ending in a line feed; the run waits for what it returns.
 */
export function jsonLinesSink(write: (lines: string) => void | PromiseLike<void>): Sink {
  return {
    write(events) {
      let lines = ''
      for (const event of events) lines += JSON.stringify(event) + '\n'
      return write(lines)
    },
  }
}

export interface QueueSinkOptions {
  /** Events held before `overflow` decides; default 1,024. */
  readonly capacity?: number
  /**
   * When full: `block` makes the run wait (default); `drop` loses the newest events and counts them;
   * `coalesce` loses nothing and waits for nobody: deltas of a part are joined, the latest progress of a call
   * replaces the one before, and recorded events are held beyond the capacity.
   */
  readonly overflow?: 'block' | 'drop' | 'coalesce'
}

/** A {@link Sink} on one side, an async iterable on the other. */
export interface QueueSink extends Sink, AsyncIterable<RunEvent> {
  /** Events lost to `overflow: 'drop'`. */
  readonly dropped: number
  /** Ends the iteration once the queue is empty, and frees a waiting run; later events are dropped. */
  close(): void
}

/**
 * Hands events to one other reader in the same process. The iteration ends after `run.ended`, so
 * give each run a queue of its own.
 */
export function queueSink(options: QueueSinkOptions = {}): QueueSink {
  const { capacity = 1_024, overflow = 'block' } = options
  let queued: RunEvent[] = []
  let dropped = 0
  let isClosed = false
  let wakeReader: (() => void) | null = null
  let wakeWriter: (() => void) | null = null

  const accept = (events: readonly RunEvent[]): void => {
    const room = overflow === 'drop' ? capacity - queued.length : events.length
    for (const event of events.slice(0, room)) {
      if (overflow !== 'coalesce' || queued.length < capacity || !coalesce(queued, event)) queued.push(event)
    }
    dropped += Math.max(0, events.length - room)
    if (events.at(-1)?.type === 'run.ended') isClosed = true
    wakeReader?.()
  }
  const close = (): void => {
    isClosed = true
    wakeReader?.()
    wakeWriter?.()
  }
  return {
    get dropped() {
      return dropped
    },
    close,
    async write(events) {
      while (overflow === 'block' && !isClosed && queued.length >= capacity) {
        await new Promise<void>((resolve) => (wakeWriter = resolve))
      }
      if (isClosed) dropped += events.length
      else accept(events)
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const taken = queued
          queued = []
          wakeWriter?.()
          yield* taken
          if (queued.length > 0) continue
          if (isClosed) return
          await new Promise<void>((resolve) => (wakeReader = resolve))
        }
      } finally {
        close()
      }
    },
  }
}

/** Joins an event with the queued one that it continues. @returns False when there is none. */
function coalesce(queued: RunEvent[], event: RunEvent): boolean {
  if (isDurable(event)) return false
  const at = queued.findLastIndex((other) => isSameStream(other, event))
  const before = queued[at]
  // After a reset the part begins anew.
  if (!before || queued.findLastIndex((other) => other.type === 'turn.reset') > at) return false
  // A joined delta keeps the offset of its first piece.
  queued[at] = 'text' in before && 'text' in event ? { ...before, text: before.text + event.text } : event
  return true
}

function isSameStream(a: RunEvent, b: TransientEvent): boolean {
  if (isDurable(a) || a.type !== b.type || a.turn !== b.turn) return false
  return 'part' in a && 'part' in b
    ? a.part === b.part
    : 'callId' in a && 'callId' in b && a.callId === b.callId
}
