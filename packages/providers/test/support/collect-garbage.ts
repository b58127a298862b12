import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Collects garbage until nothing is left of what `ref` points to; false when it is still there after some rounds. */
export async function isCollected(ref: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 10; round++) {
    // A reference that was read in this turn of the event loop keeps its target until the next one.
    await setImmediate()
    gc()
    await setImmediate()
    if (ref.deref() === undefined) return true
  }
  return false
}
