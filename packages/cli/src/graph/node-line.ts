import type { GraphNode, NodeType } from '@heddle/graph'
import { oneLine } from '../neutralise.ts'
import type { Page, Style } from '../page.ts'
import { cutToColumns, padToColumns, textColumns } from '../text-width.ts'
import { SHOWN_LETTERS, shortId } from './node-id.ts'

const TYPE_STYLES: Readonly<Record<NodeType, Style>> = {
  goal: 'magenta',
  decision: 'blue',
  option: 'cyan',
  action: 'green',
  outcome: 'green',
  observation: 'yellow',
  revisit: 'yellow',
}
/** Of `observation`, the longest type. */
export const TYPE_COLUMNS = 11
/** A title that is cut further tells nothing. */
const LEAST_TITLE = 20
const LEAST_REASON = 15

/** Where a node stands in a drawing. */
export interface LinePlace {
  /** Drawn before the type, such as the branches of a tree. */
  readonly branch?: string
  /** Said after the state. */
  readonly reference?: string
  /** Types stand below each other; in a tree they follow the branch. */
  readonly isTable?: boolean
}

/** `k3f9a2c  decision  Drop the entry …  superseded · 46 % · because …`: a node in one line that fits the page. */
export function nodeLine(
  page: Page,
  node: GraphNode,
  { branch = '', reference = '', isTable = false }: LinePlace = {},
): string {
  const id = padToColumns(shortId(oneLine(node.id)), SHOWN_LETTERS)
  const type = isTable ? padToColumns(node.type, TYPE_COLUMNS) : node.type
  const title = oneLine(node.title)
  const state = [stateOf(node), reference].filter((part) => part !== '').join(' · ')
  const before = textColumns(id) + 2 + textColumns(branch) + textColumns(type) + 2
  const left = page.columns - before
  const stateColumns = state === '' ? 0 : textColumns(state) + 2
  // The title gives way to the state down to its least, then both are cut.
  const titleColumns = Math.max(Math.min(LEAST_TITLE, left), left - stateColumns)
  const shownTitle = cutToColumns(title, titleColumns)
  const rest = left - textColumns(shownTitle) - 2
  const because = node.reason === '' ? '' : `${state === '' ? '' : ' · '}${oneLine(node.reason)}`
  const hasRoom = rest >= textColumns(state) + LEAST_REASON
  const shownState = cutToColumns(hasRoom ? `${state}${because}` : state, rest)
  return [
    page.style('dim', id),
    `  ${page.style('dim', branch)}${page.style(TYPE_STYLES[node.type], type)}  `,
    isGivenUp(node)
      ? page.style('dim', shownTitle)
      : node.type === 'goal'
        ? page.style('bold', shownTitle)
        : shownTitle,
    shownState === '' || shownState === '…' ? '' : `  ${page.style(stateStyle(node), shownState)}`,
  ]
    .join('')
    .trimEnd()
}

/** How a node stands, beside what goes without saying. */
export function stateOf({ status, confidence, doubts }: GraphNode): string {
  return [
    ...(status === 'active' ? [] : [status]),
    ...(confidence === null ? [] : [`${confidence} %`]),
    ...(doubts.length === 0 ? [] : ['in doubt']),
  ].join(' · ')
}

export function isGivenUp({ status }: GraphNode): boolean {
  return status === 'rejected' || status === 'superseded' || status === 'abandoned'
}

function stateStyle(node: GraphNode): Style {
  if (node.doubts.length > 0) return 'yellow'
  if (node.status === 'chosen') return 'green'
  return node.status === 'rejected' ? 'red' : 'dim'
}
