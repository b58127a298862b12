import { ABORTED, settleWithin } from './abortable.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from './model.ts'
import type { Runtime } from './runtime.ts'

/** How long an adapter may take to close its socket after an abort before the run goes on without it. */
const CLOSE_GRACE_MS = 1_000

/** What to ask whom. */
export interface Question {
  readonly model: LanguageModel
  readonly request: ModelRequest
  readonly signal: AbortSignal
  readonly runtime: Runtime
}

/**
 * One attempt. The adapter is pulled, never pushed: a reader who waits makes the socket wait. An abort
 * is noticed at once, even where the adapter is deaf to it.
 *
 * By hand instead of by a generator, which costs three more promises for each batch; one listener serves
 * the whole answer.
 */
export function streamOnce(question: Question): AsyncIterable<readonly ModelEvent[]> {
  return { [Symbol.asyncIterator]: () => new Answering(question) }
}

class Answering implements AsyncIterator<readonly ModelEvent[]> {
  private readonly question: Question
  private batches: AsyncIterator<readonly ModelEvent[]> | null = null
  private giveUp: (() => void) | null = null

  constructor(question: Question) {
    this.question = question
  }

  next(): Promise<IteratorResult<readonly ModelEvent[]>> {
    return new Promise((resolve, reject) => {
      this.giveUp = () => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a marker, see ABORTED
        void this.close().then(() => reject(ABORTED))
      }
      if (this.question.signal.aborted) return this.giveUp()
      ;(this.batches ?? this.open()).next().then(
        (next) => {
          if (next.done) this.forget()
          resolve(next)
        },
        (thrown: unknown) => {
          this.forget()
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passes on what was thrown
          reject(thrown)
        },
      )
    })
  }

  async return(): Promise<IteratorResult<readonly ModelEvent[]>> {
    await this.close()
    return { done: true, value: undefined }
  }

  /** A listener of the run's signal as it is: a function of its own would be one more to hold. */
  handleEvent(): void {
    this.giveUp?.()
  }

  private open(): AsyncIterator<readonly ModelEvent[]> {
    const { model, request, signal } = this.question
    signal.addEventListener('abort', this)
    return (this.batches = model.stream(request, signal)[Symbol.asyncIterator]())
  }

  /** After its end or a throw the adapter is done with. */
  private forget(): void {
    this.question.signal.removeEventListener('abort', this)
    this.batches = null
  }

  private async close(): Promise<void> {
    const open = this.batches
    this.forget()
    if (open?.return) await settleWithin(open.return(), CLOSE_GRACE_MS, this.question.runtime)
  }
}
