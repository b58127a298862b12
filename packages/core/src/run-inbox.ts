import { checkAnswerable } from './check-answerable.ts'
import type { ApprovalAnswer, Letter } from './letters.ts'
import { userMessage } from './messages.ts'
import type { UserMessage } from './messages.ts'
import type { RunLog } from './run-log.ts'
import { systemRuntime } from './runtime.ts'
import type { Runtime } from './runtime.ts'

/** How the world outside talks to a run: from any process that reaches its log, whether or not it is driven now. */
export interface RunInbox {
  /**
   * Answers an approval. Stored at once; it counts when the run takes it: the first answer with the
   * request's hash, once.
   *
   * @returns `false` when this request was answered before; the first answer stands.
   */
  answer(answer: ApprovalAnswer): Promise<boolean>
  /**
   * Leaves a user message for the next turn; a run that was about to end goes on with it.
   *
   * @throws ConfigError `config.invalid` for a blank message.
   */
  steer(message: string | UserMessage): Promise<void>
  /** Asks whoever drives the run to end it as `aborted`. */
  stop(reason?: string): Promise<void>
}

export function runInbox(log: RunLog, runId: string, runtime: Runtime = systemRuntime): RunInbox {
  const post = async (letter: Letter): Promise<void> => {
    await log.post(runId, runtime.newId('letter'), letter)
  }
  return {
    // The id makes the store itself refuse a second answer, and a wrong hash cannot block the right one.
    answer: (answer) =>
      log.post(runId, `approval-${answer.approvalId}-${answer.hash}`, {
        type: 'approval',
        answer,
        atMs: runtime.nowMs(),
      }),
    async steer(message) {
      const said = typeof message === 'string' ? userMessage(message) : message
      checkAnswerable(said)
      await post({ type: 'steer', message: said })
    },
    stop: (reason = 'stopped from outside') => post({ type: 'abort', reason }),
  }
}
