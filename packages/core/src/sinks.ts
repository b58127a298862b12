import type { RunEvent, RunRef } from './events.ts'
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
  /** When full: `block` makes the run wait (default), `drop` loses the newest events and counts them. */
  readonly overflow?: 'block' | 'drop'
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
    for (const event of events.slice(0, room)) queued.push(event)
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
