import type { EdgeType, GraphNode, NodeType } from '../model.ts'
import { placeGraph, SIZES } from './place.ts'
import type { PlacedEdge, PlacedNode, Point } from './place.ts'
import type { Subgraph } from './subgraph.ts'
import { textWidth } from './text-lines.ts'

/** Told apart by lightness too, for those who do not see the hues. */
const TYPE_COLORS: Readonly<Record<NodeType, string>> = {
  goal: '#6d4aff',
  decision: '#0b7fd4',
  option: '#5b6b7c',
  action: '#b45f06',
  outcome: '#12805c',
  observation: '#7a6a00',
  revisit: '#c2257a',
}

const EDGE_COLORS: Readonly<Partial<Record<EdgeType, string>>> = {
  chosen: '#12805c',
  rejected: '#c62f2f',
  blocks: '#c62f2f',
  supersedes: '#b45f06',
  revises: '#b45f06',
}

/** Where a confidence turns from low to fair, and from fair to high; below the first, doubt spreads. */
const CONFIDENCE_BANDS = { fair: 50, high: 75 }

/** Of the corners of an edge. */
const BEND = 14

const STYLE = `
svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--paper:#fff;--card:#fff;--ink:#1b2330;--soft:#5d6878;--line:#cbd3dd;--edge:#8b97a6}
@media(prefers-color-scheme:dark){svg{--paper:#12161c;--card:#1b212a;--ink:#e8edf3;--soft:#9aa6b5;--line:#3a4554;--edge:#738095}}
.paper{fill:var(--paper)}.card{fill:var(--card);stroke:var(--line)}.title{fill:var(--ink);font-size:${SIZES.titleSize}px}
.kind{font-size:${SIZES.labelSize}px;font-weight:600;letter-spacing:.02em}.reason{fill:var(--soft);font-size:${SIZES.reasonSize}px;font-style:italic}.badge{font-size:10.5px;font-weight:600;fill:#fff}
.edge{fill:none;stroke-width:1.5}.label{font-size:${SIZES.labelSize}px}.tag{fill:var(--paper)}
.rejected .title,.superseded .title,.abandoned .title{fill:var(--soft);text-decoration:line-through}
.rejected .card,.superseded .card{stroke-dasharray:6 4}.abandoned .card{stroke-dasharray:2 4}
.uncertain .card{stroke:#d98a00;stroke-width:2}
`.trim()

/**
 * A picture of a part of a graph: a complete SVG document for light and dark pages, in which nothing
 * overlaps and every text is escaped. Nodes have tooltips with what was cut.
 */
export function graphSvg(subgraph: Subgraph): string {
  const { width, height, nodes, edges } = placeGraph(subgraph)
  const [w, h] = [Math.ceil(width), Math.ceil(height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">`,
    `<title>${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${w}" height="${h}"/>`,
    ...arrowHeads(),
    ...edges.map(edgeSvg),
    // Above all lines.
    ...edges.map(labelSvg),
    ...nodes.map(nodeSvg),
    '</svg>\n',
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function arrowHeads(): string[] {
  const colors = [...new Set(['var(--edge)', ...Object.values(EDGE_COLORS)])]
  return colors.map(
    (color) =>
      `<marker id="${headId(color)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 .5 8 4 0 7.5z" style="fill:${color}"/></marker>`,
  )
}

function headId(color: string): string {
  return `head-${color.replaceAll(/\W/g, '')}`
}

function edgeSvg({ edge, points }: PlacedEdge): string {
  const color = EDGE_COLORS[edge.type] ?? 'var(--edge)'
  const dashes =
    edge.type === 'rejected'
      ? ' stroke-dasharray="5 4"'
      : edge.type === 'blocks'
        ? ' stroke-dasharray="1 3"'
        : ''
  const tooltip = edge.rationale === '' ? '' : `<title>${escaped(edge.rationale)}</title>`
  return `<path class="edge" d="${pathOf(points)}" style="stroke:${color}"${dashes} marker-end="url(#${headId(color)})">${tooltip}</path>`
}

/** Straight lines with rounded corners. */
function pathOf(points: readonly Point[]): string {
  return points
    .map((point, at) => {
      const [before, after] = [points[at - 1], points[at + 1]]
      if (!before) return `M${pair(point)}`
      if (!after) return `L${pair(point)}`
      return `L${pair(towards(point, before))}Q${pair(point)} ${pair(towards(point, after))}`
    })
    .join('')
}

/** As far from a corner as its bend begins, at most half of the way. */
function towards(corner: Point, other: Point): Point {
  const [dx, dy] = [other.x - corner.x, other.y - corner.y]
  const share = Math.min(0.5, BEND / Math.max(1, Math.hypot(dx, dy)))
  return { x: corner.x + dx * share, y: corner.y + dy * share }
}

function labelSvg({ edge, label }: PlacedEdge): string {
  if (label === null) return ''
  const { x, y, width, height, text } = label
  const color = EDGE_COLORS[edge.type] ?? 'var(--soft)'
  return `<rect class="tag" x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="4"/><text class="label" x="${round(x + width / 2)}" y="${round(y + height - 4)}" text-anchor="middle" style="fill:${color}">${escaped(text)}</text>`
}

function nodeSvg({ node, titleLines, reasonLines, x, y, width, height }: PlacedNode): string {
  const { padding, headHeight, titleLine, labelSize } = SIZES
  const color = TYPE_COLORS[node.type]
  const state = node.status === 'active' ? node.type : `${node.type}, ${node.status}`
  const classes = [node.status, ...(node.doubts.length > 0 ? ['uncertain'] : [])].join(' ')
  const titles = titleLines.map(
    (line, at) =>
      `<text class="title" x="${padding}" y="${padding + headHeight + (at + 1) * titleLine - 5}">${escaped(line)}</text>`,
  )
  const titlesEnd = padding + headHeight + titleLines.length * titleLine
  const reasons = reasonLines.map(
    (line, at) =>
      `<text class="reason" x="${padding}" y="${titlesEnd + (at + 1) * SIZES.reasonLine - 4}">${escaped(line)}</text>`,
  )
  return [
    `<g class="${classes}" transform="translate(${round(x)} ${round(y)})"><title>${escaped(tooltipOf(node))}</title>`,
    `<rect class="card" width="${width}" height="${height}" rx="8"/><rect x="3" y="8" width="3" height="${height - 16}" rx="1.5" style="fill:${color}"/>`,
    `<text class="kind" x="${padding}" y="${padding + labelSize}" style="fill:${color}">${escaped(state)}</text>${badge(node, width)}`,
    ...titles,
    ...reasons,
    '</g>',
  ].join('')
}

function badge({ confidence, doubts }: GraphNode, width: number): string {
  const text = [doubts.length > 0 ? '?' : '', confidence === null ? '' : `${confidence} %`].join(' ').trim()
  if (text === '') return ''
  const { fair, high } = CONFIDENCE_BANDS
  const isLow = confidence !== null && confidence < fair
  const color = isLow
    ? '#c62f2f'
    : doubts.length > 0 || (confidence !== null && confidence < high)
      ? '#a86a00'
      : '#12805c'
  const badgeWidth = Math.ceil(textWidth(text, 10.5)) + 10
  const x = width - SIZES.padding - badgeWidth
  return `<rect x="${x}" y="${SIZES.padding - 2}" width="${badgeWidth}" height="16" rx="8" style="fill:${color}"/><text class="badge" x="${x + badgeWidth / 2}" y="${SIZES.padding + 10}" text-anchor="middle">${text}</text>`
}

function tooltipOf({ title, description, reason }: GraphNode): string {
  return [title, description, reason === '' ? '' : `Because: ${reason}`]
    .filter((text) => text !== '')
    .join('\n')
}

function pair({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Also without what XML does not know: control characters, and two that are none. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]|[\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
