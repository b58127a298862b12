import { addUsage, ZERO_USAGE } from '@heddle/core'
import type { LanguageModel, Message } from '@heddle/core'
import { closingLine } from './closing-lines.ts'
import type { Bill } from './closing-lines.ts'
import { driveRun } from './drive-run.ts'
import type { AskApproval } from './drive-run.ts'
import { runExitCode } from './exit-codes.ts'
import { billOf, explainStop, note, textSink } from './screen.ts'
import type { Screen } from './screen.ts'
import { newSessionId, runIdIn } from './session-id.ts'
import { agentAt, settleDecisions } from './workbench.ts'
import type { AnnouncedModel, Workbench } from './workbench.ts'

/** Prompts and answers that belong together; what was said goes along with every prompt. */
export interface Conversation {
  readonly bench: Workbench
  readonly screen: Screen
  /** Null when there is nobody to ask. */
  readonly askApproval: AskApproval | null
  model: LanguageModel
  /** Said before the next run's first output; null once it was. */
  notice: string | null
  messages: readonly Message[]
  /** What its runs are named for, and how many there were. */
  session: { readonly id: string; readonly runs: number }
  bill: Bill
}

const NOTHING_SPENT: Bill = { steps: 0, usage: ZERO_USAGE, costMicroUsd: 0 }

export function beginConversation(
  bench: Workbench,
  screen: Screen,
  chosen: AnnouncedModel,
  askApproval: AskApproval | null,
): Conversation {
  return { bench, screen, askApproval, ...freshTalk(), bill: NOTHING_SPENT, ...chosen }
}

/** Nothing said yet, under a name of its own. */
export function freshTalk(): Pick<Conversation, 'messages' | 'session'> {
  return { messages: [], session: { id: newSessionId(), runs: 0 } }
}

/**
 * Answers a prompt and remembers both.
 *
 * @param signal - Aborting it ends the answer; what was said so far is kept.
 * @returns The exit code that a run of its own would have.
 */
export async function answerPrompt(
  conversation: Conversation,
  prompt: string,
  signal: AbortSignal,
): Promise<number> {
  const { bench, screen, model, messages, askApproval, session } = conversation
  const beganMs = performance.now()
  conversation.session = { ...session, runs: session.runs + 1 }
  const run = agentAt(bench, model).run(prompt, {
    messages,
    signal,
    runId: runIdIn(session.id, session.runs + 1),
    sinks: [...(bench.decisions?.sinks ?? []), textSink(screen, conversation.notice, askApproval !== null)],
  })
  const result = await driveRun(run, askApproval, signal)
  conversation.notice = null
  conversation.messages = result.messages
  const bill = billOf(result, model)
  conversation.bill = sum(conversation.bill, bill)
  const prefix = result.stop.reason === 'aborted' ? 'interrupted · ' : ''
  if (!screen.isQuiet) await note(screen, prefix + closingLine(bill, performance.now() - beganMs))
  await explainStop(screen, result)
  await settleDecisions(bench, screen, result)
  return runExitCode(result.stop)
}

function sum(a: Bill, b: Bill): Bill {
  const isKnown = a.costMicroUsd !== null && b.costMicroUsd !== null
  return {
    steps: a.steps + b.steps,
    usage: addUsage(a.usage, b.usage),
    costMicroUsd: isKnown ? (a.costMicroUsd ?? 0) + (b.costMicroUsd ?? 0) : null,
  }
}
