import { at, newStamp, pointsForward } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'

/**
 * Looks for a node that would come before itself. Links that point forward order their ends as they point, the
 * others the other way round. The links after `edgesBefore` are new; without them there is no cycle.
 *
 * @returns The nodes of a cycle in order, the first once more at the end; `null` when there is none.
 */
export function findCycle(adjacency: Adjacency, edgesBefore: number): number[] | null {
  // Searching costs little where links are few or their nodes new. What costs more than looking at everything
  // once is given up for looking at everything once.
  const budget = { steps: adjacency.nodes + adjacency.edges }
  for (let edge = edgesBefore + 1; edge <= adjacency.edges; edge++) {
    const earlier = earlierEnd(adjacency, edge)
    const later = laterEnd(adjacency, edge)
    if (earlier === later) return [earlier, earlier]
    const isReached = reaches(adjacency, later, earlier, budget)
    if (isReached === null) return cycleAnywhere(adjacency)
    if (isReached) return [earlier, ...shortestWay(adjacency, later, earlier)]
  }
  return null
}

function earlierEnd(adjacency: Adjacency, edge: number): number {
  return at(pointsForward(adjacency, edge) ? adjacency.from : adjacency.to, edge)
}

function laterEnd(adjacency: Adjacency, edge: number): number {
  return at(pointsForward(adjacency, edge) ? adjacency.to : adjacency.from, edge)
}

/** Calls `visit` with each node that comes right after this one, until it returns true. */
function someAfter(adjacency: Adjacency, node: number, visit: (after: number) => boolean): boolean {
  for (let edge = at(adjacency.firstOut, node); edge !== 0; edge = at(adjacency.nextOut, edge)) {
    if (pointsForward(adjacency, edge) && visit(at(adjacency.to, edge))) return true
  }
  for (let edge = at(adjacency.firstIn, node); edge !== 0; edge = at(adjacency.nextIn, edge)) {
    if (!pointsForward(adjacency, edge) && visit(at(adjacency.from, edge))) return true
  }
  return false
}

function hasBefore(adjacency: Adjacency, node: number): boolean {
  for (let edge = at(adjacency.firstIn, node); edge !== 0; edge = at(adjacency.nextIn, edge)) {
    if (pointsForward(adjacency, edge)) return true
  }
  for (let edge = at(adjacency.firstOut, node); edge !== 0; edge = at(adjacency.nextOut, edge)) {
    if (!pointsForward(adjacency, edge)) return true
  }
  return false
}

/** `null` when the budget did not suffice to say. */
function reaches(
  adjacency: Adjacency,
  start: number,
  target: number,
  budget: { steps: number },
): boolean | null {
  if (!hasBefore(adjacency, target)) return false
  const { seen } = adjacency
  const stamp = newStamp(adjacency)
  const open = [start]
  seen[start] = stamp
  const visit = (node: number): boolean => {
    budget.steps--
    if (seen[node] === stamp) return false
    seen[node] = stamp
    open.push(node)
    return node === target || budget.steps < 0
  }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (someAfter(adjacency, node, visit)) return open.at(-1) === target ? true : null
  }
  return false
}

/** From `start` to `target`, both included, where there is a way. */
function shortestWay(adjacency: Adjacency, start: number, target: number): number[] {
  const before = new Map<number, number>([[start, 0]])
  const open = [start]
  for (const node of open) {
    const isThere = someAfter(adjacency, node, (after) => {
      if (before.has(after)) return false
      before.set(after, node)
      open.push(after)
      return after === target
    })
    if (isThere || node === target) break
  }
  const way = [target]
  for (let node = before.get(target); node; node = before.get(node)) way.unshift(node)
  return way
}

/** Takes away nodes that nothing comes before, until only those are left that lie on or after a cycle. */
function cycleAnywhere(adjacency: Adjacency): number[] | null {
  const before = new Int32Array(adjacency.nodes + 1)
  for (let edge = 1; edge <= adjacency.edges; edge++) {
    const later = laterEnd(adjacency, edge)
    before[later] = at(before, later) + 1
  }
  const open: number[] = []
  for (let node = 1; node <= adjacency.nodes; node++) if (before[node] === 0) open.push(node)
  const visit = (node: number): boolean => {
    const count = at(before, node) - 1
    before[node] = count
    if (count === 0) open.push(node)
    return false
  }
  let taken = 0
  for (let node = open.pop(); node !== undefined; node = open.pop(), taken++)
    someAfter(adjacency, node, visit)
  return taken === adjacency.nodes ? null : cycleAmong(adjacency, before)
}

/** Each node that has something left before it lies after another such node: going back, one comes twice. */
function cycleAmong(adjacency: Adjacency, before: Int32Array): number[] {
  const predecessor = new Map<number, number>()
  for (let edge = 1; edge <= adjacency.edges; edge++) {
    const earlier = earlierEnd(adjacency, edge)
    if (at(before, earlier) > 0) predecessor.set(laterEnd(adjacency, edge), earlier)
  }
  const way: number[] = []
  const places = new Map<number, number>()
  let node = before.findIndex((count) => count > 0)
  for (; !places.has(node); node = predecessor.get(node) ?? 0) {
    places.set(node, way.length)
    way.push(node)
  }
  return [...way.slice(places.get(node)), node].reverse()
}
