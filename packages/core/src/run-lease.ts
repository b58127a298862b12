import { LogError, toErrorJson } from './errors.ts'
import type { RunPlan } from './run-plan.ts'

/** The sole right to write a run, prolonged while it is held. */
export interface RunLease {
  /** @throws LogError `log.busy` when another driver holds the run. */
  acquire(): Promise<void>
  /** @returns The fencing token. @throws LogError `log.fenced` once the right was lost. */
  fence(): number
  /** Gives the right back; does nothing when it was never had. */
  release(): Promise<void>
}

/** @param abort - Aborted when the right could not be prolonged: somebody else may write the run by now. */
export function holdLease(plan: RunPlan, abort: AbortController): RunLease {
  const { runtime } = plan.agent
  const owner = runtime.newId('driver')
  let forgetTimer: (() => void) | null = null
  let prolonging: Promise<void> = Promise.resolve()
  let fence: number | null = null
  let lapsesAtMs = 0

  const acquire = async (): Promise<number | null> => {
    // Counted from before the call: when it took long, the log has counted from earlier than we know.
    const askedMs = runtime.monotonicMs()
    const given = await plan.log.acquire(plan.runId, owner, plan.leaseTtlMs)
    if (given !== null) lapsesAtMs = askedMs + plan.leaseTtlMs
    return given
  }
  /** A log that does not answer may still do so in time; one that gives the right to others will not. */
  const isStillHeld = async (): Promise<boolean> => {
    try {
      return (await acquire()) === fence
    } catch {
      return runtime.monotonicMs() < lapsesAtMs
    }
  }
  const prolong = async (): Promise<void> => {
    const isHeld = await isStillHeld()
    if (fence === null) return
    if (isHeld) return prolongLater()
    fence = null
    abort.abort('the right to write this run was lost')
  }
  // A third of its time leaves room for two failed tries.
  const prolongLater = (): void => {
    const wake = (): void => void (prolonging = prolong())
    forgetTimer = runtime.setTimer(wake, plan.leaseTtlMs / 3)
  }
  return {
    async acquire() {
      fence = await acquire()
      if (fence !== null) return prolongLater()
      throw new LogError(
        'log.busy',
        `Run ${plan.runId} is being driven elsewhere; try again when that driver has stopped.`,
      )
    },
    fence() {
      if (fence !== null) return fence
      throw new LogError(
        'log.fenced',
        `The right to write run ${plan.runId} could not be prolonged, so another driver may have it; this one stopped, and the run can be resumed.`,
      )
    },
    async release() {
      fence = null
      forgetTimer?.()
      // Else the right that it asks for would outlast us.
      await prolonging
      // A log that fails now has already told so, or lets the right lapse by itself.
      await plan.log.release(plan.runId, owner).catch(toErrorJson)
    },
  }
}
