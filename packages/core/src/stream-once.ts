import { ABORTED, settleWithin } from './abortable.ts'
import type { AnswerBuilder } from './answer-builder.ts'
import type { ModelEvent, ModelRequest } from './model.ts'
import type { LoopContext } from './run-plan.ts'

/** How long an adapter may take to close its socket after an abort before the run goes on without it. */
const CLOSE_GRACE_MS = 1_000

/**
 * Asks the model of the run once, and tells its answer as it comes. The adapter is pulled, never pushed: a reader who
 * waits makes the socket wait. An abort is noticed at once, even where the adapter is deaf to it.
 *
 * By hand instead of by a loop in an async function: that would hold the last batch for as long as it waits for
 * the next one, in thousands of runs at once.
 *
 * @param answer - Takes the answer in.
 * @returns When the answer is over. Rejects with what the adapter throws, with {@link ABORTED}, and with LogLost.
 */
export function streamOnce(
  context: LoopContext,
  request: ModelRequest,
  answer: AnswerBuilder,
): Promise<void> {
  return new Promise((resolve, reject) => new Answering({ context, answer, resolve, reject }).ask(request))
}

/** Whose answer it is, and who waits for its end. */
interface Asking {
  readonly context: LoopContext
  readonly answer: AnswerBuilder
  readonly resolve: () => void
  readonly reject: (thrown: unknown) => void
}

class Answering {
  private readonly asking: Asking
  private batches: AsyncIterator<readonly ModelEvent[]> | null = null
  /** False while the reader is busy with the last batch. */
  private isHeard = true
  /** What still comes is of no interest. */
  private isOver = false
  private readonly take: (next: IteratorResult<readonly ModelEvent[]>) => void
  private readonly fail: (thrown: unknown) => void

  constructor(asking: Asking) {
    this.asking = asking
    this.take = (next) => this.hear(next)
    this.fail = (thrown) => this.failed(thrown)
  }

  ask(request: ModelRequest): void {
    const { model, signal } = this.asking.context
    if (signal.aborted) return this.leave(ABORTED)
    signal.addEventListener('abort', this)
    try {
      this.batches = model.stream(request, signal)[Symbol.asyncIterator]()
    } catch (thrown) {
      return this.failed(thrown)
    }
    this.pull(this.batches)
  }

  /** The run's signal aborted. A listener as it is: a function of its own would be one more to hold. */
  handleEvent(): void {
    // Nothing more may be told before the reader is done with the last batch; then `goOn` sees it.
    if (this.isHeard) this.leave(ABORTED)
    else void this.close()
  }

  private hear(next: IteratorResult<readonly ModelEvent[]>): void {
    if (this.isOver) return
    if (next.done) {
      this.forget()
      return this.asking.resolve()
    }
    this.isHeard = false
    try {
      const heard = this.asking.answer.take(next.value)
      const telling = heard.length > 0 ? this.asking.context.tell(heard) : undefined
      if (!telling) return this.goOn()
      telling.then(
        () => this.goOn(),
        (thrown: unknown) => this.leave(thrown),
      )
    } catch (thrown) {
      this.leave(thrown)
    }
  }

  private goOn(): void {
    this.isHeard = true
    if (this.batches && !this.asking.context.signal.aborted) this.pull(this.batches)
    else this.leave(ABORTED)
  }

  private pull(batches: AsyncIterator<readonly ModelEvent[]>): void {
    try {
      batches.next().then(this.take, this.fail)
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  /** The adapter threw. */
  private failed(thrown: unknown): void {
    if (this.isOver) return
    this.forget()
    this.asking.reject(thrown)
  }

  /** The answer made no sense, the log refused it, or the run was aborted. */
  private leave(thrown: unknown): void {
    this.isOver = true
    void this.close().then(() => this.asking.reject(thrown))
  }

  /** After its end or a throw the adapter is done with. */
  private forget(): void {
    this.asking.context.signal.removeEventListener('abort', this)
    this.batches = null
  }

  private async close(): Promise<void> {
    const open = this.batches
    this.forget()
    if (open?.return)
      await settleWithin(open.return(), CLOSE_GRACE_MS, this.asking.context.plan.agent.runtime)
  }
}
