import { graphDot, graphMermaid, graphSvg, selectSubgraph } from '@heddle/graph'
import type { DecisionGraph, Subgraph } from '@heddle/graph'
import type { Page } from '../page.ts'
import { detailLines, readDetails } from './node-details.ts'
import { nodeOf } from './node-id.ts'
import { treeLines } from './tree.ts'
import { writeOutput } from './write-output.ts'
import type { OutputPlace } from './write-output.ts'

export const SHOW_FORMATS = ['tree', 'svg', 'dot', 'mermaid', 'json'] as const
export type ShowFormat = (typeof SHOW_FORMATS)[number]

/** What `heddle graph show` is told. */
export interface ShowOptions extends OutputPlace {
  /** These and what rests on them. */
  readonly roots: readonly string[]
  readonly session?: string
  readonly format: ShowFormat
  readonly depth?: number
  readonly limit: number
}

/** Shows one node with all that is known of it, or a part of the graph. */
export async function show(
  page: Page,
  graph: DecisionGraph,
  id: string | undefined,
  options: ShowOptions,
): Promise<void> {
  const isDrawn = options.format !== 'tree' && options.format !== 'json'
  if (id !== undefined && options.roots.length === 0 && !isDrawn) return showNode(page, graph, id, options)
  const named = id === undefined ? options.roots : [id, ...options.roots]
  const roots = await Promise.all(named.map(async (text) => (await nodeOf(graph, text)).id))
  const part = await selectSubgraph(graph, {
    ...(roots.length === 0 ? {} : { roots }),
    ...(options.depth === undefined ? {} : { depth: options.depth }),
    ...(options.session === undefined ? {} : { filter: { session: options.session } }),
    limit: options.limit,
  })
  await writeOutput(page, options, drawn(page, part, options.format))
  if (part.nodes.length >= options.limit && options.format !== 'json')
    await page.note(`These are the newest ${options.limit} nodes; --limit shows more.`)
}

async function showNode(page: Page, graph: DecisionGraph, id: string, options: ShowOptions): Promise<void> {
  const details = await readDetails(graph, await nodeOf(graph, id))
  const lines = options.format === 'json' ? [JSON.stringify(details)] : detailLines(page, details)
  await writeOutput(page, options, [`${lines.join('\n')}\n`])
}

function drawn(page: Page, part: Subgraph, format: ShowFormat): readonly string[] {
  switch (format) {
    case 'tree':
      return (part.nodes.length === 0 ? [NOTHING_YET] : treeLines(page, part)).map(ended)
    case 'svg':
      return [ended(graphSvg(part))]
    case 'dot':
      return [ended(graphDot(part))]
    case 'mermaid':
      return [ended(graphMermaid(part))]
    case 'json':
      return [`${JSON.stringify(part)}\n`]
    default:
      return format satisfies never
  }
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/** Said where there is nothing to show. */
export const NOTHING_YET =
  'Nothing is recorded here yet: runs in this project will be, and heddle graph log writes by hand.'
