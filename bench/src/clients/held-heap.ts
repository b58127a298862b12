import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * Memory in use that garbage collection cannot free, in bytes: the JavaScript heap and the buffers beside it.
 *
 * @throws When the process was not started with `--expose-gc`.
 */
export async function heldHeap(): Promise<number> {
  if (gc === undefined) throw new Error('This measurement needs a process with --expose-gc.')
  // What finalizers let go of in the turn after one collection is freed by the next.
  for (let round = 0; round < 3; round++) {
    gc()
    await nextTurn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
