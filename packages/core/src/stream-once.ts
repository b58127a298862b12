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
 */
export async function* streamOnce(question: Question): AsyncGenerator<readonly ModelEvent[], void> {
  const { model, request, signal, runtime } = question
  if (signal.aborted) throw ABORTED
  const batches = model.stream(request, signal)[Symbol.asyncIterator]()
  let isOver = false
  // One listener for the whole answer: many answers come in hundreds of batches.
  let giveUp: ((reason: unknown) => void) | null = null
  const onAbort = (): void => giveUp?.(ABORTED)
  signal.addEventListener('abort', onAbort)
  const nextBatch = (): Promise<IteratorResult<readonly ModelEvent[]>> =>
    new Promise((resolve, reject) => {
      giveUp = reject
      batches.next().then(resolve, reject)
    })
  try {
    while (!isOver) {
      if (signal.aborted) throw ABORTED
      const next = await nextBatch()
      if (next.done) isOver = true
      else yield next.value
    }
  } catch (thrown) {
    // After a throw the adapter is done with; only an abort overtakes one that still works.
    isOver = thrown !== ABORTED
    throw thrown
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (!isOver && batches.return) await settleWithin(batches.return(), CLOSE_GRACE_MS, runtime)
  }
}
