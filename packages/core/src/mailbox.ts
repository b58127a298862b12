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
  return new Letterbox(log, state, abort)
}

class Letterbox implements Mailbox {
  /** Letters may have come before anybody watched. */
  mayHaveMail = true
  private readonly log: RunLog
  private readonly state: RunState
  private readonly abort: (reason: string) => void
  private readonly unwatch: () => void
  private position = 0
  private hear: (() => void) | null = null
  private isClosed = false
  private looking: Promise<unknown> | null = null

  constructor(log: RunLog, state: RunState, abort: (reason: string) => void) {
    this.log = log
    this.state = state
    this.abort = abort
    this.unwatch = log.watch(state.runId, () => this.wake())
  }

  async take(): Promise<EventDraft[]> {
    if (!this.mayHaveMail) return []
    this.mayHaveMail = false
    this.position = Math.max(this.position, this.state.lettersRead)
    const events: EventDraft[] = []
    for (const { position: at, letter } of await this.log.letters(this.state.runId, this.position)) {
      if (letter.type === 'abort') {
        this.abort(letter.reason)
        // Neither it nor what follows is marked as read: should the driver die now, the next one finds it.
        break
      }
      this.position = at
      if (letter.type === 'steer') events.push({ type: 'input.queued', letter: at, message: letter.message })
      else
        events.push({
          type: 'approval.answered',
          letter: at,
          answer: letter.answer,
          givenAtMs: letter.atMs,
        })
    }
    return events
  }

  listen(hear: (() => void) | null): void {
    this.hear = hear
  }

  async close(): Promise<void> {
    this.hear = null
    this.isClosed = true
    this.unwatch()
    await this.looking
  }

  private wake(): void {
    this.mayHaveMail = true
    // A log that cannot be read now is asked again with the next mail.
    this.looking = Promise.resolve(this.looking)
      .then(() => this.look())
      .catch(toErrorJson)
    this.hear?.()
  }

  /** An answer can wait until the run takes its mail; a wish to end cannot. */
  private async look(): Promise<void> {
    if (this.isClosed) return
    const letters = await this.log.letters(this.state.runId, Math.max(this.position, this.state.lettersRead))
    for (const { letter } of letters) if (letter.type === 'abort') this.abort(letter.reason)
  }
}
