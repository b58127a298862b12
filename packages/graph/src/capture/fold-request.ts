import { textOf } from '@heddle/core'
import type { DurableEvent, UserMessage } from '@heddle/core'
import { significantWords, shareOf } from '../context/words.ts'
import { addNode, beginCapture, changeNode, followWay, knowWay } from './capture-state.ts'
import type { CaptureState, Reading, SessionMemory, Way } from './capture-state.ts'
import type { CaptureDraft } from './capture-draft.ts'
import { eventNodeId } from './node-id.ts'
import { descriptionOf, oneLine, titleOf } from './one-line.ts'
import { correctionIn, isContinuation, pickedLabel } from './read-text.ts'
import { statedOptions } from './read-text.ts'
import type { Correction } from './read-text.ts'
import { chooseOption } from './fold-options.ts'

type Started = Extract<DurableEvent, { type: 'run.started' }>

/** What the sink was told of the world that no event says. */
export interface Surroundings {
  readonly session: string
  readonly person: string
  readonly memory: SessionMemory
}

/** How much of the unwanted thing's words a decision must have to be the one that is meant. */
const SAME_THING_SHARE = 0.5

/** The id of the action under which a child run's entries stand; parent and child make it apart. */
export function delegationId(childRunId: string): string {
  return eventNodeId(childRunId, 1, 'delegation')
}

/** Opens the goal of a run, or goes on with the session's, and reads what the request says of earlier decisions. */
export function foldStarted(event: Started, around: Surroundings, draft: CaptureDraft): CaptureState {
  const { runId, parent, agent, input, history } = event
  const said = input ?? history.findLast((message) => message.role === 'user')
  const request = said ? textOf(said) : ''
  const previous = parent ? null : around.memory.goal
  const isSame = previous !== null && continues(request, previous)
  const ownId = parent ? delegationId(runId) : eventNodeId(runId, event.seq, 'goal')
  const state = beginCapture({
    runId,
    session: around.session,
    agent,
    person: around.person,
    goal: isSame ? previous.id : ownId,
    request: titleOf(request),
    isChild: parent !== null,
  })
  const reading: Reading = { state, draft, seq: event.seq, atMs: event.atMs }
  if (parent) {
    addDelegation(reading, { childRunId: runId, agent })
    changeNode(reading, ownId, { description: descriptionOf(request) })
    return state
  }
  if (isSame) changeNode(reading, previous.id, {})
  else {
    const goal = { title: titleOf(request), description: descriptionOf(request) }
    addNode(reading, 'goal', { type: 'goal', ...goal, author: state.person })
    if (previous)
      draft.edges.push({ from: previous.id, to: ownId, rationale: 'follow-up in the same session' })
  }
  const { way } = around.memory
  if (way) knowWay(state, way)
  if (way && isSame) state.basis = { id: way.id, way }
  reopenQuestion(state, event, around.memory)
  foldPersonsWord(reading, request, { isRequest: true })
  return state
}

/** Adds the action that stands for a child run; the same from whichever side it is written. */
export function addDelegation(
  { state, draft, atMs }: Reading,
  { childRunId, agent }: { readonly childRunId: string; readonly agent: string },
): void {
  const author = { kind: 'agent', name: agent } as const
  draft.nodes.push({
    id: delegationId(childRunId),
    type: 'action',
    title: `Delegated to ${agent}`,
    author,
    session: state.session,
    createdAtMs: atMs,
  })
}

/** A message that a person sent while the run was going. */
export function foldSteering(reading: Reading, message: UserMessage): void {
  const { state, draft } = reading
  const text = textOf(message)
  // A session that resumes a run adds what it was called with, which may be the request once more.
  if (text.trim() === '' || isContinuation(text) || titleOf(text) === state.request) return
  if (foldPersonsWord(reading, text, { isRequest: false })) return
  const id = addNode(reading, 'said', {
    type: 'observation',
    title: titleOf(`${state.person.name} said: ${text.trim()}`),
    description: descriptionOf(text),
    author: state.person,
  })
  draft.edges.push({ from: state.basis.id, to: id })
}

function continues(
  request: string,
  previous: { readonly title: string; readonly description: string },
): boolean {
  const isRepeated = titleOf(request) === previous.title && descriptionOf(request) === previous.description
  if (isRepeated || isContinuation(request) || pickedLabel(request) !== '') return true
  // Anything longer asks for more than a correction.
  return correctionIn(request) !== null && significantWords(request).length <= 12
}

/** The options that the session's last answer listed are still there to be picked. */
function reopenQuestion(state: CaptureState, { history }: Started, { open }: SessionMemory): void {
  const last = history.findLast((message) => message.role === 'assistant')
  if (!last || open.length === 0) return
  const options = new Map<string, Way>()
  for (const { label, title } of statedOptions(textOf(last))) {
    const way = open.find((candidate) => candidate.title === title)
    if (way) options.set(label, way)
  }
  const id = [...options.values()][0]?.question ?? null
  if (id !== null) state.question = { id, options }
}

/** @returns False when the text decides nothing. */
function foldPersonsWord(
  reading: Reading,
  text: string,
  { isRequest }: { readonly isRequest: boolean },
): boolean {
  const { state } = reading
  const picked = state.question?.options.get(pickedLabel(text))
  if (picked) {
    chooseOption(reading, picked, { because: oneLine(text, 300), against: new Map(), by: state.person.name })
    return true
  }
  const correction = correctionIn(text)
  if (!correction) return false
  // A first request that rules something out corrects nothing that was done.
  foldCorrection(reading, correction, { text: oneLine(text, 300), isRequest })
  return true
}

function foldCorrection(
  reading: Reading,
  { wanted, unwanted }: Correction,
  { text, isRequest }: { readonly text: string; readonly isRequest: boolean },
): void {
  const { state, draft, seq } = reading
  const old = unwanted === '' ? currentWay(state) : wayAbout(state, unwanted)
  if (unwanted === '' && old === null && isRequest) return
  const reason = `${state.person.name} said: ${text}`
  const title = wanted === '' ? titleOf(`Not ${unwanted}`) : titleOf(`Use ${wanted}`)
  const decision = addNode(reading, 'correction', { type: 'decision', title, reason, author: state.person })
  draft.edges.push({ from: old ? state.goal : state.basis.id, to: decision })
  if (old) {
    giveUp(reading, old, { by: decision, reason })
    const evidence = { runId: state.runId, seq }
    draft.findings.push({ verdict: 'corrected', about: [old.id], because: reason, seenAt: { evidence } })
  } else if (unwanted !== '') {
    const option = addNode(reading, 'unwanted', {
      type: 'option',
      title: titleOf(unwanted),
      status: 'rejected',
      reason,
      author: state.person,
    })
    draft.edges.push({ from: decision, to: option, type: 'rejected', rationale: reason })
  }
  if (wanted !== '') followWay(state, { id: decision, type: 'decision', title, question: null })
}

/**
 * Takes back a decision or an option, and the decision that the option belonged to.
 *
 * @param replacement - `by` is the decision that takes its place; `null` when there is none yet.
 */
export function giveUp(
  reading: Reading,
  old: Way,
  { by, reason }: { readonly by: string | null; readonly reason: string },
): void {
  const { draft, state } = reading
  const decision = old.type === 'decision' ? old.id : old.question
  if (old.type === 'option') {
    changeNode(reading, old.id, { status: 'rejected', reason })
  }
  if (decision !== null) {
    changeNode(reading, decision, { status: 'superseded', reason })
    if (by !== null) draft.edges.push({ from: by, to: decision, type: 'supersedes', rationale: reason })
  }
  state.ways = state.ways.filter(({ id }) => id !== old.id && id !== decision)
}

function currentWay(state: CaptureState): Way | null {
  return state.basis.way ?? state.ways.at(-1) ?? null
}

function wayAbout(state: CaptureState, thing: string): Way | null {
  const wanted = significantWords(thing)
  return (
    state.ways.findLast(
      ({ title }) => shareOf(wanted, new Set(significantWords(title))) >= SAME_THING_SHARE,
    ) ?? null
  )
}
