import type { NewEdge } from '../decision-graph.ts'
import {
  MOST_ACTIONS,
  addNode,
  changeNode,
  followWay,
  keepUncommitted,
  remember,
  seeAgain,
} from './capture-state.ts'
import type { Basis, CourseChange, Reading, TestOutcome, Way } from './capture-state.ts'
import { giveUp } from './fold-request.ts'
import { oneLine, titleOf } from './one-line.ts'
import type { KnownCall } from './read-call.ts'
import type { CommandEvent } from './read-command.ts'

/** Longer texts are whole files; whether such a change is taken back is not looked at. */
const MOST_EDIT_CHARS = 20_000
/** Of what was written: enough to know it again when somebody is about to write it once more. */
const EXCERPT_CHARS = 600

/** An edit that was made: one action for a file, until its effect is tested. */
export function foldEdit(reading: Reading, edit: Extract<KnownCall, { kind: 'edit' }>, basis: Basis): void {
  const { state } = reading
  const before = state.edits.get(edit.file)
  const isTakenBack =
    before !== undefined &&
    edit.oldText !== '' &&
    before.newText === edit.oldText &&
    before.oldText === edit.newText
  if (isTakenBack) {
    state.edits.delete(edit.file)
    noteTakenBack(reading)
    return
  }
  if (edit.oldText.length + edit.newText.length <= MOST_EDIT_CHARS) {
    remember(state.edits, edit.file, { oldText: edit.oldText, newText: edit.newText })
  }
  const description = edit.newText.trim().slice(0, EXCERPT_CHARS).toWellFormed()
  act(reading, {
    key: `${basis.id} ${edit.file}`,
    title: `Edit ${edit.file}`,
    description,
    files: [edit.file],
    basis,
  })
}

/** Something that was done. */
export interface Act {
  /** Acts with the same key are one until the next test. */
  readonly key: string
  readonly title: string
  readonly description: string
  readonly files?: readonly string[]
  readonly basis: Basis
}

export function act(reading: Reading, { key, title, description, files = [], basis }: Act): void {
  const { state, draft } = reading
  const known = state.actions.get(key)
  if (known !== undefined) return seeAgain(reading, known)
  const last = state.actions.size >= MOST_ACTIONS ? [...state.actions.values()].at(-1) : undefined
  if (last !== undefined) return changeNode(reading, last, { files })
  const made = addNode(reading, 'action', { type: 'action', title: titleOf(title), description, files })
  draft.edges.push(workEdge(basis, made))
  // Whoever touches the file again has to hear of the decision.
  if (basis.way && files.length > 0) changeNode(reading, basis.way.id, { files })
  state.actions.set(key, made)
  keepUncommitted(state, made)
}

/** Work cannot stand without the decision it was done for; a goal is only where it began. */
export function workEdge({ id, way }: Basis, to: string): NewEdge {
  return { from: id, to, type: way ? 'requires' : 'leads_to' }
}

/** A test run: the outcome of everything done since the one before. */
export function foldTests(reading: Reading, tests: Extract<CommandEvent, { kind: 'tests' }>): void {
  const { state, draft, seq } = reading
  const { command, hasPassed, summary } = tests
  const actions = [...state.actions.values()]
  const last = state.outcome
  if (actions.length === 0 && last?.command === command && last.hasPassed === hasPassed) {
    seeAgain(reading, last.id)
    return
  }
  const title = titleOf(`Tests ${hasPassed ? 'passed' : 'failed'}: ${command}`)
  const judgement = { kind: 'boolean', probability: hasPassed ? 1 : 0 } as const
  const id = addNode(reading, 'tests', { type: 'outcome', title, description: summary, judgement })
  const causes = actions.length > 0 ? actions : [last?.id ?? state.basis.id]
  draft.edges.push(...causes.map((from) => ({ from, to: id })))
  if (actions.length > 0) {
    const because = oneLine(`${title}${summary === '' ? '' : ` (${summary})`}`, 300)
    const evidence = { runId: state.runId, seq }
    draft.findings.push({
      verdict: hasPassed ? 'passed' : 'failed',
      about: actions,
      because,
      seenAt: { evidence },
    })
    state.judged = actions
  }
  state.outcome = { id, command, hasPassed, summary, isSettled: false }
  state.actions = new Map()
  if (hasPassed) {
    state.change = null
    keepUncommitted(state, id)
  }
}

/** A commit: an action that rests on the tests before it, and the hash of all that was done for it. */
export function foldCommit(
  reading: Reading,
  { hash, subject }: Extract<CommandEvent, { kind: 'commit' }>,
): void {
  const { state, draft } = reading
  const id = addNode(reading, 'commit', {
    type: 'action',
    title: titleOf(`Commit ${subject}`),
    commits: [hash],
  })
  const untested = [...state.actions.values()]
  const { outcome } = state
  if (untested.length === 0 && outcome?.hasPassed)
    draft.edges.push({ from: outcome.id, to: id, type: 'supports' })
  else if (untested.length > 0) draft.edges.push(...untested.map((from) => ({ from, to: id })))
  else draft.edges.push({ from: outcome?.id ?? state.basis.id, to: id })
  for (const done of state.uncommitted) changeNode(reading, done, { commits: [hash] })
  state.uncommitted = []
}

/** Changes were taken back: after a failing test that ends the way that led there. */
export function noteTakenBack({ state, seq, atMs }: Reading): void {
  const { outcome } = state
  if (!outcome || outcome.hasPassed || outcome.isSettled) return
  state.change ??= { seq, atMs, title: '', description: '', option: null }
}

/**
 * The way that led to a failing test is given up: outcome → revisit → the new decision, which supersedes the
 * old one. Where no decision had been recorded, the work itself becomes the option that was rejected.
 */
export function pivot(reading: Reading, change: CourseChange): void {
  const { state, draft } = reading
  const { outcome } = state
  state.change = null
  if (!outcome || outcome.hasPassed || outcome.isSettled) return
  const at: Reading = { state, draft, seq: change.seq, atMs: change.atMs }
  const reason = oneLine(`tests failed: ${outcome.summary}`, 300)
  const old = state.basis.way ?? workAsOption(at, outcome, reason)
  const revisit = addNode(at, 'revisit', {
    type: 'revisit',
    title: titleOf(`Reconsider: ${old.title}`),
    reason,
  })
  draft.edges.push({ from: outcome.id, to: revisit })
  draft.edges.push({ from: revisit, to: old.question ?? old.id, type: 'revises', rationale: reason })
  const next = change.title === '' ? null : newDecision(at, change, { revisit, old })
  if (state.basis.way) giveUp(at, old, { by: next?.question ?? next?.id ?? null, reason })
  if (next) followWay(state, next)
  else state.basis = { id: revisit, way: null }
  state.outcome = { ...outcome, isSettled: true }
}

function newDecision(
  at: Reading,
  { title, description, option }: CourseChange,
  { revisit, old }: { readonly revisit: string; readonly old: Way },
): Way {
  const { draft } = at
  const node = option
    ? { title: titleOf(`${option.title}, instead of ${old.title}`), reason: title }
    : { title, description: description === title ? '' : description }
  const id = addNode(at, 'decision', { type: 'decision', ...node })
  draft.edges.push({ from: revisit, to: id })
  if (!option) return { id, type: 'decision', title, question: null }
  at.state.dropped = new Map([...at.state.dropped].filter(([, way]) => way.id !== option.id))
  changeNode(at, option.id, { status: 'chosen', reason: title })
  draft.edges.push({ from: id, to: option.id, type: 'chosen', rationale: title })
  return { ...option, question: id }
}

function workAsOption(at: Reading, outcome: TestOutcome, reason: string): Way {
  const { state, draft } = at
  const title = state.intent === '' ? `What ${outcome.command} refused` : state.intent
  const id = addNode(at, 'given-up', { type: 'option', title, status: 'rejected', reason })
  draft.edges.push({ from: state.goal, to: id, type: 'rejected', rationale: reason })
  draft.edges.push(...state.judged.map((to) => ({ from: id, to, type: 'requires' as const })))
  return { id, type: 'option', title, question: null }
}
