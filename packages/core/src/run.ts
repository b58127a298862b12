import type { Budget } from './budget.ts'
import type { Compaction } from './context-view.ts'
import type { ErrorJson } from './errors.ts'
import type { ParentRun, RunEvent, RunLimits, RunStop } from './events.ts'
import type { JsonValue } from './json.ts'
import type { OutputStrategy } from './output-strategy.ts'
import type { Message } from './messages.ts'
import type { RunInbox } from './run-inbox.ts'
import type { RunLog } from './run-log.ts'
import type { Sink } from './sink.ts'
import type { Usage } from './usage.ts'

/** What one driving of a run may be told. */
export interface ResumeOptions {
  /** Aborting it ends the run with reason `aborted`. */
  readonly signal?: AbortSignal
  readonly sinks?: readonly Sink[]
  /**
   * When only people can go on: `pause` (default) stops driving with reason `approval`, to be resumed;
   * `wait` keeps the run waiting. Answers that are given while `approval.requested` is read are taken either way.
   */
  readonly approvals?: 'wait' | 'pause'
  /** Milliseconds until an unanswered request counts as denied. Default: never. */
  readonly approvalTtlMs?: number
  /** A budget shared with other runs; `limits.usd` is a part of it. */
  readonly budget?: Budget
  /** Milliseconds after which another driver may take over a run whose driver fell silent. Default 10,000. */
  readonly leaseTtlMs?: number
}

/** What a single run may be told. */
export interface RunOptions extends ResumeOptions {
  /** What was said before. Broken transcripts are repaired: see `repairTranscript`. */
  readonly messages?: readonly Message[]
  /**
   * What of `messages` had left the model's view, as a `context.compacted` of the run before says, so that
   * the view goes on as it was. Not used when the transcript had to be repaired. Default: nothing.
   */
  readonly compaction?: Compaction
  /** Overrides the agent's. */
  readonly log?: RunLog
  readonly limits?: Partial<RunLimits>
  /** Must be new in the log. Default: made by the runtime. */
  readonly runId?: string
  readonly parent?: ParentRun
}

/** What a run gives in the end. */
export interface RunResult {
  readonly runId: string
  /** Text of the last assistant message; may be empty. */
  readonly text: string
  /** The whole transcript, history included: hand it to the next run. */
  readonly messages: readonly Message[]
  /** Sum over the turns that reported it. */
  readonly usage: Usage
  /** Micro-dollars; `null` as soon as one turn's cost is unknown. */
  readonly costMicroUsd: number | null
  /** The structured answer of an agent with `output`; absent without one. */
  readonly output?: JsonValue
  readonly outputBy?: OutputStrategy
  /** Model turns taken. */
  readonly steps: number
  readonly stop: RunStop
  /** Sinks that threw; each was told nothing more after its error. */
  readonly sinkErrors: readonly ErrorJson[]
}

/**
 * One run of an agent: a value to iterate, to await and to abort. It is pulled: it goes on while
 * somebody reads it, either one iteration (of events or of batches) or, without any, whoever awaits
 * `result`. Further listeners are sinks; later ones read the log.
 */
export interface Run extends AsyncIterable<RunEvent>, Omit<RunInbox, 'stop'> {
  readonly runId: string

  /**
   * Events one by one. Leaving early aborts the run and waits until it is wound up.
   *
   * @throws ConfigError `run.consumed` when the run is already being read.
   */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined>

  /** The same events in the batches they came in (one per network read): for readers that count microseconds. */
  batches(): AsyncIterable<readonly RunEvent[]>

  /**
   * How it ended; never rejects. Asking for it starts the run unless an iteration is begun in the same
   * turn of the event loop's microtasks; after an iteration was begun it waits for that one.
   */
  readonly result: Promise<RunResult>

  /** Ends the run with reason `aborted`; does nothing once it has ended. Default reason: "aborted by the program". */
  abort(reason?: string): void
}
