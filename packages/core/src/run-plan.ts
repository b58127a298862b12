import type { AgentDefinition, RetryPolicy } from './agent-definition.ts'
import type { EventDraft, LoopBatch } from './event-draft.ts'
import type { ParentRun, RunEnd, RunLimits } from './events.ts'
import type { Message, UserMessage } from './messages.ts'
import type { LanguageModel, ToolSpec } from './model.ts'
import type { OutputStrategy } from './output-strategy.ts'
import type { CompiledSchema } from './schema.ts'
import type { RunLog } from './run-log.ts'
import type { Runtime } from './runtime.ts'
import type { RunStateDraft } from './run-state.ts'
import type { Budget } from './budget.ts'
import type { CompactionRules } from './compact-context.ts'
import type { ContextMeter } from './context-meter.ts'
import type { Compaction } from './context-view.ts'
import type { Mailbox } from './mailbox.ts'
import type { Sink } from './sink.ts'
import type { Tool } from './tool.ts'

/** Everything about an agent that is settled before a run, defaults filled in. */
export interface AgentParts {
  readonly definition: AgentDefinition
  readonly name: string
  readonly tools: ReadonlyMap<string, Tool>
  /** Sorted by name; the same array for every request, so that adapters encode it once. */
  readonly toolSpecs: readonly ToolSpec[]
  /** Whether requests from which something was left out offer the recall tool besides. */
  readonly mayRecall: boolean
  readonly context: CompactionRules
  readonly retry: RetryPolicy
  readonly limits: RunLimits
  readonly parallelTools: number
  /** The structured answer it is to give, and how it is asked for; `null` for plain text. */
  readonly output: { readonly schema: CompiledSchema; readonly strategy: OutputStrategy } | null
  readonly runtime: Runtime
}

/** What one run is to do. */
export interface RunPlan {
  readonly agent: AgentParts
  readonly runId: string
  readonly parent: ParentRun | null
  /** How it begins: anew, or where its log ends. */
  readonly begin: NewRun | 'resume'
  /** The budget it draws on, beside its own limit. */
  readonly budget: Budget | null
  /** What to do when only people can go on: keep waiting, or pause. */
  readonly approvals: 'wait' | 'pause'
  readonly approvalTtlMs: number | null
  readonly log: RunLog
  readonly sinks: readonly Sink[]
  readonly signal: AbortSignal | undefined
  /** How long the right to write the run lasts without being prolonged; `Infinity` where nobody else could have it. */
  readonly leaseTtlMs: number
}

/** What a new run is to answer. */
export interface NewRun {
  readonly history: readonly Message[]
  readonly compaction?: Compaction
  readonly input: UserMessage | null
  readonly limits: RunLimits
}

/** What the loop works with. */
export interface LoopContext {
  readonly plan: RunPlan
  /**
   * Records a batch, folds it into `state`, and hands it to the reader. To be awaited: the loop goes on when the
   * reader asks for more.
   *
   * @throws LogLost when the log refused. Whoever catches it must let it through.
   */
  readonly tell: (batch: LoopBatch) => Promise<void> | undefined
  /** The run's own signal: the caller's, `run.abort()`, or a reader that left. */
  readonly signal: AbortSignal
  readonly state: RunStateDraft
  readonly mailbox: Mailbox
  readonly meter: ContextMeter
  /** The run's own; `null` when nothing limits its cost. */
  readonly budget: Budget | null
  /** What is to be recorded together with the end of the run. */
  readonly leftovers: EventDraft[]
  /** Changes when a failure or an escalation switches. */
  model: LanguageModel
  /** Set when the run was aborted because its time is over. */
  timeUp: RunEnd | null
}
