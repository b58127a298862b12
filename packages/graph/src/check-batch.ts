import { EDGE_TYPES } from './edge-types.ts'
import { invalid } from './graph-error.ts'
import type { Author, Evidence, GraphNode, Judgement, NodeStatus, NodeType } from './model.ts'

/** The values a node may have; of a change, those that it has. */
export type NodeValues = Partial<Omit<GraphNode, 'doubts'>>

const NODE_TYPES: readonly NodeType[] = [
  'goal',
  'decision',
  'option',
  'action',
  'outcome',
  'observation',
  'revisit',
]
const STATUSES: readonly NodeStatus[] = ['active', 'chosen', 'rejected', 'superseded', 'abandoned']

const MAX_TITLE = 500
/** The last moment that a `Date` can tell, in the year 275760. */
const LAST_MS = 8.64e15
const MAX_ID = 200

/** Something that can stand in a line of its own, in a URL and in a prompt. */
const ID = /^[^\s\p{Cc}]+$/u

/**
 * Looks whether each value is in its range.
 *
 * @throws GraphError `graph.invalid`, saying which value of which node is not.
 */
export function checkNode(node: NodeValues): void {
  const name = `node ${node.id ?? `"${node.title ?? ''}"`}`
  const { id, type, status, title, confidence, judgement, author } = node
  if (id !== undefined) checkId(id)
  if (type !== undefined) oneOf(type, NODE_TYPES, `The type of ${name}`)
  if (status !== undefined) oneOf(status, STATUSES, `The status of ${name}`)
  if (title !== undefined && !isTitle(title)) {
    throw invalid(
      `The title of ${name} must be one line of 1 to ${MAX_TITLE} characters; put more into its description.`,
    )
  }
  if (typeof confidence === 'number' && !isWithin(confidence, 0, 100, true)) {
    throw invalid(
      `The confidence of ${name} is ${confidence}; it must be a whole number from 0 to 100, or null.`,
    )
  }
  if (judgement) checkJudgement(judgement, name)
  if (author) checkAuthor(author, name)
  for (const entry of node.evidence ?? []) checkEvidence(entry, name)
  for (const time of [node.createdAtMs, node.updatedAtMs]) {
    if (time !== undefined && !isTime(time)) {
      throw invalid(`A time of ${name} is ${time}; it must be whole epoch milliseconds, at most ${LAST_MS}.`)
    }
  }
  for (const text of [...(node.files ?? []), ...(node.commits ?? [])]) {
    if (text === '') throw invalid(`A file or commit of ${name} is empty; leave it out.`)
  }
}

/**
 * Looks whether the values of a whole node go together.
 *
 * @throws GraphError `graph.invalid`.
 */
export function checkWhole({
  id,
  type,
  status,
  reason,
}: Pick<GraphNode, 'id' | 'type' | 'status' | 'reason'>): void {
  if ((status === 'chosen' || status === 'rejected') && type !== 'option') {
    throw invalid(`Node ${id} is of type ${type}; only an option can be ${status}.`)
  }
  if (status === 'rejected' && reason.trim() === '') {
    throw invalid(`Option ${id} is rejected without a reason; say why, so that nobody has to find out again.`)
  }
}

/** What is to be known of a link whose ends are known. */
export interface LinkValues {
  readonly from: string
  readonly to: string
  readonly type: string
  readonly weight: number
  readonly toType: NodeType
}

/** @throws GraphError `graph.invalid`. */
export function checkEdge({ from, to, type, weight, toType }: LinkValues): void {
  const name = `the link ${from} ${type} ${to}`
  oneOf(type, EDGE_TYPES, `The type of ${name}`)
  if (!(weight > 0 && Number.isFinite(weight)))
    throw invalid(`The weight of ${name} is ${weight}; it must be above 0.`)
  if ((type === 'chosen' || type === 'rejected') && toType !== 'option') {
    throw invalid(`Only an option can be ${type}, but ${name} ends at a node of type ${toType}.`)
  }
}

/** @throws GraphError `graph.invalid`. */
export function checkId(id: string): void {
  if (id.length <= MAX_ID && ID.test(id)) return
  throw invalid(`"${id.slice(0, MAX_ID)}" is no id; it must be 1 to ${MAX_ID} characters without spaces.`)
}

/** How far the probabilities of a choice may be from adding up to 1. */
const SUM_TOLERANCE = 0.01

function checkJudgement(judgement: Judgement, name: string): void {
  const what = `The judgement of ${name}`
  switch (judgement.kind) {
    case 'choice': {
      const values = Object.values(judgement.probabilities ?? {})
      const sum = values.reduce((total, value) => total + value, 0)
      if (values.some((value) => !isWithin(value, 0, 1)) || Math.abs(sum - 1) > SUM_TOLERANCE) {
        throw invalid(`${what} must have probabilities from 0 to 1 that add up to 1.`)
      }
      return
    }
    case 'score': {
      const { score, min, max } = judgement
      if (!isWithin(score, min, max)) throw invalid(`${what} must have a score between its min and max.`)
      return
    }
    case 'boolean':
      if (!isWithin(judgement.probability, 0, 1))
        throw invalid(`${what} must have a probability from 0 to 1.`)
      return
    default:
      judgement satisfies never
      throw invalid(`${what} must be a choice, a score or a boolean.`)
  }
}

function checkAuthor({ kind, name: author }: Author, name: string): void {
  oneOf(kind, ['agent', 'person'], `The author of ${name}`)
  if (typeof author !== 'string' || author === '') throw invalid(`The author of ${name} has no name.`)
}

function checkEvidence({ runId, seq }: Evidence, name: string): void {
  if (typeof runId === 'string' && runId !== '' && isWithin(seq, 1, Number.MAX_SAFE_INTEGER, true)) return
  throw invalid(`Evidence of ${name} must be the id of a run and a position from 1.`)
}

function oneOf(value: string, allowed: readonly string[], what: string): void {
  if (allowed.includes(value)) return
  throw invalid(`${what} is "${value}"; it must be one of ${allowed.join(', ')}.`)
}

/** Every kind of line end counts: what is one line here has to be one in a prompt and in a terminal. */
function isTitle(title: string): boolean {
  return (
    typeof title === 'string' && title.trim() !== '' && title.length <= MAX_TITLE && !LINE_END.test(title)
  )
}

const LINE_END = /[\n\v\f\r\x85\u2028\u2029]/

/** Whether it is a point in time: whole epoch milliseconds, as far as a `Date` goes. */
export function isTime(value: unknown): boolean {
  return isWithin(value, 0, LAST_MS, true)
}

/** What comes from a file or from JavaScript may be of any type; texts compare, too. */
function isWithin(value: unknown, min: unknown, max: unknown, isWhole = false): boolean {
  if (typeof value !== 'number' || typeof min !== 'number' || typeof max !== 'number') return false
  return value >= min && value <= max && (!isWhole || Number.isInteger(value))
}
