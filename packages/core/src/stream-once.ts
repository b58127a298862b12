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
 * By hand instead of by a generator, which costs three more promises for each batch; one listener, and one pair of
 * functions, serves the whole answer.
 */
export function streamOnce(question: Question): AsyncIterable<readonly ModelEvent[]> {
  return new Answering(question)
}

type Batch = IteratorResult<readonly ModelEvent[]>

class Answering implements AsyncIterableIterator<readonly ModelEvent[]> {
  private readonly question: Question
  private batches: AsyncIterator<readonly ModelEvent[]> | null = null
  private resolve: ((batch: Batch) => void) | null = null
  private reject: ((thrown: unknown) => void) | null = null
  private readonly take = (batch: Batch): void => {
    if (batch.done) this.forget()
    this.resolve?.(batch)
  }
  private readonly fail = (thrown: unknown): void => {
    this.forget()
    this.reject?.(thrown)
  }

  constructor(question: Question) {
    this.question = question
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Batch> {
    const asked = new Promise<Batch>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    if (this.question.signal.aborted) this.handleEvent()
    else (this.batches ?? this.open()).next().then(this.take, this.fail)
    return asked
  }

  async return(): Promise<Batch> {
    await this.close()
    return { done: true, value: undefined }
  }

  /** The run's signal aborted. A listener as it is: a function of its own would be one more to hold. */
  handleEvent(): void {
    void this.close().then(() => this.reject?.(ABORTED))
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
