import type { EdgeType, NodeType } from '../model.ts'
import type { Subgraph } from './subgraph.ts'

const SHAPES: Readonly<Record<NodeType, string>> = {
  goal: 'house',
  decision: 'diamond',
  option: 'parallelogram',
  action: 'box',
  outcome: 'ellipse',
  observation: 'note',
  revisit: 'octagon',
}

const EDGE_STYLES: Readonly<Partial<Record<EdgeType, string>>> = {
  chosen: 'bold',
  rejected: 'dashed',
  blocks: 'dotted',
}

/** A part of a graph in the language of Graphviz. Equal graphs give equal text. */
export function graphDot({ nodes, edges }: Subgraph): string {
  const lines = nodes.map(({ id, type, status, title, confidence }) => {
    const isOver = status !== 'active' && status !== 'chosen'
    const label = confidence === null ? title : `${title}\n${confidence} %`
    const style = isOver ? ', style=dashed' : ''
    return `  ${quoted(id)} [label=${quoted(label)}, shape=${SHAPES[type]}, tooltip=${quoted(`${type}, ${status}`)}${style}]`
  })
  const links = edges.map(({ from, to, type }) => {
    const label = type === 'leads_to' ? '' : `, label=${quoted(type)}`
    return `  ${quoted(from)} -> ${quoted(to)} [style=${EDGE_STYLES[type] ?? 'solid'}${label}]`
  })
  return ['digraph decisions {', '  rankdir=TB', ...lines, ...links, '}', ''].join('\n')
}

/** Graphviz reads `\` as the beginning of an escape, such as `\n` for a new line. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll(/\r?\n/g, '\\n')}"`
}
