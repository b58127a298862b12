import { setTimeout as sleep } from 'node:timers/promises'
import type { Letter, RunLog, ToolEffect } from '@heddle/core'

/** Ways to break a driver, each of which loses something that the suite looks for. */
export type SabotageName =
  /** The log says that it has stored events before it has. */
  | 'early acknowledgement'
  /** Everything that was begun is begun again. */
  | 'repeats everything'
  /** A repeated call does not get the key that it had. */
  | 'forgets keys'
  /** The run never reads its letters. */
  | 'deaf'
  /** An answer counts for whatever was asked. */
  | 'credulous'

/** The effect that a tool declares. */
export function declaredEffect(effect: ToolEffect, sabotage: SabotageName | null): ToolEffect {
  return sabotage === 'repeats everything' ? 'pure' : effect
}

export function keyOf(key: string, sabotage: SabotageName | null): string {
  return sabotage === 'forgets keys' ? `${key} ${process.pid}` : key
}

/** @param rightHash - Of the action that the run asks about. */
export function sabotagedLog(log: RunLog, sabotage: SabotageName | null, rightHash: string): RunLog {
  if (sabotage === 'early acknowledgement') return earlyLog(log)
  if (sabotage === 'deaf') return { ...log, letters: () => Promise.resolve([]) }
  if (sabotage !== 'credulous') return log
  return {
    ...log,
    async letters(runId, afterPosition) {
      const posted = await log.letters(runId, afterPosition)
      return posted.map((one) => ({ ...one, letter: readdressed(one.letter, rightHash) }))
    },
  }
}

function readdressed(letter: Letter, hash: string): Letter {
  return letter.type === 'approval' ? { ...letter, answer: { ...letter.answer, hash } } : letter
}

/** Longer than it takes to tell an event. */
const LATE_MS = 5

function earlyLog(log: RunLog): RunLog {
  let stored: Promise<void> = Promise.resolve()
  return {
    ...log,
    append(runId, events, fence) {
      stored = stored.then(() => sleep(LATE_MS)).then(() => log.append(runId, events, fence))
      return Promise.resolve()
    },
    // Who is left alone loses nothing.
    async release(runId, owner) {
      await stored
      await log.release(runId, owner)
    },
  }
}
