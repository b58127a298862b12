import { ConfigError } from './errors.ts'
import type { RunEvent } from './events.ts'
import { Handover } from './handover.ts'
import type { Handed } from './handover.ts'
import { recordRun } from './record-run.ts'
import { RunBatches, RunEvents } from './run-readers.ts'
import { runInbox } from './run-inbox.ts'
import type { RunInbox } from './run-inbox.ts'
import type { Run, RunResult } from './run.ts'
import type { RunPlan } from './run-plan.ts'

/** Makes the run; nothing of it happens before it is read. */
export function startRun(plan: RunPlan): Run {
  return new StartedRun(plan)
}

/** What it is asked for may be taken out of it and called alone, so those are functions made when they are asked for. */
class StartedRun implements Run, Handed {
  private readonly plan: RunPlan
  private readonly controller = new AbortController()
  /** Made for the first who asks for the result. */
  private settled: PromiseWithResolvers<RunResult> | null = null
  /** How it ended. */
  private ended: { readonly result: RunResult } | { readonly thrown: unknown } | null = null
  private readonly told: Handover<readonly RunEvent[]> = new Handover(this)
  private isClaimed = false

  constructor(plan: RunPlan) {
    this.plan = plan
  }

  get runId(): string {
    return this.plan.runId
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined> {
    return new RunEvents(this.claim())
  }

  get batches(): Run['batches'] {
    return () => ({ [Symbol.asyncIterator]: () => new RunBatches(this.claim()) })
  }

  get result(): Promise<RunResult> {
    queueMicrotask(() => {
      if (!this.isClaimed) void this.claim().drain()
    })
    if (this.settled === null) {
      this.settled = Promise.withResolvers()
      // Its reader is told of a throw, too, and may be the only one who looks.
      this.settled.promise.catch(() => {})
      this.settle()
    }
    return this.settled.promise
  }

  get answer(): Run['answer'] {
    return this.inbox().answer
  }

  get steer(): Run['steer'] {
    return this.inbox().steer
  }

  get abort(): Run['abort'] {
    return (reason = 'aborted by the program') => this.controller.abort(reason)
  }

  begin(): Promise<void> {
    return recordRun(this.plan, this.controller, this.told).then(
      (result) => this.end({ result }),
      (thrown: unknown) => {
        this.end({ thrown })
        throw thrown
      },
    )
  }

  leave(): void {
    this.controller.abort('its reader left')
  }

  /** The caller's signal aborted. */
  handleEvent(): void {
    this.controller.abort(this.plan.signal?.reason)
  }

  private end(ended: NonNullable<typeof this.ended>): void {
    this.plan.signal?.removeEventListener('abort', this)
    this.ended = ended
    this.settle()
  }

  private settle(): void {
    const { ended, settled } = this
    if (ended && 'result' in ended) settled?.resolve(ended.result)
    else if (ended) settled?.reject(ended.thrown)
  }

  private inbox(): RunInbox {
    return runInbox(this.plan.log, this.plan.runId, this.plan.agent.runtime)
  }

  private claim(): Handover<readonly RunEvent[]> {
    const { plan } = this
    if (this.isClaimed) {
      throw new ConfigError(
        'run.consumed',
        `Run ${plan.runId} is already being read; give it sinks for further listeners, or read its log.`,
      )
    }
    this.isClaimed = true
    // Not before: a run that nobody reads leaves nothing on a signal that outlives it.
    if (plan.signal?.aborted) this.handleEvent()
    else plan.signal?.addEventListener('abort', this, { once: true })
    return this.told
  }
}
