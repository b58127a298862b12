import type { ModelEvent } from '@heddle/core'
import type { CallOutcome } from './call-outcome.ts'

/** Who wants to know what becomes of a call. */
export interface Call {
  /** The answer has begun. */
  hear(): void
  /** It is over; told once. */
  end(outcome: CallOutcome): void
}

type Batches = AsyncIterable<readonly ModelEvent[]>

/**
 * The batches of an answer, with somebody told of its beginning and its end. By hand instead of by a generator,
 * which costs three more promises for each batch.
 *
 * @param begin - Asked for permission when the first batch is wanted; what it throws, the reader gets.
 */
export function watched(
  begin: () => Call,
  open: () => Batches,
  outcomeOf: (thrown: unknown) => CallOutcome,
): Batches {
  return { [Symbol.asyncIterator]: () => watchedBatches(begin, open, outcomeOf) }
}

function watchedBatches(
  begin: () => Call,
  open: () => Batches,
  outcomeOf: (thrown: unknown) => CallOutcome,
): AsyncIterator<readonly ModelEvent[]> {
  let batches: AsyncIterator<readonly ModelEvent[]> | undefined
  let call: Call | undefined
  let hasBegun = false

  const end = (outcome: CallOutcome): void => {
    call?.end(outcome)
    call = undefined
  }
  const onNext = (next: IteratorResult<readonly ModelEvent[]>): typeof next => {
    if (next.done === true || next.value.at(-1)?.type === 'finish') end({ kind: 'answered' })
    else if (!hasBegun) call?.hear()
    hasBegun = true
    return next
  }
  const onFailure = (thrown: unknown): never => {
    end(outcomeOf(thrown))
    throw thrown
  }
  return {
    async next() {
      if (!batches) {
        call = begin()
        batches = open()[Symbol.asyncIterator]()
      }
      return batches.next().then(onNext, onFailure)
    },
    async return() {
      end({ kind: 'nothing' })
      await batches?.return?.()
      return { done: true, value: undefined }
    },
  }
}
