import { BACKWARD_TYPES } from '@heddle/graph'
import type { GraphEdge, GraphNode, Subgraph } from '@heddle/graph'
import type { Page } from '../page.ts'
import { nodeLine } from './node-line.ts'
import { shortId } from './node-id.ts'

/** Deeper branches are drawn no further to the right: the title needs the room. */
const MOST_BRANCHES = 12

interface Drawing {
  readonly page: Page
  readonly children: ReadonlyMap<string, readonly GraphNode[]>
  /** Of each node, what it refers back to. */
  readonly references: ReadonlyMap<string, readonly GraphEdge[]>
  readonly drawn: Set<string>
  readonly lines: string[]
}

/**
 * A part of a graph as a tree: what rests on a node hangs below it. A node that rests on several hangs below the
 * first; the others only name it.
 */
export function treeLines(page: Page, { nodes, edges }: Subgraph): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const forward = edges.filter(({ type }) => !BACKWARD_TYPES.has(type))
  const linked = new Set(forward.map(({ to }) => to))
  const order = new Map(nodes.map(({ id }, at) => [id, at]))
  const byFrom = Map.groupBy(forward, ({ from }) => from)
  const children = new Map(
    [...byFrom].map(([from, links]) => [
      from,
      // Two links of different types are one branch.
      [...new Set(links.map(({ to }) => to))]
        .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .flatMap((to) => byId.get(to) ?? []),
    ]),
  )
  const drawing: Drawing = {
    page,
    children,
    references: Map.groupBy(
      edges.filter(({ type }) => BACKWARD_TYPES.has(type)),
      ({ from }) => from,
    ),
    drawn: new Set(),
    lines: [],
  }
  for (const node of nodes) if (!linked.has(node.id)) draw(drawing, node)
  return drawing.lines
}

interface Branch {
  readonly node: GraphNode
  /** What is drawn before the node, and before what hangs below it. */
  readonly lead: string
  readonly below: string
}

/** Without recursion: a chain of decisions may be thousands long. */
function draw(drawing: Drawing, root: GraphNode): void {
  const { page, children, drawn, lines } = drawing
  const waiting: Branch[] = [{ node: root, lead: '', below: '' }]
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    const { node, lead, below } = branch
    if (drawn.has(node.id)) {
      lines.push(page.style('dim', `${' '.repeat(7)}  ${lead}${node.type} ${shortId(node.id)}, see above`))
      continue
    }
    drawn.add(node.id)
    lines.push(nodeLine(page, node, { branch: lead, reference: reference(drawing, node) }))
    const under = children.get(node.id) ?? []
    const branches = under.map((child, at): Branch => {
      const isLast = at === under.length - 1
      const isDeep = below.length >= MOST_BRANCHES * 3
      return {
        node: child,
        lead: `${isDeep ? below.slice(0, -3) : below}${isLast ? '└─ ' : '├─ '}`,
        below: isDeep ? below : `${below}${isLast ? '   ' : '│  '}`,
      }
    })
    waiting.push(...branches.reverse())
  }
}

/** `supersedes k3f9a2c`. */
function reference({ references }: Drawing, { id }: GraphNode): string {
  const links = references.get(id) ?? []
  return links.map(({ type, to }) => `${type} ${shortId(to)}`).join(' · ')
}
