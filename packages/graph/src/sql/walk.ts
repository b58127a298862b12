import { at, isIn, newStamp } from './adjacency.ts'
import type { Adjacency } from './adjacency.ts'

export interface Reach {
  /** Nearest first, without the start. */
  readonly nodes: readonly number[]
  readonly depths: readonly number[]
}

export interface WalkRules {
  readonly isDown: boolean
  /** Bits of the types that are followed. */
  readonly mask: number
  readonly depth: number
}

/** Everything within reach of a node, level by level, each once. */
export function walk(adjacency: Adjacency, start: number, { isDown, mask, depth }: WalkRules): Reach {
  const { seen } = adjacency
  const stamp = newStamp(adjacency)
  const next = isDown ? adjacency.nextOut : adjacency.nextIn
  const first = isDown ? adjacency.firstOut : adjacency.firstIn
  const end = isDown ? adjacency.to : adjacency.from
  const nodes = [start]
  const depths = [0]
  seen[start] = stamp
  for (let from = 0, level = 1; level <= depth && from < nodes.length; level++) {
    for (const until = nodes.length; from < until; from++) {
      for (let edge = at(first, nodes[from] as number); edge !== 0; edge = at(next, edge)) {
        const node = at(end, edge)
        if (seen[node] === stamp || !isIn(adjacency, edge, mask)) continue
        seen[node] = stamp
        nodes.push(node)
        depths.push(level)
      }
    }
  }
  return { nodes: nodes.slice(1), depths: depths.slice(1) }
}
