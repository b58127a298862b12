import type { Message } from './messages.ts'
import type { RunLog } from './run-log.ts'
import { applyEvent, beginState } from './run-state.ts'
import type { RunState, RunStateDraft } from './run-state.ts'

/** What a session knows of its last run. */
export interface Conversation {
  /** Of the run, from 1. */
  readonly number: number
  readonly state: RunState
  /** All that was said, with what users said too late for a turn of the run. */
  readonly messages: readonly Message[]
}

/**
 * Finds the conversation of a session; it remembers where it last stood, and nothing else.
 *
 * @returns A function that reads it as it is now; `null` before the first run.
 */
export function conversationIn(log: RunLog, id: string): () => Promise<Conversation | null> {
  let number = 0
  return async () => {
    number = await lastRunNumber(log, id, number)
    return number === 0 ? null : readConversation(log, id, number)
  }
}

async function readConversation(log: RunLog, id: string, number: number): Promise<Conversation | null> {
  const runId = `${id}.${number}`
  let state: RunStateDraft | null = null
  // Not the state's own queue: that also holds what the loop said to mend an answer.
  let said: Message[] = []
  for await (const event of log.read(runId)) {
    if (state) applyEvent(state, event)
    else state = beginState(event)
    if (event.type === 'turn.started') said = []
    if (event.type === 'input.queued') said.push(event.message)
  }
  if (!state) return null
  for (const { letter } of await log.letters(runId, state.lettersRead)) {
    if (letter.type === 'steer') said.push(letter.message)
  }
  return { number, state, messages: [...state.messages, ...said] }
}

/**
 * Runs of a session are numbered from 1 without gaps, so looking at a few ids finds the last.
 *
 * @param known - A number that is known to exist, or 0.
 * @returns 0 when there is none.
 */
async function lastRunNumber(log: RunLog, id: string, known: number): Promise<number> {
  let last = known
  let step = 1
  for (; await hasRun(log, `${id}.${last + step}`); step *= 2) last += step
  let missing = last + step
  while (missing - last > 1) {
    const middle = Math.floor((last + missing) / 2)
    if (await hasRun(log, `${id}.${middle}`)) last = middle
    else missing = middle
  }
  return last
}

async function hasRun(log: RunLog, runId: string): Promise<boolean> {
  for await (const event of log.read(runId)) return event.seq === 1
  return false
}
