import type { RunEnd } from './events.ts'

/** Thrown inside the loop to end the run for a reason that is not a failure. Never leaves core. */
export class EndRun extends Error {
  readonly end: RunEnd

  constructor(end: RunEnd) {
    super(end.reason)
    this.end = end
  }
}
