import type { ApprovalAnswer, DurableEvent } from '@heddle/core'
import { addNode, followWay, knowWay, remember } from './capture-state.ts'
import type { Reading, Way } from './capture-state.ts'
import { loggedNodeId } from './logged-node-id.ts'
import { foldPlan } from './fold-text.ts'
import { act, foldCommit, foldEdit, foldTests, noteTakenBack, pivot } from './fold-work.ts'
import { oneLine, titleOf } from './one-line.ts'
import { callTitle, readCall } from './read-call.ts'
import type { KnownCall } from './read-call.ts'
import { readCommand } from './read-command.ts'

type Event<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

export function foldToolStarted(reading: Reading, { callId, name, input }: Event<'tool.started'>): void {
  const { state } = reading
  if (state.change && readCall(name, input).kind === 'edit') pivot(reading, state.change)
  const allowedBy = state.calls.get(callId)?.allowedBy ?? ''
  remember(state.calls, callId, { name, input, allowedBy, basis: state.basis })
}

export function foldToolEnded(reading: Reading, { callId, result }: Event<'tool.ended'>): void {
  const { state } = reading
  const call = state.calls.get(callId)
  state.calls.delete(callId)
  if (!call || result.status !== 'ok') return
  const known = readCall(call.name, call.input)
  switch (known.kind) {
    case 'edit':
      return foldEdit(reading, known, call.basis)
    case 'command': {
      const events = readCommand(known.command, result.output)
      for (const event of events) {
        if (event.kind === 'tests') foldTests(reading, event)
        else if (event.kind === 'commit') foldCommit(reading, event)
        else noteTakenBack(reading)
      }
      if (events.length > 0) return
      break
    }
    case 'plan':
      return foldPlan(reading, known.steps)
    case 'question':
      return foldAnsweredQuestion(reading, known, typeof result.output === 'string' ? result.output : '')
    case 'logged':
      return foldLogged(reading, known, { callId, title: titleIn(call.input) })
    case 'other':
      break
  }
  // What a person was asked about was worth asking, so it is worth keeping.
  if (call.allowedBy !== '') {
    const description = `Allowed by ${call.allowedBy}.`
    act(reading, { key: callId, title: callTitle(call.name, call.input), description, basis: call.basis })
  }
}

/** A person's answer: a refusal rules the action out, leave makes it worth recording. */
export function foldApproval(reading: Reading, answer: ApprovalAnswer): void {
  const { state, draft } = reading
  const request = state.asked.get(answer.approvalId)
  if (!request || request.hash !== answer.hash) return
  state.asked.delete(answer.approvalId)
  const { callId, tool: name, input } = request
  if (answer.decision === 'allow') {
    remember(state.calls, callId, { name, input, allowedBy: answer.by, basis: state.basis })
    return
  }
  const why = answer.reason?.trim() ? oneLine(answer.reason, 300) : 'no reason was given'
  const title = titleOf(callTitle(name, input))
  const call = readCall(name, input)
  const id = addNode(reading, 'refused', {
    type: 'option',
    title,
    description: call.kind === 'command' ? oneLine(call.command, 1_000) : '',
    status: 'rejected',
    reason: `${answer.by} said no: ${why}`,
    files: call.kind === 'edit' ? [call.file] : [],
    author: { kind: 'person', name: answer.by },
  })
  draft.edges.push({ from: state.basis.id, to: id, type: 'rejected', rationale: why })
}

function foldAnsweredQuestion(
  reading: Reading,
  { question, choices }: Extract<KnownCall, { kind: 'question' }>,
  answer: string,
): void {
  const { state, draft } = reading
  const { person, basis } = state
  if (choices.length < 2) {
    const title = titleOf(`${person.name} answered: ${answer}`)
    const id = addNode(reading, 'answer', {
      type: 'observation',
      title,
      description: question,
      author: person,
    })
    draft.edges.push({ from: basis.id, to: id })
    return
  }
  const reason = oneLine(`${person.name} answered: ${answer}`, 300)
  const decision = addNode(reading, 'asked', {
    type: 'decision',
    title: titleOf(question),
    reason,
    author: person,
  })
  draft.edges.push({ from: basis.id, to: decision })
  const same = (choice: string): boolean => choice.trim().toLowerCase() === answer.trim().toLowerCase()
  const all = choices.some(same) ? choices : [...choices, answer]
  for (const [at, choice] of all.entries()) {
    const isChosen = same(choice)
    const status = isChosen ? 'chosen' : 'rejected'
    const title = titleOf(choice)
    const id = addNode(reading, `choice.${at + 1}`, { type: 'option', title, status, reason, author: person })
    draft.edges.push({ from: decision, to: id, type: status, rationale: reason })
    const way: Way = { id, type: 'option', title, question: decision }
    if (isChosen) followWay(state, way)
  }
}

/** The agent wrote to the graph itself: work that follows rests on what it decided. */
function foldLogged(
  { state }: Reading,
  { tool, nodeType }: Extract<KnownCall, { kind: 'logged' }>,
  { callId, title }: { readonly callId: string; readonly title: string },
): void {
  if (nodeType !== 'decision') return
  const way: Way = {
    id: loggedNodeId({ runId: state.runId, callId }, nodeType),
    type: 'decision',
    title,
    question: null,
  }
  if (tool === 'decision_pivot' && state.outcome) state.outcome = { ...state.outcome, isSettled: true }
  state.change = null
  knowWay(state, way)
  followWay(state, way)
}

function titleIn(input: unknown): string {
  const { title } = input as { title?: unknown }
  return typeof title === 'string' ? titleOf(title) : ''
}
