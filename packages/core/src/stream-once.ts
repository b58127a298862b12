import { ABORTED, abortable, settleWithin } from './abortable.ts'
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
  try {
    while (!isOver) {
      const next = await abortable(batches.next(), signal)
      if (next.done) isOver = true
      else yield next.value
    }
  } catch (thrown) {
    // After a throw the adapter is done with; only an abort overtakes one that still works.
    isOver = thrown !== ABORTED
    throw thrown
  } finally {
    if (!isOver && batches.return) await settleWithin(batches.return(), CLOSE_GRACE_MS, runtime)
  }
}
