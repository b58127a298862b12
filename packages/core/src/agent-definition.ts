import type { ApprovalPolicy } from './approvals.ts'
import type { ContextPolicy } from './compact-context.ts'
import type { ErrorJson } from './errors.ts'
import type { Hook } from './hooks.ts'
import type { JsonObject } from './json.ts'
import type { RunLimits } from './events.ts'
import type { AssistantMessage, Message, ToolMessage, UserMessage } from './messages.ts'
import type { LanguageModel } from './model.ts'
import type { RunLog } from './run-log.ts'
import type { Runtime } from './runtime.ts'
import type { InputSchema } from './schema.ts'
import type { Tool } from './tool.ts'
import type { Usage } from './usage.ts'

/** A finished turn, as `onStep` sees it. */
export interface StepInfo {
  readonly runId: string
  /** From 1. */
  readonly turn: number
  readonly message: AssistantMessage
  /** The results of the message's calls; `null` when it made none. */
  readonly results: ToolMessage | null
  readonly usage: Usage | null
  readonly costMicroUsd: number | null
}

/** A failed model call, as `onError` sees it. */
export interface ModelFailure {
  readonly runId: string
  readonly turn: number
  /** Attempts made in this turn so far, from 1. */
  readonly attempt: number
  readonly model: string
  readonly error: ErrorJson
}

/** What to do about a failed model call: end the run, ask again after the usual wait, or ask another model from now on. */
export type FailureDecision = 'stop' | 'retry' | { readonly model: LanguageModel }

/** How often and how patiently a failed model call is repeated. */
export interface RetryPolicy {
  /** Attempts per turn, the first included; 1 never retries. Default 4. */
  readonly attempts: number
  /** Wait before the second attempt; it doubles each time; half of each wait is left to chance. Default 500. */
  readonly baseDelayMs: number
  /** No own wait is longer. Default 30,000. */
  readonly maxDelayMs: number
  /** Longest `retry-after` that is honoured; when the provider asks for more, the run ends at once. Default 120,000. */
  readonly maxRetryAfterMs: number
}

/** What {@link agent} is told. */
export interface AgentDefinition {
  /** Shown in logs and traces. Default `agent`. */
  readonly name?: string
  /** System text, or a function that makes it once per run. Default empty. */
  readonly instructions?: string | ((context: InstructionContext) => string | Promise<string>)
  readonly model: LanguageModel
  readonly tools?: readonly Tool[]
  /**
   * Asks for a structured answer: a schema as for a tool's input. The result has it as `output`, and `outputBy`
   * says how it was got: `native` (the provider enforced it), `tool` (through a tool `final_answer`) or `prompt`
   * (asked for in words). An answer that does not fit is sent back twice; then the run fails with `output.invalid`.
   */
  readonly output?: InputSchema
  readonly limits?: Partial<RunLimits>
  /** Sampling temperature; absent: the provider's default. */
  readonly temperature?: number
  /** Absent: the adapter's default. */
  readonly maxOutputTokens?: number
  /** Merged into the request body, for vendor settings that have no name here. */
  readonly extraBody?: JsonObject
  /** Calls of one turn that run at the same time. Default 8. */
  readonly parallelTools?: number
  readonly retry?: Partial<RetryPolicy>
  /** Called after each turn, its tools included; `'stop'` ends the run with reason `stopped`. A throw ends it as `failed`. */
  readonly onStep?: (step: StepInfo) => 'stop' | 'continue' | void | Promise<'stop' | 'continue' | void>
  /**
   * Called when a model call failed. Without it, retryable errors are retried as `retry` says and all
   * others end the run; returning nothing means the same.
   */
  readonly onError?: (failure: ModelFailure) => FailureDecision | void | Promise<FailureDecision | void>
  /** How the context is kept within the model's window. Default: at four fifths of it, older turns leave the view. */
  readonly context?: ContextPolicy
  /** Called around model and tool calls, in order. */
  readonly hooks?: readonly Hook[]
  /** Judges every call before it runs, beside the tools' own `approval`. Default: all run. */
  readonly approval?: ApprovalPolicy
  /** Where runs are recorded; default: memory of their own, forgotten with them. */
  readonly log?: RunLog
  /** Time, ids and chance; default the system's. */
  readonly runtime?: Runtime
}

/** What an instructions function may look at. */
export interface InstructionContext {
  readonly runId: string
  readonly nowMs: number
  /** What is to be answered; `null` when the history itself ends with it. */
  readonly input: UserMessage | null
  /** What was said before. */
  readonly history: readonly Message[]
}
