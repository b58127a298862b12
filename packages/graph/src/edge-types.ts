import type { EdgeType } from './model.ts'

/** Every type, in the order of its bit in a mask. Saved graphs do not depend on the order. */
export const EDGE_TYPES: readonly EdgeType[] = [
  'leads_to',
  'chosen',
  'rejected',
  'requires',
  'blocks',
  'enables',
  'supports',
  'supersedes',
  'revises',
  'answers',
]

/** From what comes first to what rests on it. */
export const FORWARD_TYPES: readonly EdgeType[] = EDGE_TYPES.slice(0, 7)

/** From the new node to the old one that it is about. */
export const BACKWARD_TYPES: ReadonlySet<EdgeType> = new Set(EDGE_TYPES.slice(7))

/** Along these doubt spreads. */
export const DOUBT_TYPES: readonly EdgeType[] = ['requires', 'blocks', 'supports']
