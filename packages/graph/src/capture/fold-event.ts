import type { DurableEvent } from '@heddle/core'
import { remember } from './capture-state.ts'
import type { Reading } from './capture-state.ts'
import { foldApproval, foldToolEnded, foldToolStarted } from './fold-call.ts'
import { foldChildEnded, foldChildStarted, foldRunEnded } from './fold-end.ts'
import { foldSteering } from './fold-request.ts'
import { foldAnswer } from './fold-text.ts'

/** Reads one event after `run.started`: changes the state, and adds to the draft what is worth keeping. */
export function foldEvent(reading: Reading, event: DurableEvent): void {
  const { state } = reading
  switch (event.type) {
    case 'message.added':
      if (event.message.role === 'assistant') foldAnswer(reading, event.message)
      return
    case 'input.queued':
      return foldSteering(reading, event.message)
    case 'tool.started':
      return foldToolStarted(reading, event)
    case 'tool.ended':
      return foldToolEnded(reading, event)
    case 'approval.requested':
      return remember(state.asked, event.request.approvalId, event.request)
    case 'approval.answered':
      return foldApproval(reading, event.answer)
    case 'child.started':
      return foldChildStarted(reading, event)
    case 'child.ended':
      return foldChildEnded(reading, event)
    case 'run.ended':
      return foldRunEnded(reading, event)
    // Reads, thoughts, retries, budgets and pauses decide nothing.
    default:
  }
}
