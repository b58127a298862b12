import { ABORTED, settleWithin } from './abortable.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from './model.ts'
import type { Runtime } from './runtime.ts'

/** How long an adapter may take to close its socket after an abort before the run goes on without it. */
const CLOSE_GRACE_MS = 1_000

/** What to ask whom, and who hears the answer. */
export interface Question {
  readonly model: LanguageModel
  readonly request: ModelRequest
  readonly signal: AbortSignal
  readonly runtime: Runtime
  /** Takes one batch; the next one is asked for when it has, and what it throws ends the attempt. */
  hear(batch: readonly ModelEvent[]): Promise<void> | undefined
}

/**
 * One attempt. The adapter is pulled, never pushed: a listener who waits makes the socket wait. An abort
 * is noticed at once, even where the adapter is deaf to it.
 *
 * By hand instead of by a loop in an async function: that would hold the last batch for as long as it waits for
 * the next one, in thousands of runs at once.
 *
 * @returns When the answer is over. Rejects with what the adapter or the listener throws, and with {@link ABORTED}.
 */
export function streamOnce(question: Question): Promise<void> {
  return new Promise((resolve, reject) => new Answering(question, resolve, reject).pull())
}

type Thrown = (thrown: unknown) => void

class Answering {
  private readonly question: Question
  private readonly resolve: () => void
  private readonly reject: Thrown
  private batches: AsyncIterator<readonly ModelEvent[]> | null = null
  /** False while the listener is busy with the last batch. */
  private isHeard = true
  /** What still comes is of no interest. */
  private isOver = false
  private readonly take: (next: IteratorResult<readonly ModelEvent[]>) => void
  private readonly fail: Thrown

  constructor(question: Question, resolve: () => void, reject: Thrown) {
    this.question = question
    this.resolve = resolve
    this.reject = reject
    this.take = (next) => this.hear(next)
    this.fail = (thrown) => this.failed(thrown)
  }

  pull(): void {
    this.isHeard = true
    if (this.question.signal.aborted) return this.leave(ABORTED)
    try {
      ;(this.batches ?? this.open()).next().then(this.take, this.fail)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  /** The run's signal aborted. A listener as it is: a function of its own would be one more to hold. */
  handleEvent(): void {
    // Nothing more may be told before the listener is done with the last batch; then `pull` sees it.
    if (this.isHeard) this.leave(ABORTED)
    else void this.close()
  }

  private hear(next: IteratorResult<readonly ModelEvent[]>): void {
    if (this.isOver) return
    if (next.done) {
      this.forget()
      return this.resolve()
    }
    this.isHeard = false
    try {
      const hearing = this.question.hear(next.value)
      if (!hearing) return this.pull()
      hearing.then(
        () => this.pull(),
        (thrown: unknown) => this.leave(thrown),
      )
    } catch (thrown) {
      this.leave(thrown)
    }
  }

  /** The adapter threw. */
  private failed(thrown: unknown): void {
    if (this.isOver) return
    this.forget()
    this.reject(thrown)
  }

  /** The listener threw, or the run was aborted. */
  private leave(thrown: unknown): void {
    this.isOver = true
    void this.close().then(() => this.reject(thrown))
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
