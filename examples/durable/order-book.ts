import { foldRun } from '@heddle/core'
import type { ApprovalRequest, DurableEvent, RunLog, RunState } from '@heddle/core'

/** A run as its log tells it, whether or not anybody drives it. */
export interface Order {
  readonly runId: string
  /** `null`: nothing of it is on record yet. */
  readonly state: RunState | null
  /** What a person was asked, and what they answered, if they did. */
  readonly questions: readonly Question[]
}

export interface Question {
  readonly request: ApprovalRequest
  readonly answer: 'allow' | 'deny' | null
}

/** The order that was begun last; the first one when there is none. */
export async function lastOrder(log: RunLog): Promise<Order> {
  let order = await readOrder(log, 1)
  for (let count = 2; order.state; count++) {
    const next = await readOrder(log, count)
    if (!next.state) break
    order = next
  }
  return order
}

/** The order after this one. */
export function nextOrder(log: RunLog, { runId }: Order): Promise<Order> {
  return readOrder(log, Number(runId.slice('order-'.length)) + 1)
}

async function readOrder(log: RunLog, count: number): Promise<Order> {
  const runId = `order-${count}`
  const events: DurableEvent[] = await Array.fromAsync(log.read(runId))
  if (events.length === 0) return { runId, state: null, questions: [] }
  const state = foldRun(events)
  // Letters that nobody has taken yet count as much as those that are in the log.
  const letters = await log.letters(runId)
  const questions = [...state.requests.values()].map((request) => {
    const given = letters.find(
      ({ letter }) =>
        letter.type === 'approval' &&
        letter.answer.approvalId === request.approvalId &&
        letter.answer.hash === request.hash,
    )?.letter
    return { request, answer: given?.type === 'approval' ? given.answer.decision : null }
  })
  return { runId, state, questions }
}
