import type { Runtime } from './runtime.ts'

/** What {@link abortable} rejects with; told apart from real failures by identity. */
export const ABORTED: unique symbol = Symbol('aborted')

/**
 * The promise's own outcome, or a rejection with {@link ABORTED} as soon as the signal aborts. The
 * listener is taken off again, so a long-lived signal collects nothing.
 */
export function abortable<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a marker, caught right above
      reject(ABORTED)
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    const forget = (): void => signal.removeEventListener('abort', giveUp)
    promise.then(
      (value) => {
        forget()
        resolve(value)
      },
      (thrown: unknown) => {
        forget()
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passes on what was thrown
        reject(thrown)
      },
    )
  })
}

/** Waits until the promise settles, but no longer than `graceMs`; never rejects. */
export function settleWithin(
  promise: PromiseLike<unknown>,
  graceMs: number,
  runtime: Runtime,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      forget()
      resolve()
    }
    const forget = runtime.setTimer(done, graceMs)
    promise.then(done, done)
  })
}
