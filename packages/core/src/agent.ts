import type { UserMessage } from './messages.ts'
import type { LanguageModel, ToolSpec } from './model.ts'
import type { ResumeOptions, Run, RunOptions } from './run.ts'
import type { RunLog } from './run-log.ts'

/** Instructions, tools and a model, ready to run any number of times at once; it holds no state. */
export interface Agent {
  readonly name: string
  readonly model: LanguageModel
  /** As the model is told of them, sorted by name. */
  readonly tools: readonly ToolSpec[]
  /**
   * Starts a run. Nothing happens until somebody reads it: iterate it, or await `result`.
   *
   * @param input - What the user says; left out when `messages` already ends with it.
   * @throws ConfigError `config.invalid` when there is nothing to answer.
   */
  run(input?: string | UserMessage, options?: RunOptions): Run

  /**
   * Goes on with a run where its log ends: after a pause for approval, or after a crash. A model call
   * that was cut off is made again (`turn.reset`); of the tools that were running, those declared `pure` or
   * `idempotent` run again, the others are reported to the model as interrupted. A run that has ended
   * gives its result and nothing more.
   *
   * The run ends with `log.busy` when another driver holds it, `run.unknown` when the log does not know it.
   */
  resume(log: RunLog, runId: string, options?: ResumeOptions): Run
}
