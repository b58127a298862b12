import { LogError, toErrorJson } from './errors.ts'
import type { RunPlan } from './run-plan.ts'

/** The sole right to write a run, prolonged while it is held. */
export interface RunLease {
  /** @returns The fencing token. @throws LogError `log.busy` when another driver holds the run. */
  acquire(): Promise<number>
  release(): Promise<void>
}

/** @param abort - Aborted when the right could not be prolonged: somebody else may write the run by now. */
export function holdLease(plan: RunPlan, abort: AbortController): RunLease {
  const { runtime } = plan.agent
  const owner = runtime.newId('driver')
  let forgetTimer: (() => void) | null = null
  let isHeld = false

  const prolong = async (): Promise<void> => {
    const fence = await plan.log.acquire(plan.runId, owner, plan.leaseTtlMs).catch(() => null)
    if (!isHeld) return
    if (fence === null) abort.abort('the right to write this run was lost')
    else prolongLater()
  }
  // A third of its time leaves room for two failed tries.
  const prolongLater = (): void => {
    forgetTimer = runtime.setTimer(() => void prolong(), plan.leaseTtlMs / 3)
  }
  return {
    async acquire() {
      const fence = await plan.log.acquire(plan.runId, owner, plan.leaseTtlMs)
      if (fence === null) {
        throw new LogError(
          'log.busy',
          `Run ${plan.runId} is being driven elsewhere; try again when that driver has stopped.`,
        )
      }
      isHeld = true
      prolongLater()
      return fence
    },
    async release() {
      isHeld = false
      forgetTimer?.()
      // A log that fails now has already told so, or lets the right lapse by itself.
      await plan.log.release(plan.runId, owner).catch(toErrorJson)
    },
  }
}
