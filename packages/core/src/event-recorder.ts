import { LogError, toErrorJson } from './errors.ts'
import type { ErrorJson } from './errors.ts'
import type { DurableEvent, ParentRun, RunEvent, RunRef, TransientEvent } from './events.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
import type { RunLease } from './run-lease.ts'
import type { RunPlan } from './run-plan.ts'
import { applyEvent } from './run-state.ts'
import type { RunStateDraft } from './run-state.ts'
import type { Sink } from './sink.ts'

const TRANSIENT: ReadonlySet<string> = new Set<TransientEvent['type']>([
  'text.delta',
  'reasoning.delta',
  'tool.input.delta',
  'tool.progress',
])

/** The way of an event: stamped, stored, folded, told to the sinks. */
export interface EventRecorder {
  stamp<Draft extends EventDraft>(draft: Draft, seq: number): Extract<DurableEvent, { type: Draft['type'] }>
  /** @throws LogError when the log refused, or the right to write was lost. */
  store(events: readonly DurableEvent[]): Promise<void>
  /** A sink that throws is told nothing more. */
  tell(events: readonly RunEvent[]): Promise<void>
  /** All of it for one batch of the loop. @throws LogError; nothing of the batch was told to anybody then. */
  take(batch: LoopBatch, state: RunStateDraft): Promise<readonly RunEvent[]>
  /** Says whose run it is, where only the log knows. */
  belongsTo(parent: ParentRun | null): void
  readonly sinkErrors: readonly ErrorJson[]
  /** Why the log could not be written. */
  failure: ErrorJson | null
}

export function eventRecorder(plan: RunPlan, lease: RunLease): EventRecorder {
  const { runtime, name: agent } = plan.agent
  let run: RunRef = { runId: plan.runId, parent: plan.parent, agent }
  const sinks: Sink[] = [...plan.sinks]
  const sinkErrors: ErrorJson[] = []

  const recorder: EventRecorder = {
    sinkErrors,
    failure: null,
    stamp: (draft, seq) =>
      ({ seq, atMs: runtime.nowMs(), ...draft }) as unknown as Extract<
        DurableEvent,
        { type: (typeof draft)['type'] }
      >,
    belongsTo(parent) {
      run = { ...run, parent }
    },
    async store(events) {
      try {
        await plan.log.append(plan.runId, events, lease.fence())
      } catch (thrown) {
        const { code, message } = toErrorJson(thrown, 'log.failed')
        throw new LogError(code, message, { cause: thrown })
      }
    },
    async tell(events) {
      for (const sink of [...sinks]) {
        try {
          const written = sink.write(events, run)
          if (written) await written
        } catch (thrown) {
          sinks.splice(sinks.indexOf(sink), 1)
          sinkErrors.push(toErrorJson(thrown, 'sink.failed'))
        }
      }
    },
    async take(batch, state) {
      const durable: DurableEvent[] = []
      const events = batch.map((event): RunEvent => {
        if (isTransient(event)) return event
        const stamped = recorder.stamp(event, state.seq + durable.length + 1)
        durable.push(stamped)
        return stamped
      })
      if (durable.length > 0) await recorder.store(durable)
      for (const event of durable) applyEvent(state, event)
      if (sinks.length > 0) await recorder.tell(events)
      return events
    },
  }
  return recorder
}

function isTransient(event: EventDraft | TransientEvent): event is TransientEvent {
  return TRANSIENT.has(event.type)
}
