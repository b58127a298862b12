/** Where several writers leave items for one taker. */
export interface Outbox<T> {
  put(item: T): void
  /** Resolves once the item was taken. */
  putAndWait(item: T): Promise<void>
  /** Lets a waiting `take` return with nothing, so that its caller looks around. */
  nudge(): void
  /** Everything there is; waits for the first item or a nudge. One taker at a time. */
  take(): Promise<T[]>
}

export function outbox<T>(): Outbox<T> {
  let items: T[] = []
  let isNudged = false
  /** Made for the first who waits. */
  let taken: PromiseWithResolvers<void> | null = null
  let wakeTaker: (() => void) | null = null

  const put = (item: T): void => {
    items.push(item)
    wakeTaker?.()
  }
  return {
    put,
    putAndWait(item) {
      put(item)
      taken ??= Promise.withResolvers()
      return taken.promise
    },
    nudge() {
      isNudged = true
      wakeTaker?.()
    },
    async take() {
      if (items.length === 0 && !isNudged) {
        await new Promise<void>((resolve) => (wakeTaker = resolve))
        wakeTaker = null
      }
      const all = items
      items = []
      isNudged = false
      taken?.resolve()
      taken = null
      return all
    },
  }
}
