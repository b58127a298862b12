/** Where several writers leave items for one taker. */
export interface Outbox<T> {
  put(item: T): void
  /** Resolves once the item was taken. */
  putAndWait(item: T): Promise<void>
  /** Everything there is, at least one item; waits for the first. One taker at a time. */
  take(): Promise<T[]>
}

export function outbox<T>(): Outbox<T> {
  let items: T[] = []
  let taken = Promise.withResolvers<void>()
  let wakeTaker: (() => void) | null = null

  const put = (item: T): void => {
    items.push(item)
    wakeTaker?.()
  }
  return {
    put,
    putAndWait(item) {
      put(item)
      return taken.promise
    },
    async take() {
      if (items.length === 0) {
        await new Promise<void>((resolve) => (wakeTaker = resolve))
        wakeTaker = null
      }
      const all = items
      items = []
      taken.resolve()
      taken = Promise.withResolvers<void>()
      return all
    },
  }
}
