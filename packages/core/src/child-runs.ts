import type { Agent } from './agent.ts'
import { ToolError } from './errors.ts'
import type { ApprovalRequest } from './events.ts'
import type { EventDraft } from './event-draft.ts'
import type { UserMessage } from './messages.ts'
import type { LoopContext } from './run-plan.ts'
import { closePart } from './reserve-money.ts'
import type { RunChild } from './run-child.ts'
import type { Run, RunResult } from './run.ts'
import { sleep } from './runtime.ts'

/** How often a lease that somebody else holds is looked at while it lasts. */
const LOOKS_PER_LEASE = 10

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
  /** Of the call: its children end with it. */
  readonly signal: AbortSignal
  readonly tell: (event: EventDraft) => void
}

/** The runs that one call begins. */
export interface ChildRuns {
  readonly run: RunChild
  /** Resolves when none of them is being driven any more; never rejects. */
  settled(): Promise<void>
  /** Set when some of them wait for people, whatever the tool made of it. */
  paused(): ChildPaused | null
}

/**
 * Child runs have ids of their call, in the order they are begun, so that a resumed call finds the ones it
 * began and goes on with them instead of beginning anew.
 */
export function childRuns(context: LoopContext, options: ChildOptions): ChildRuns {
  const begun: Promise<RunResult>[] = []
  const waiting: ApprovalRequest[] = []

  const drive = async (runId: string, agent: Agent, input: string | UserMessage): Promise<RunResult> => {
    const { callId, signal, tell } = options
    const { turn } = context.state
    if (signal.aborted)
      throw new ToolError('tool.interrupted', 'The call is over; it can start no more runs.')
    // A driver before this one saw it end, but not the call; what it cost is counted.
    if (context.state.endedChildren.includes(runId)) return agent.resume(context.plan.log, runId).result
    const run = await beginOrResume(context, options, { runId, agent, input })
    tell({ type: 'child.started', turn, callId, runId, agent: agent.name })
    const result = await run.result
    const { stop, usage, costMicroUsd } = result
    if (stop.reason === 'approval') {
      waiting.push(...stop.waiting)
      throw new ChildPaused(stop.waiting)
    }
    const spentMicroUsd = context.budget ? closePart(context.budget, runId) : 0
    tell({ type: 'child.ended', turn, callId, runId, stop, usage, costMicroUsd, spentMicroUsd })
    return result
  }
  return {
    run(agent, input) {
      const runId = `${context.plan.runId}.${options.callId}.${begun.length + 1}`
      const running = drive(runId, agent, input)
      // A tool may leave a child to itself; the call waits for it all the same.
      running.catch(() => {})
      begun.push(running)
      return running
    },
    async settled() {
      for (let seen = 0; seen < begun.length;) {
        seen = begun.length
        await Promise.allSettled(begun)
      }
    },
    paused: () => (waiting.length > 0 ? new ChildPaused(waiting) : null),
  }
}

interface Child {
  readonly runId: string
  readonly agent: Agent
  readonly input: string | UserMessage
}

async function beginOrResume(
  context: LoopContext,
  { callId, signal }: ChildOptions,
  { runId, agent, input }: Child,
): Promise<Run> {
  const { log, sinks, approvals, approvalTtlMs, leaseTtlMs } = context.plan
  const shared = {
    signal,
    sinks,
    approvals,
    ...(leaseTtlMs === Infinity ? {} : { leaseTtlMs }),
    ...(approvalTtlMs === null ? {} : { approvalTtlMs }),
    ...(context.budget ? { budget: context.budget } : {}),
  }
  if (!(await isKnown(context, runId))) {
    return agent.run(input, { ...shared, runId, parent: { runId: context.plan.runId, callId }, log })
  }
  await untilFree(context, runId, signal)
  return agent.resume(log, runId, shared)
}

async function isKnown(context: LoopContext, runId: string): Promise<boolean> {
  for await (const event of context.plan.log.read(runId)) return event.seq > 0
  return false
}

/**
 * A driver that died with its parent may hold the child for a while longer than it held the parent; giving
 * up then would report a run as failed that is only waiting to be taken over.
 */
async function untilFree(context: LoopContext, runId: string, signal: AbortSignal): Promise<void> {
  const { log, leaseTtlMs, agent } = context.plan
  const owner = agent.runtime.newId('driver')
  while (!signal.aborted && (await log.acquire(runId, owner, leaseTtlMs)) === null) {
    await sleep(agent.runtime, leaseTtlMs / LOOKS_PER_LEASE, signal)
  }
  await log.release(runId, owner)
}
