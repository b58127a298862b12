import { LogError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import { isDurable } from './events.ts'
import type { DurableEvent, ParentRun, RunEvent, RunRef, TransientEvent } from './events.ts'
import { nextStep } from './next-step.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
import type { RunLease } from './run-lease.ts'
import type { RunPlan } from './run-plan.ts'
import { applyEvent } from './run-state.ts'
import type { RunState, RunStateDraft } from './run-state.ts'
import type { Sink } from './sink.ts'

/** The way of an event: stamped, stored, folded, told to the sinks. */
export interface EventRecorder {
  stamp<Draft extends EventDraft>(draft: Draft, seq: number): Extract<DurableEvent, { type: Draft['type'] }>
  /** @throws LogError when the log refused, or the right to write was lost. */
  store(events: readonly DurableEvent[]): Promise<void>
  /** A sink that throws is told nothing more. */
  tell(events: readonly RunEvent[]): Promise<void>
  /**
   * All of it for one batch of the loop. A batch that the next one follows at once is only folded: it is
   * stored together with that one, which spares a wait for the disk, and told after it.
   *
   * @returns What the reader may hear now; empty when it has to wait for the next batch. A promise only
   *   where something is waited for: most batches are deltas, which nobody stores.
   * @throws LogError; nothing of the batch was told to anybody then.
   */
  take(batch: LoopBatch, state: RunStateDraft): readonly RunEvent[] | Promise<readonly RunEvent[]>
  /** Says whose run it is, where only the log knows. */
  belongsTo(parent: ParentRun | null): void
  /** Of the last event that the log took; what was folded after it is not on record. */
  readonly storedSeq: number
  readonly sinkErrors: readonly ErrorJson[]
  /** Why the log could not be written. */
  failure: ErrorJson | null
}

export function eventRecorder(plan: RunPlan, lease: RunLease): EventRecorder {
  return new Recorder(plan, lease)
}

/** A class for the same reason as an answer in the making: thousands of runs wait with one each. */
class Recorder implements EventRecorder {
  storedSeq = 0
  failure: ErrorJson | null = null
  readonly sinkErrors: ErrorJson[] = []
  private readonly plan: RunPlan
  private readonly lease: RunLease
  private sinks: readonly Sink[]
  private run: RunRef
  /** Folded, but neither stored nor told. */
  private held: RunEvent[] = []

  constructor(plan: RunPlan, lease: RunLease) {
    this.plan = plan
    this.lease = lease
    this.sinks = plan.sinks
    this.run = { runId: plan.runId, parent: plan.parent, agent: plan.agent.name }
  }

  stamp<Draft extends EventDraft>(draft: Draft, seq: number): Extract<DurableEvent, { type: Draft['type'] }> {
    const atMs = this.plan.agent.runtime.nowMs()
    return { seq, atMs, ...draft } as unknown as Extract<DurableEvent, { type: Draft['type'] }>
  }

  belongsTo(parent: ParentRun | null): void {
    this.run = { ...this.run, parent }
  }

  async store(events: readonly DurableEvent[]): Promise<void> {
    try {
      await this.plan.log.append(this.plan.runId, events, this.lease.fence())
      this.storedSeq = events.at(-1)?.seq ?? this.storedSeq
    } catch (thrown) {
      throw refused(thrown)
    }
  }

  async tell(events: readonly RunEvent[]): Promise<void> {
    for (const sink of this.sinks) {
      try {
        const written = sink.write(events, this.run)
        if (written) await written
      } catch (thrown) {
        this.sinks = this.sinks.filter((other) => other !== sink)
        this.sinkErrors.push(toErrorJson(thrown, 'sink.failed'))
      }
    }
  }

  take(batch: LoopBatch, state: RunStateDraft): readonly RunEvent[] | Promise<readonly RunEvent[]> {
    if (this.sinks.length === 0 && areTransient(batch)) return batch
    for (const event of batch) {
      if (isTransient(event)) this.held.push(event)
      else {
        const stamped = this.stamp(event, state.seq + 1)
        applyEvent(state, stamped)
        this.held.push(stamped)
      }
    }
    // One link at most: what a reader hears late, it answers late.
    const isLink = this.held.length === batch.length && isFollowedAtOnce(this.plan, batch, state)
    return isLink ? [] : this.release()
  }

  /** One promise more than the log's own, since this is the way of every step of every run. */
  private release(): Promise<readonly RunEvent[]> {
    const events = this.held
    this.held = []
    const durable = events.every(isDurable) ? events : events.filter(isDurable)
    if (this.sinks.length > 0) return this.storeAndTell(durable, events)
    return durable.length === 0 ? Promise.resolve(events) : this.store(durable).then(() => events)
  }

  private async storeAndTell(
    durable: readonly DurableEvent[],
    events: readonly RunEvent[],
  ): Promise<readonly RunEvent[]> {
    if (durable.length > 0) await this.store(durable)
    await this.tell(events)
    return events
  }
}

function refused(thrown: unknown): LogError {
  const { code, message } = toErrorJson(thrown, 'log.failed')
  return new LogError(code, message, { cause: thrown })
}

/**
 * True when the loop goes straight on: from an answer to its calls, or from the last result to the next
 * turn. Whatever may take time in between, because it is the user's code or waits for money, makes it false.
 * The calls begin only after the answer was told, so a reader can still stop them.
 */
function isFollowedAtOnce(plan: RunPlan, batch: LoopBatch, state: RunState): boolean {
  const { definition, output, tools } = plan.agent
  if (output || definition.approval || definition.hooks || definition.onStep) return false
  switch (batch.at(-1)?.type) {
    case 'turn.ended':
      return (
        nextStep(state).do === 'call-tools' && state.calls.every((call) => !tools.get(call.name)?.approval)
      )
    case 'tool.ended': {
      const mayWait = definition.context?.summarize || plan.budget || state.limits.usd !== undefined
      return !mayWait && nextStep(state).do === 'call-model'
    }
    default:
      return false
  }
}

/** By itself, because V8 compiles a busy loop together with all that is around it. */
function areTransient(batch: LoopBatch): batch is readonly TransientEvent[] {
  for (const event of batch) if (!isTransient(event)) return false
  return true
}

/** The compiler sees to it that none is left out. */
function isTransient(event: EventDraft | TransientEvent): event is TransientEvent {
  switch (event.type) {
    case 'text.delta':
    case 'reasoning.delta':
    case 'tool.input.delta':
    case 'tool.progress':
      return true
    default:
      event satisfies EventDraft
      return false
  }
}
