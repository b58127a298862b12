import type { ApprovalRequest } from './events.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { closePart } from './reserve-money.ts'
import type { RunChild } from './run-child.ts'

/** Thrown through a tool whose child run waits for people: the call is not over, it is taken up again later. */
export class ChildPaused extends Error {
  readonly waiting: readonly ApprovalRequest[]

  constructor(waiting: readonly ApprovalRequest[]) {
    super('The run that this tool started waits for approval.')
    this.waiting = waiting
  }
}

/** What of a call its children need. */
export interface ChildOptions {
  readonly callId: string
  readonly signal: AbortSignal
  readonly tell: (event: EventDraft) => void
}

/**
 * Child runs have ids of their call, in order, so that a resumed call finds the ones it began and goes on
 * with them instead of beginning anew.
 */
export function childRunner(context: LoopContext, { callId, signal, tell }: ChildOptions): RunChild {
  const { log, sinks, approvals, approvalTtlMs, leaseTtlMs } = context.plan
  const { turn } = context.state
  let children = 0
  return async (agent, input) => {
    const runId = `${callId}.${++children}`
    const shared = {
      signal,
      sinks,
      approvals,
      leaseTtlMs,
      ...(approvalTtlMs === null ? {} : { approvalTtlMs }),
      ...(context.budget ? { budget: context.budget } : {}),
    }
    const parent = { runId: context.plan.runId, callId }
    tell({ type: 'child.started', turn, callId, runId, agent: agent.name })
    const run = (await isKnown(context, runId))
      ? agent.resume(log, runId, shared)
      : agent.run(input, { ...shared, runId, parent, log })
    const result = await run.result
    const { stop, usage, costMicroUsd } = result
    if (stop.reason === 'approval') throw new ChildPaused(stop.waiting)
    const spentMicroUsd = context.budget ? closePart(context.budget, runId) : 0
    tell({ type: 'child.ended', turn, callId, runId, stop, usage, costMicroUsd, spentMicroUsd })
    return result
  }
}

async function isKnown(context: LoopContext, runId: string): Promise<boolean> {
  for await (const event of context.plan.log.read(runId)) return event.seq > 0
  return false
}
