import { setImmediate as nextTurn } from 'node:timers/promises'

/** What finalizers let go of after one collection is freed by a later one; after three, 200 KB still came and went. */
const COLLECTIONS = 8

/**
 * Memory in use that garbage collection cannot free, in bytes: the JavaScript heap and the buffers beside it.
 *
 * @throws When the process was not started with `--expose-gc`.
 */
export async function heldHeap(): Promise<number> {
  if (gc === undefined) throw new Error('This measurement needs a process with --expose-gc.')
  for (let round = 0; round < COLLECTIONS; round++) {
    gc()
    await nextTurn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
