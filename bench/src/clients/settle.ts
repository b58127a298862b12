import { setTimeout as sleep } from 'node:timers/promises'

/** Long enough for compilation that a warm-up set off to be over, so that it is not counted as work. */
const SETTLE_MS = 50

/** Waits between the warm-up and the work. */
export function settle(): Promise<void> {
  return sleep(SETTLE_MS)
}
