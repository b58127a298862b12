import type { ConfidenceEntry, DecisionGraph, GraphEdge, GraphNode } from '@heddle/graph'
import { neutralise, oneLine } from '../neutralise.ts'
import type { Page } from '../page.ts'
import { wrapToColumns } from '../text-width.ts'
import { shortId } from './node-id.ts'
import { nodeLine, stateOf } from './node-line.ts'

/** A node and everything that is directly known of it; the shape of `heddle graph show ID --json`. */
export interface NodeDetails {
  readonly node: GraphNode
  /** Every link that begins or ends at it. */
  readonly edges: readonly GraphEdge[]
  /** The nodes at the other ends. */
  readonly neighbours: readonly GraphNode[]
  /** Oldest first. */
  readonly confidenceHistory: readonly ConfidenceEntry[]
}

export async function readDetails(graph: DecisionGraph, node: GraphNode): Promise<NodeDetails> {
  const [edges, confidenceHistory] = await Promise.all([
    graph.edges([node.id]),
    graph.confidenceHistory(node.id),
  ])
  const others = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((id) => id !== node.id))
  return { node, edges, neighbours: await graph.get([...others]), confidenceHistory }
}

/** Lines that tell a person all of it. */
export function detailLines(
  page: Page,
  { node, edges, neighbours, confidenceHistory }: NodeDetails,
): string[] {
  const field = (name: string, value: string): string[] =>
    value === ''
      ? []
      : wrapped(page, value).map(
          (line, at) => `  ${page.style('dim', (at === 0 ? name : '').padEnd(NAME_COLUMNS))} ${line}`,
        )
  const state = stateOf(node)
  return [
    ...wrapToColumns(oneLine(node.title), page.columns).map((line) => page.style('bold', line)),
    ...field('id', node.id),
    ...field('type', state === '' ? node.type : `${node.type} · ${state}`),
    ...field('because', node.reason),
    ...field('about', node.description),
    ...field('files', node.files.join(', ')),
    ...field('commits', node.commits.map((hash) => hash.slice(0, 10)).join(', ')),
    ...field('author', `${node.author.name}${node.author.kind === 'person' ? ' (a person)' : ''}`),
    ...field('session', node.session ?? ''),
    ...field('made', minute(node.createdAtMs)),
    ...field('evidence', node.evidence.map(({ runId, seq }) => `${runId} event ${seq}`).join(', ')),
    ...doubtLines(node).flatMap((line) => field('in doubt', line)),
    ...historyLines(confidenceHistory).flatMap((line) => field('confidence', line)),
    ...linkLines(page, node, edges, neighbours),
  ]
}

const NAME_COLUMNS = 10

function wrapped(page: Page, text: string): string[] {
  const width = page.columns - NAME_COLUMNS - 3
  return neutralise(text)
    .split('\n')
    .flatMap((line) => (line === '' ? [''] : wrapToColumns(line.replaceAll('\t', '  '), Math.max(20, width))))
}

function doubtLines({ doubts }: GraphNode): string[] {
  return doubts.map(({ source, route }) =>
    [`because of ${shortId(source)}`, ...route.map(({ edge, node }) => `${edge} ${shortId(node)}`)].join(
      ' → ',
    ),
  )
}

/** One number says no more than the state does. */
function historyLines(history: readonly ConfidenceEntry[]): string[] {
  if (history.length < 2) return []
  return history.map(
    ({ atMs, confidence, because }) =>
      `${minute(atMs)}  ${confidence === null ? 'unknown' : `${confidence} %`}${because === '' ? '' : `  ${oneLine(because)}`}`,
  )
}

function linkLines(
  page: Page,
  node: GraphNode,
  edges: readonly GraphEdge[],
  neighbours: readonly GraphNode[],
): string[] {
  const byId = new Map(neighbours.map((one) => [one.id, one]))
  const lines = edges.flatMap((edge) => {
    const isFrom = edge.from === node.id
    const other = byId.get(isFrom ? edge.to : edge.from)
    return other ? [nodeLine(page, other, { branch: isFrom ? `${edge.type} → ` : `← ${edge.type} ` })] : []
  })
  return lines.length === 0 ? [] : ['', ...lines]
}

/** UTC, as reports have it: `2026-11-20 10:15`. */
export function minute(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')
}
