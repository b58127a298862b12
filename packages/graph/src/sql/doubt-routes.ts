import { DOUBT_TYPES, EDGE_TYPES } from '../edge-types.ts'
import { at, isIn, maskOf } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'

/** Doubt spreads so many steps. */
export const DOUBT_DEPTH = 5

export const DOUBT_MASK: number = maskOf(DOUBT_TYPES)

/**
 * The way from a source of doubt to each node that it reaches, as JSON: `[[edge type, node id], …]`. Of several
 * shortest ways it is the one whose steps come from smaller ids, so that it follows from the graph alone and
 * not from the order in which it was written.
 */
export function doubtRoutes(adjacency: Adjacency, source: number): Map<number, string> {
  const routes = new Map<number, string>()
  const seen = new Set([source])
  let level = new Map<number, number>([[source, 0]])
  for (let depth = 1; depth <= DOUBT_DEPTH && level.size > 0; depth++) {
    const via = nextLevel(adjacency, level, seen)
    for (const [node, edge] of via) {
      const before = routes.get(at(adjacency.from, edge))
      const step = `["${EDGE_TYPES[at(adjacency.edgeType, edge)]}",${JSON.stringify(adjacency.ids[node])}]`
      routes.set(node, before === undefined ? `[${step}]` : `${before.slice(0, -1)},${step}]`)
      seen.add(node)
    }
    level = via
  }
  return routes
}

/** The nodes one step further, each with the link that leads there. */
function nextLevel(
  adjacency: Adjacency,
  level: ReadonlyMap<number, number>,
  seen: ReadonlySet<number>,
): Map<number, number> {
  const via = new Map<number, number>()
  for (const node of level.keys()) {
    for (let edge = at(adjacency.firstOut, node); edge !== 0; edge = at(adjacency.nextOut, edge)) {
      const target = at(adjacency.to, edge)
      if (!isIn(adjacency, edge, DOUBT_MASK) || seen.has(target)) continue
      const known = via.get(target)
      if (known === undefined || isSmaller(adjacency, edge, known)) via.set(target, edge)
    }
  }
  return via
}

function isSmaller(adjacency: Adjacency, edge: number, other: number): boolean {
  const from = at(adjacency.from, edge)
  const otherFrom = at(adjacency.from, other)
  if (from === otherFrom) return at(adjacency.edgeType, edge) < at(adjacency.edgeType, other)
  return (adjacency.ids[from] as string) < (adjacency.ids[otherFrom] as string)
}

/** Every node that is at most so many steps of doubt from one of the starts, the starts included. */
export function withinDoubt(
  adjacency: Adjacency,
  starts: Iterable<number>,
  depth: number,
  isDown: boolean,
): Set<number> {
  const first = isDown ? adjacency.firstOut : adjacency.firstIn
  const next = isDown ? adjacency.nextOut : adjacency.nextIn
  const end = isDown ? adjacency.to : adjacency.from
  const reached = new Set(starts)
  let level = [...reached]
  for (let step = 1; step <= depth && level.length > 0; step++) {
    const further: number[] = []
    for (const node of level) {
      for (let edge = at(first, node); edge !== 0; edge = at(next, edge)) {
        const target = at(end, edge)
        if (!isIn(adjacency, edge, DOUBT_MASK) || reached.has(target)) continue
        reached.add(target)
        further.push(target)
      }
    }
    level = further
  }
  return reached
}
