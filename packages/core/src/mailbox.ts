import { toErrorJson } from './errors.ts'
import type { EventDraft } from './event-draft.ts'
import type { RunLog } from './run-log.ts'
import type { RunState } from './run-state.ts'

/** The driver's side of a run's inbox. */
export interface Mailbox {
  /** Whether looking is worth while: letters came, or may have come before anybody watched. */
  readonly mayHaveMail: boolean
  /** Letters that came since, as events; asks the log only when there may be any. */
  take(): Promise<EventDraft[]>
  /** Called at each hint that letters came; replaces the one before. */
  listen(hear: (() => void) | null): void
  /** When nothing is watched or read any more. */
  close(): Promise<void>
}

/** @param abort - Called for a letter that wants the run to end, at once, whatever the run is busy with. */
export function mailbox(log: RunLog, state: RunState, abort: (reason: string) => void): Mailbox {
  // Letters may have come before anybody watched.
  let mayHaveMail = true
  let position = 0
  let hear: (() => void) | null = null
  let isClosed = false
  let looking: Promise<unknown> = Promise.resolve()

  /** An answer can wait until the run takes its mail; a wish to end cannot. */
  const look = async (): Promise<void> => {
    if (isClosed) return
    const letters = await log.letters(state.runId, Math.max(position, state.lettersRead))
    for (const { letter } of letters) if (letter.type === 'abort') abort(letter.reason)
  }
  const unwatch = log.watch(state.runId, () => {
    mayHaveMail = true
    // A log that cannot be read now is asked again with the next mail.
    looking = looking.then(look).catch(toErrorJson)
    hear?.()
  })
  return {
    get mayHaveMail() {
      return mayHaveMail
    },
    async take() {
      if (!mayHaveMail) return []
      mayHaveMail = false
      position = Math.max(position, state.lettersRead)
      const events: EventDraft[] = []
      for (const { position: at, letter } of await log.letters(state.runId, position)) {
        if (letter.type === 'abort') {
          abort(letter.reason)
          // Neither it nor what follows is marked as read: should the driver die now, the next one finds it.
          break
        }
        position = at
        if (letter.type === 'steer')
          events.push({ type: 'input.queued', letter: at, message: letter.message })
        else
          events.push({
            type: 'approval.answered',
            letter: at,
            answer: letter.answer,
            givenAtMs: letter.atMs,
          })
      }
      return events
    },
    listen(listener) {
      hear = listener
    },
    async close() {
      hear = null
      isClosed = true
      unwatch()
      await looking
    },
  }
}
