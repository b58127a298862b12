import { addNode, changeNode, followWay, knowWay } from './capture-state.ts'
import type { Reading, Way } from './capture-state.ts'
import { oneLine, titleOf } from './one-line.ts'
import type { StatedChoice, StatedOption } from './read-text.ts'

/** A choice and who made it. */
export interface MadeChoice extends Omit<StatedChoice, 'label'> {
  readonly by: string
}

/** Records options that a message lists, under a decision that is made in the same message or later. */
export function openQuestion(
  reading: Reading,
  options: readonly StatedOption[],
  choice: StatedChoice | null,
): void {
  const { state, draft } = reading
  const title = titleOf(`Choose: ${options.map((option) => option.title).join(' / ')}`)
  const question = addNode(reading, 'question', { type: 'decision', title })
  draft.edges.push({ from: state.basis.id, to: question })
  const ways = new Map<string, Way>()
  for (const { label, title: name, description } of options) {
    const id = addNode(reading, `option.${label}`, {
      type: 'option',
      title: name,
      description: description === name ? '' : description,
    })
    if (!choice) draft.edges.push({ from: question, to: id })
    const way: Way = { id, type: 'option', title: name, question }
    ways.set(label, way)
    knowWay(state, way)
  }
  state.question = { id: question, options: ways }
  const chosen = choice && ways.get(choice.label)
  if (chosen) chooseOption(reading, chosen, { ...choice, by: state.agent.name })
}

/** One of the open options is taken, the others are not. */
export function chooseOption(reading: Reading, chosen: Way, choice: MadeChoice): void {
  const { state, draft } = reading
  const { question } = state
  if (!question) return
  const others = [...question.options].filter(([, way]) => way.id !== chosen.id)
  const over = others.map(([, way]) => way.title).join(' / ')
  const title = `${chosen.title}, not ${over}`
  const short = `${chosen.title}, not the ${others.length === 1 ? 'other way' : `${others.length} other ways`}`
  changeNode(reading, question.id, {
    // A title that was cut in the middle of a list says less than the number.
    title: titleOf(title) === title ? title : titleOf(short),
    reason: choice.because,
  })
  changeNode(reading, chosen.id, { status: 'chosen', reason: choice.because })
  draft.edges.push({ from: question.id, to: chosen.id, type: 'chosen', rationale: choice.because })
  for (const [label, way] of others) {
    const reason = choice.against.get(label) ?? insteadReason(chosen, choice)
    changeNode(reading, way.id, { status: 'rejected', reason })
    draft.edges.push({ from: question.id, to: way.id, type: 'rejected', rationale: reason })
    state.ways = state.ways.filter(({ id }) => id !== way.id)
  }
  state.question = null
  state.dropped = new Map(others)
  state.labels = new Map([...question.options].map(([label, way]) => [label, way.title]))
  followWay(state, chosen)
}

function insteadReason(chosen: Way, { because, by }: MadeChoice): string {
  const why = because === '' ? 'no reason was given' : because
  return oneLine(`${by} chose “${chosen.title}”: ${why}`, 400)
}
