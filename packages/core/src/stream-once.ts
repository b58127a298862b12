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
  return { [Symbol.asyncIterator]: () => batchesOf(question) }
}

function batchesOf({ model, request, signal, runtime }: Question): AsyncIterator<readonly ModelEvent[]> {
  let batches: AsyncIterator<readonly ModelEvent[]> | null = null
  let giveUp: (() => void) | null = null
  const onAbort = (): void => giveUp?.()

  /** After its end or a throw the adapter is done with. */
  const forget = (): void => {
    signal.removeEventListener('abort', onAbort)
    batches = null
  }
  const close = async (): Promise<void> => {
    const open = batches
    forget()
    if (open?.return) await settleWithin(open.return(), CLOSE_GRACE_MS, runtime)
  }
  const open = (): AsyncIterator<readonly ModelEvent[]> => {
    signal.addEventListener('abort', onAbort)
    return (batches = model.stream(request, signal)[Symbol.asyncIterator]())
  }
  return {
    next: () =>
      new Promise((resolve, reject) => {
        giveUp = () => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a marker, see ABORTED
          void close().then(() => reject(ABORTED))
        }
        if (signal.aborted) return giveUp()
        ;(batches ?? open()).next().then(
          (next) => {
            if (next.done) forget()
            resolve(next)
          },
          (thrown: unknown) => {
            forget()
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passes on what was thrown
            reject(thrown)
          },
        )
      }),
    async return() {
      await close()
      return { done: true, value: undefined }
    },
  }
}
