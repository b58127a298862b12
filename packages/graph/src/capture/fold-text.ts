import { textOf, toolCallsOf } from '@heddle/core'
import type { AssistantMessage } from '@heddle/core'
import { addNode, changeNode } from './capture-state.ts'
import type { Reading } from './capture-state.ts'
import { chooseOption, openQuestion } from './fold-options.ts'
import { oneLine, titleOf } from './one-line.ts'
import { readCall } from './read-call.ts'
import {
  courseChange,
  namedLabel,
  statedChoice,
  statedIntent,
  statedOptions,
  statedPlan,
} from './read-text.ts'

/** Reads what an assistant says: options and a choice among them, a plan, a change of course, an intent. */
export function foldAnswer(reading: Reading, message: AssistantMessage): void {
  const { state } = reading
  const text = textOf(message)
  if (text.trim() === '') return
  state.lastText = oneLine(text, 1_000)
  const calls = toolCallsOf(message)
  // What the agent writes down itself is not read out of its words as well.
  if (calls.some(({ name, input }) => readCall(name, input).kind === 'logged')) return
  const steps = statedPlan(text)
  if (steps.length > 0) foldPlan(reading, steps)
  const isDecided = foldOptions(reading, text)
  if (isDecided) return
  if (state.outcome && !state.outcome.hasPassed && !state.outcome.isSettled) noteChange(reading, text)
  if (state.basis.way === null && state.intent === '') state.intent = statedIntent(text)
}

/** @returns False when the text states and chooses nothing. */
function foldOptions(reading: Reading, text: string): boolean {
  const { state } = reading
  const options = statedOptions(text)
  if (options.length > 0) {
    const labels = new Set(options.map(({ label }) => label))
    openQuestion(reading, options, statedChoice(text, labels))
    return true
  }
  if (!state.question) return false
  const choice = statedChoice(text, new Set(state.question.options.keys()))
  const chosen = choice && state.question.options.get(choice.label)
  if (!chosen) return false
  chooseOption(reading, chosen, { ...choice, by: state.agent.name })
  return true
}

/** One plan a run: what a later one says replaces it, and steps that are ticked off say nothing new. */
export function foldPlan(reading: Reading, steps: readonly string[]): void {
  const { state, draft } = reading
  const key = steps.join('\n')
  if (state.plan?.steps === key) return
  const description = steps.map((step, at) => `${at + 1}. ${oneLine(step, 200)}`).join('\n')
  const title = titleOf(`Plan: ${steps[0] ?? ''} … (${steps.length} steps)`)
  if (state.plan) {
    changeNode(reading, state.plan.id, { title, description })
    state.plan = { ...state.plan, steps: key }
    return
  }
  const id = addNode(reading, 'plan', { type: 'decision', title, description })
  draft.edges.push({ from: state.basis.id, to: id })
  state.plan = { id, steps: key }
  // Work follows from a plan, but a step that fails does not end it.
  if (state.basis.way === null) state.basis = { id, way: null }
}

/** After a failing test: what is said of another way counts once work on it begins. */
function noteChange({ state, seq, atMs }: Reading, text: string): void {
  const said = courseChange(text)
  if (said === '') return
  const label = namedLabel(said)
  const option = state.dropped.get(label) ?? null
  // An option that was taken before has its work below it: it comes back as a decision of its own.
  const taken = option === null ? state.labels.get(label) : undefined
  const title = taken === undefined ? said : titleOf(`${taken}, again`)
  state.change = { seq, atMs, title, description: oneLine(text, 1_000), option }
}
