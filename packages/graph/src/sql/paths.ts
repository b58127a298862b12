import { at, isIn, newStamp } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'
import type { WalkRules } from './walk.ts'

/** A way that is not at its end yet: the links gone, the last one first. */
interface Way {
  readonly node: number
  readonly edge: number
  readonly length: number
  readonly before: Way | null
}

/**
 * The shortest ways between two nodes, by the numbers of their links; no way comes to a node twice. Each step
 * goes only where the rest is known to be short enough, so nothing is tried in vain.
 */
export function findPaths(
  adjacency: Adjacency,
  [start, target]: readonly [number, number],
  rules: WalkRules,
  limit: number,
): number[][] {
  const rest = distancesTo(adjacency, target, rules)
  const found: number[][] = []
  // Ways by the least length that they can come to.
  const open: Way[][] = Array.from({ length: rules.depth + 1 }, () => [])
  const put = (way: Way): void => {
    const toGo = rest.get(way.node)
    if (toGo !== undefined) open[way.length + toGo]?.push(way)
  }
  put({ node: start, edge: 0, length: 0, before: null })
  for (const ways of open) {
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      if (way.node === target && way.length > 0) {
        found.push(edgesOf(way))
        if (found.length === limit) return found
        continue
      }
      eachStep(adjacency, way, rules, put)
    }
  }
  return found
}

function eachStep(adjacency: Adjacency, way: Way, rules: WalkRules, put: (way: Way) => void): void {
  const { first, next, end } = linksOf(adjacency, rules.isDown)
  for (let edge = at(first, way.node); edge !== 0; edge = at(next, edge)) {
    const node = at(end, edge)
    if (isIn(adjacency, edge, rules.mask) && !isOn(way, node)) {
      put({ node, edge, length: way.length + 1, before: way })
    }
  }
}

function isOn(way: Way, node: number): boolean {
  for (let part: Way | null = way; part !== null; part = part.before) if (part.node === node) return true
  return false
}

function edgesOf(way: Way): number[] {
  const edges: number[] = []
  for (let part: Way | null = way; part !== null && part.edge !== 0; part = part.before)
    edges.unshift(part.edge)
  return edges
}

/** How many steps each node is away from the target, of those that are near enough. */
function distancesTo(adjacency: Adjacency, target: number, rules: WalkRules): Map<number, number> {
  const { first, next, end } = linksOf(adjacency, !rules.isDown)
  const { seen } = adjacency
  const stamp = newStamp(adjacency)
  const distances = new Map([[target, 0]])
  seen[target] = stamp
  let level = [target]
  for (let distance = 1; distance <= rules.depth && level.length > 0; distance++) {
    const further: number[] = []
    for (const node of level) {
      for (let edge = at(first, node); edge !== 0; edge = at(next, edge)) {
        const other = at(end, edge)
        if (seen[other] === stamp || !isIn(adjacency, edge, rules.mask)) continue
        seen[other] = stamp
        distances.set(other, distance)
        further.push(other)
      }
    }
    level = further
  }
  return distances
}

function linksOf(
  adjacency: Adjacency,
  isDown: boolean,
): { readonly first: Int32Array; readonly next: Int32Array; readonly end: Int32Array } {
  return isDown
    ? { first: adjacency.firstOut, next: adjacency.nextOut, end: adjacency.to }
    : { first: adjacency.firstIn, next: adjacency.nextIn, end: adjacency.from }
}
