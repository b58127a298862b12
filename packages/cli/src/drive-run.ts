import type { ApprovalAnswer, ApprovalRequest, Run, RunResult } from '@heddle/core'

/**
 * Asks a person whether a call may be made.
 *
 * @param signal - Aborts when nobody waits for the answer any more.
 * @returns null when there will be no answer.
 */
export type AskApproval = (
  request: ApprovalRequest,
  signal: AbortSignal,
) => Promise<Pick<ApprovalAnswer, 'decision' | 'by' | 'reason'> | null>

/**
 * Reads a run to its end and has its calls approved meanwhile, one after the other. The run stands still while
 * somebody is asked, so that nothing else is printed in between.
 *
 * @param askApproval - null when there is nobody to ask: the run pauses with the reason `approval`.
 */
export async function driveRun(
  run: Run,
  askApproval: AskApproval | null,
  signal: AbortSignal,
): Promise<RunResult> {
  if (askApproval === null) return run.result
  for await (const event of requestsOf(run)) {
    const answer = signal.aborted ? null : await askApproval(event, signal)
    if (answer !== null) await run.answer({ approvalId: event.approvalId, hash: event.hash, ...answer })
  }
  return run.result
}

async function* requestsOf(run: Run): AsyncGenerator<ApprovalRequest, void, undefined> {
  for await (const events of run.batches()) {
    for (const event of events) if (event.type === 'approval.requested') yield event.request
  }
}
