import type { RunLog } from './run-log.ts'
import type { EventDraft } from './event-draft.ts'
import type { RunState } from './run-state.ts'

/** The driver's side of a run's inbox. */
export interface Mailbox {
  /** Letters that came since, as events; asks the log only when there may be any. */
  take(): Promise<EventDraft[]>
  /** Called at each hint that letters came; replaces the one before. */
  listen(hear: (() => void) | null): void
  close(): void
}

/** @param abort - Called for a letter that wants the run to end. */
export function mailbox(log: RunLog, state: RunState, abort: (reason: string) => void): Mailbox {
  // Letters may have come before anybody watched.
  let mayHaveMail = true
  let position = 0
  let hear: (() => void) | null = null
  const unwatch = log.watch(state.runId, () => {
    mayHaveMail = true
    hear?.()
  })
  return {
    async take() {
      if (!mayHaveMail) return []
      mayHaveMail = false
      position = Math.max(position, state.lettersRead)
      const events: EventDraft[] = []
      for (const { position: at, letter } of await log.letters(state.runId, position)) {
        position = at
        if (letter.type === 'abort') abort(letter.reason)
        if (letter.type === 'steer')
          events.push({ type: 'input.queued', letter: at, message: letter.message })
        if (letter.type === 'approval')
          events.push({ type: 'approval.answered', letter: at, answer: letter.answer })
      }
      return events
    },
    listen(listener) {
      hear = listener
    },
    close() {
      hear = null
      unwatch()
    },
  }
}
