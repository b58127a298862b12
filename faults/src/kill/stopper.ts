import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { DurableEvent, RunLog } from '@heddle/core'
import type { DriverOrder, DriverWord } from './driver-order.ts'

/** Where a driver can be stopped. */
export interface Stopper {
  /** The process is at all of these points; when it was to stop at one of them, it never leaves. */
  at(points: readonly string[]): void
}

export function stopper(order: DriverOrder, say: (word: DriverWord) => void): Stopper {
  const wanted = new Set(order.stopAt)
  return {
    at(points) {
      if (order.namesPoints) say({ word: 'passed', points })
      if (!points.some((point) => wanted.has(point))) return
      say({ word: 'stopped', points })
      // Nothing of this process moves any more until it is killed.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    },
  }
}

/**
 * The name by which the commit of an event is known: intents and results by their tool, all others by their
 * type. `null` for events that are only ever stored together with one that has a name.
 */
export function commitName(event: DurableEvent): string | null {
  switch (event.type) {
    case 'tool.started':
      return `intent of ${event.name} ${event.turn}`
    case 'tool.ended':
      return `result of ${event.result.name} ${event.turn}`
    case 'turn.started':
    case 'message.added':
      return `${event.type} ${event.turn}`
    case 'turn.ended':
    case 'budget.reserved':
    case 'budget.settled':
      return null
    default:
      return event.type
  }
}

/** `when` commits of these events. */
export function commitPoints(when: string, events: readonly DurableEvent[]): readonly string[] {
  return events.flatMap((event) => {
    const name = commitName(event)
    return name === null ? [] : [`${when} ${name}`]
  })
}

/**
 * A log that can stop before and after every append, and on a server while it is under way: there, commits
 * are made of several exchanges; in a file they happen within one turn of the event loop.
 */
export function stoppingLog(log: RunLog, stop: Stopper, isServer: boolean): RunLog {
  return {
    ...log,
    async append(runId, events, fence) {
      stop.at(commitPoints('before', events))
      const stored = log.append(runId, events, fence)
      if (isServer) await stopWithin(stored, stop, events)
      await stored
      stop.at(commitPoints('after', events))
    },
  }
}

/** Different commits are stopped after different times, so that all their exchanges are hit. */
const LONGEST_WAIT = 8

async function stopWithin(
  stored: Promise<void>,
  stop: Stopper,
  events: readonly DurableEvent[],
): Promise<void> {
  let isOver = false
  const over = (): void => void (isOver = true)
  stored.then(over, over)
  const turns = 2 ** ((events[0]?.seq ?? 0) % LONGEST_WAIT)
  for (let turn = 0; turn < turns && !isOver; turn++) await turnOfTheLoop()
  stop.at(commitPoints('within', events))
}
