import { oneLine } from '../capture/one-line.ts'
import type { NodeType } from '../model.ts'
import type { Subgraph } from './subgraph.ts'

/** What stands around a label. */
const SHAPES: Readonly<Record<NodeType, readonly [string, string]>> = {
  goal: ['([', '])'],
  decision: ['{', '}'],
  option: ['[/', '/]'],
  action: ['[', ']'],
  outcome: ['(', ')'],
  observation: ['>', ']'],
  revisit: ['{{', '}}'],
}

/** A part of a graph as a Mermaid flowchart, for Markdown pages. Equal graphs give equal text. */
export function graphMermaid({ nodes, edges }: Subgraph): string {
  // Mermaid's own words, such as `end`, are no names.
  const names = new Map(nodes.map(({ id }, at) => [id, `n${at + 1}`]))
  const lines = nodes.map(({ id, type, title, status }) => {
    const [open, close] = SHAPES[type]
    const label = status === 'active' ? title : `${title} (${status})`
    return `  ${names.get(id)}${open}"${escaped(label)}"${close}`
  })
  const links = edges.map(({ from, to, type }) => {
    const arrow = type === 'rejected' ? '-.->' : type === 'chosen' ? '==>' : '-->'
    const label = type === 'leads_to' ? '' : `|${type}|`
    return `  ${names.get(from)} ${arrow}${label} ${names.get(to)}`
  })
  const over = nodes.filter(({ status }) => status !== 'active' && status !== 'chosen')
  const styles =
    over.length === 0
      ? []
      : [
          '  classDef over stroke-dasharray:5 5,color:#777',
          `  class ${over.map(({ id }) => names.get(id)).join(',')} over`,
        ]
  return ['flowchart TD', ...lines, ...links, ...styles, ''].join('\n')
}

/** As entities: Mermaid reads Markdown and HTML in labels. */
function escaped(text: string): string {
  // `%%{` begins an order to Mermaid, also within a label.
  return oneLine(text, Infinity).replaceAll(/[#&"<>`\\%{}]/g, (char) => `#${char.codePointAt(0)};`)
}
