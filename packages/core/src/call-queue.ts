/** Lets callers in one at a time, in the order they came. */
export interface CallQueue {
  /**
   * Resolves when all before have left, with the function that lets the next one in.
   *
   * @throws What `refuse` was given or made: the queue is closed, or too many wait.
   */
  enter(): Promise<() => void>
  /** Turns away everybody who waits, and everybody who comes later. */
  close(refusal: Error): void
}

/** @param refuse - Makes the error for a caller that finds `maxWaiting` others waiting. */
export function callQueue(maxWaiting: number, refuse: () => Error): CallQueue {
  const waiting: PromiseWithResolvers<() => void>[] = []
  let isTaken = false
  let closed: Error | null = null

  const pass = (): (() => void) => {
    isTaken = true
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      isTaken = false
      waiting.shift()?.resolve(pass())
    }
  }
  return {
    async enter() {
      if (closed) throw closed
      if (!isTaken) return pass()
      if (waiting.length >= maxWaiting) throw refuse()
      const place = Promise.withResolvers<() => void>()
      waiting.push(place)
      return place.promise
    },
    close(refusal) {
      closed = refusal
      for (const place of waiting.splice(0)) place.reject(refusal)
    },
  }
}
