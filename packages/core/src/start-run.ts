import { ConfigError } from './errors.ts'
import type { RunEvent } from './events.ts'
import { recordRun } from './record-run.ts'
import { runInbox } from './run-inbox.ts'
import type { Run, RunResult } from './run.ts'
import type { RunPlan } from './run-plan.ts'

/** Makes the run; nothing of it happens before it is read. */
export function startRun(plan: RunPlan): Run {
  const abort = new AbortController()
  const passAbort = (): void => abort.abort(plan.signal?.reason)
  const settled = Promise.withResolvers<RunResult>()
  const batches = recordRun(plan, abort, (result) => {
    plan.signal?.removeEventListener('abort', passAbort)
    settled.resolve(result)
  })
  const inbox = runInbox(plan.log, plan.runId, plan.agent.runtime)
  let isClaimed = false
  const claim = (): AsyncGenerator<readonly RunEvent[], void> => {
    if (isClaimed) {
      throw new ConfigError(
        'run.consumed',
        `Run ${plan.runId} is already being read; give it sinks for further listeners, or read its log.`,
      )
    }
    isClaimed = true
    // Not before: a run that nobody reads leaves nothing on a signal that outlives it.
    if (plan.signal?.aborted) passAbort()
    else plan.signal?.addEventListener('abort', passAbort, { once: true })
    return batches
  }
  const drainUnlessClaimed = async (): Promise<void> => {
    if (isClaimed) return
    for (let next = await claim().next(); !next.done; next = await batches.next());
  }
  return {
    runId: plan.runId,
    [Symbol.asyncIterator]: () => eventsOf(startable(claim())),
    batches: () => ({ [Symbol.asyncIterator]: () => startable(claim()) }),
    get result() {
      queueMicrotask(() => {
        drainUnlessClaimed().catch(settled.reject)
      })
      return settled.promise
    },
    answer: inbox.answer,
    steer: inbox.steer,
    abort: (reason = 'aborted by the program') => abort.abort(reason),
  }
}

type Batches = AsyncIterator<readonly RunEvent[], undefined>

/**
 * A generator that is left before its first `next` runs none of its code, not even `finally`; the run
 * would never end. So leaving early begins it first.
 */
function startable(batches: AsyncGenerator<readonly RunEvent[], void>): Batches {
  let isBegun = false
  return {
    next() {
      isBegun = true
      return batches.next() as Promise<IteratorResult<readonly RunEvent[], undefined>>
    },
    async return() {
      if (!isBegun) await batches.next()
      await batches.return()
      return { done: true, value: undefined }
    },
  }
}

/** Splits batches without a generator: one resolved promise per event is all it costs. */
function eventsOf(batches: Batches): AsyncIterator<RunEvent, undefined> {
  let batch: readonly RunEvent[] = []
  let at = 0
  // Calls of `next` that overlap wait for each other's batch.
  let pulling: Promise<unknown> = Promise.resolve()

  const pull = async (): Promise<IteratorResult<RunEvent, undefined>> => {
    for (;;) {
      const event = batch[at]
      if (event) {
        at++
        return { done: false, value: event }
      }
      const next = await batches.next()
      if (next.done) return next
      batch = next.value
      at = 0
    }
  }
  return {
    next() {
      const event = batch[at]
      if (event) {
        at++
        return Promise.resolve({ done: false, value: event })
      }
      const pulled = pulling.then(pull)
      pulling = pulled
      return pulled
    },
    async return() {
      await batches.return?.()
      return { done: true, value: undefined }
    },
  }
}
