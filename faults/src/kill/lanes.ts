/** Two processes at a time keep a small machine busy, and meet in the database. */
const LANES = 2

/** Works through the items, some at the same time. @throws What the first failing work throws, after all lanes stopped. */
export async function inLanes<Item>(
  items: Iterable<Item>,
  work: (item: Item, at: number) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  let at = 0
  let isFailed = false
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); !next.done && !isFailed; next = rest.next()) {
      try {
        await work(next.value, at++)
      } catch (thrown) {
        isFailed = true
        throw thrown
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const one of lanes) if (one.status === 'rejected') throw one.reason
}
