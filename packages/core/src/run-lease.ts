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
  return new HeldLease(plan, abort)
}

class HeldLease implements RunLease {
  private readonly plan: RunPlan
  private readonly abort: AbortController
  private readonly owner: string
  private forgetTimer: (() => void) | null = null
  private prolonging: Promise<void> | null = null
  private given: number | null = null
  private lapsesAtMs = 0

  constructor(plan: RunPlan, abort: AbortController) {
    this.plan = plan
    this.abort = abort
    this.owner = plan.agent.runtime.newId('driver')
  }

  async acquire(): Promise<void> {
    this.given = await this.ask()
    if (this.given !== null) return this.prolongLater()
    throw new LogError(
      'log.busy',
      `Run ${this.plan.runId} is being driven elsewhere; try again when that driver has stopped.`,
    )
  }

  fence(): number {
    if (this.given !== null) return this.given
    throw new LogError(
      'log.fenced',
      `The right to write run ${this.plan.runId} could not be prolonged, so another driver may have it; this one stopped, and the run can be resumed.`,
    )
  }

  async release(): Promise<void> {
    this.given = null
    this.forgetTimer?.()
    // Else the right that it asks for would outlast us.
    await this.prolonging
    // A log that fails now has already told so, or lets the right lapse by itself.
    await this.plan.log.release(this.plan.runId, this.owner).catch(toErrorJson)
  }

  private async ask(): Promise<number | null> {
    const { plan, owner } = this
    // Counted from before the call: when it took long, the log has counted from earlier than we know.
    const askedMs = plan.agent.runtime.monotonicMs()
    const given = await plan.log.acquire(plan.runId, owner, plan.leaseTtlMs)
    if (given !== null) this.lapsesAtMs = askedMs + plan.leaseTtlMs
    return given
  }

  private prolongLater(): void {
    const { agent, leaseTtlMs } = this.plan
    if (leaseTtlMs === Infinity) return
    // A third of its time leaves room for two failed tries.
    this.forgetTimer = agent.runtime.setTimer(() => {
      this.prolonging = this.prolong()
    }, leaseTtlMs / 3)
  }

  private async prolong(): Promise<void> {
    const isHeld = await this.isStillHeld()
    if (this.given === null) return
    if (isHeld) return this.prolongLater()
    this.given = null
    this.abort.abort('the right to write this run was lost')
  }

  /** A log that does not answer may still do so in time; one that gives the right to others will not. */
  private async isStillHeld(): Promise<boolean> {
    try {
      return (await this.ask()) === this.given
    } catch {
      return this.plan.agent.runtime.monotonicMs() < this.lapsesAtMs
    }
  }
}
