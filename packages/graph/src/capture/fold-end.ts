import type { DurableEvent, RunStop } from '@heddle/core'
import { addDelegation, delegationId } from './fold-request.ts'
import { MOST_ACTIONS, addNode, changeNode } from './capture-state.ts'
import type { CaptureState, Reading } from './capture-state.ts'
import { workEdge } from './fold-work.ts'
import { eventNodeId } from './node-id.ts'
import { descriptionOf, titleOf } from './one-line.ts'

type Event<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

/** A child run began: an action of its parent. */
export function foldChildStarted(reading: Reading, { runId, agent }: Event<'child.started'>): void {
  const { state, draft } = reading
  // A resumed call tells it again.
  if (state.children.has(runId)) return
  state.children.set(runId, agent)
  const id = delegationId(runId)
  addDelegation(reading, { childRunId: runId, agent })
  changeNode(reading, id, {})
  draft.edges.push(workEdge(state.basis, id))
  if (state.actions.size < MOST_ACTIONS) state.actions.set(runId, id)
}

export function foldChildEnded(reading: Reading, { runId, stop }: Event<'child.ended'>): void {
  const { state } = reading
  const agent = state.children.get(runId)
  if (agent === undefined) return
  state.children.delete(runId)
  changeNode(reading, addResult(reading, { childRunId: runId, agent, stop }), {})
}

/** What became of a child run; the same from whichever side it is written. */
function addResult(
  { state, draft, atMs }: Reading,
  {
    childRunId,
    agent,
    stop,
  }: { readonly childRunId: string; readonly agent: string; readonly stop: RunStop },
): string {
  const id = eventNodeId(childRunId, 1, 'result')
  const isDone = stop.reason === 'done'
  draft.nodes.push({
    id,
    type: 'outcome',
    title: titleOf(isDone ? `${agent} finished` : `${agent} did not finish: ${stopText(stop)}`),
    judgement: { kind: 'boolean', probability: isDone ? 1 : 0 },
    author: { kind: 'agent', name: agent },
    session: state.session,
    createdAtMs: atMs,
  })
  draft.edges.push({ from: delegationId(childRunId), to: id })
  return id
}

/** The end of a run: what was not tested has an outcome too, and a goal that was reached is answered. */
export function foldRunEnded(reading: Reading, { stop }: Event<'run.ended'>): void {
  const { state, draft } = reading
  if (state.isChild) {
    const { runId, agent } = state
    const id = addResult(reading, { childRunId: runId, agent: agent.name, stop })
    changeNode(reading, id, { description: descriptionOf(state.lastText) })
    draft.edges.push(...[...state.actions.values()].map((from) => ({ from, to: id })))
    if (state.outcome && state.actions.size === 0) draft.edges.push({ from: state.outcome.id, to: id })
    return
  }
  const last = stop.reason === 'done' ? testedEnd(state) : null
  const end = last ?? addEnd(reading, stop)
  const isAnswered = stop.reason === 'done' && state.outcome?.hasPassed !== false
  if (isAnswered) draft.edges.push({ from: end, to: state.goal, type: 'answers' })
}

/** The test run that says how it went; `null` when something was done after it, or there was none. */
function testedEnd({ outcome, actions }: CaptureState): string | null {
  return outcome && actions.size === 0 ? outcome.id : null
}

function addEnd(reading: Reading, stop: RunStop): string {
  const { state, draft } = reading
  const isDone = stop.reason === 'done'
  const id = addNode(reading, 'end', {
    type: 'outcome',
    title: titleOf(isDone ? `Answered: ${state.lastText}` : `Stopped: ${stopText(stop)}`),
    description: descriptionOf(state.lastText),
    judgement: stop.reason === 'failed' ? { kind: 'boolean', probability: 0 } : null,
  })
  const causes = state.actions.size > 0 ? [...state.actions.values()] : [state.outcome?.id ?? state.basis.id]
  draft.edges.push(...causes.map((from) => ({ from, to: id })))
  return id
}

function stopText(stop: RunStop): string {
  switch (stop.reason) {
    case 'failed':
      return stop.error.message
    case 'aborted':
      return stop.message
    case 'done':
    case 'length':
    case 'refused':
    case 'stopped':
    case 'approval':
      return stop.reason
    case 'steps':
    case 'usd':
    case 'tokens':
    case 'ms':
    case 'tool-calls':
    case 'repeats':
      return `limit "${stop.reason}" reached`
  }
}
