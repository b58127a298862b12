import type { EdgeType, GraphBatch, NewEdge, NewNode, NodeType } from '@heddle/graph'

/** What a process is asked to do with a graph. */
export interface GraphWork {
  readonly nodes: number
  /** Decisions with two links, each in a transaction of its own. */
  readonly writes: number
  readonly walks: number
  readonly searches: number
  readonly contexts: number
  /** Nodes that rest on the one whose confidence falls. */
  readonly cascade: number
}

export const PROJECT = 'bench'

/** Nodes of one transaction, with the links that end at them. */
export const NODES_PER_BATCH = 10_000

/** Two links end at every node but the first, from among so many nodes before it. */
const NEAR = 5_000

/** All start from here, so that everybody has the same graph. */
const SEED = 20_260_301

/** Shares of a hundred. */
const TYPES: readonly (readonly [NodeType, number])[] = [
  ['goal', 2],
  ['decision', 20],
  ['option', 25],
  ['action', 25],
  ['outcome', 20],
  ['observation', 8],
]

const EDGE_TYPES: readonly (readonly [EdgeType, number])[] = [
  ['leads_to', 70],
  ['enables', 10],
  ['requires', 10],
  ['supports', 10],
]

export type Random = () => number

/** From 0 to 1; the same numbers for the same seed. Source: Mulberry32, Tommy Ettinger, public domain. */
export function seeded(seed: number = SEED): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function drawn<T>(random: Random, shares: readonly (readonly [T, number])[]): T {
  let rest = random() * 100
  for (const [value, share] of shares) if ((rest -= share) < 0) return value
  return (shares[0] as readonly [T, number])[0]
}

const WORDS = 5_000

/** A few words are in many texts, most are in few. */
export function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => wordAt(Math.floor(WORDS * random() ** 2))).join(' ')
}

/** A word of letters: digits would be told apart from it by nobody who searches. */
export function wordAt(index: number): string {
  const letters = 'bcdfghklmnprstvz'
  const vowels = 'aeiou'
  let word = ''
  for (let rest = index + 400; rest > 0; rest = Math.floor(rest / 80)) {
    word += `${letters[rest % 16]}${vowels[Math.floor(rest / 16) % 5]}`
  }
  return word
}

export function nodeId(at: number): string {
  return `n${String(at).padStart(9, '0')}`
}

/** The graph in batches, as it might have grown. */
export function* batches(nodes: number): Generator<Required<Pick<GraphBatch, 'nodes' | 'edges'>>> {
  const random = seeded()
  for (let from = 0; from < nodes; from += NODES_PER_BATCH) {
    const batch = { nodes: [] as NewNode[], edges: [] as NewEdge[] }
    for (let at = from; at < Math.min(nodes, from + NODES_PER_BATCH); at++) {
      batch.nodes.push(someNode(random, at))
      batch.edges.push(...someEdges(random, at))
    }
    yield batch
  }
}

export function someNode(random: Random, at: number): Required<Omit<NewNode, 'author' | 'judgement'>> {
  const type = drawn(random, TYPES)
  const isRejected = type === 'option' && random() < 0.3
  const isSuperseded = type === 'decision' && random() < 0.02
  return {
    id: nodeId(at),
    type,
    title: sentence(random, 6),
    description: sentence(random, 10),
    status: isRejected ? 'rejected' : isSuperseded ? 'superseded' : 'active',
    reason: isRejected ? sentence(random, 6) : '',
    confidence: random() < 0.3 ? null : random() < 0.01 ? 30 : 50 + Math.floor(random() * 50),
    evidence: [],
    files: [],
    commits: [],
    project: PROJECT,
    session: `session-${at % 1_000}`,
    createdAtMs: 1_700_000_000_000 + at * 1_000,
  }
}

function someEdges(random: Random, at: number): NewEdge[] {
  if (at === 0) return []
  const nearest = Math.max(0, at - NEAR)
  const first = nearest + Math.floor(random() * (at - nearest))
  const second = nearest + Math.floor(random() * (at - nearest))
  const link = (from: number): NewEdge => ({
    from: nodeId(from),
    to: nodeId(at),
    type: drawn(random, EDGE_TYPES),
  })
  return first === second ? [link(first)] : [link(first), link(second)]
}

/** Where walks begin: early enough that there is much to come to. */
export function walkStart(work: GraphWork, walk: number): string {
  return nodeId(Math.floor((walk * work.nodes) / (work.walks * 2)))
}

/** Two words, neither the commonest nor the rarest. */
export function searchText(search: number): string {
  return `${wordAt(50 + ((search * 37) % 1_000))} ${wordAt(50 + ((search * 91) % 1_000))}`
}

/** How many nodes are within ten steps, by the rows alone. */
export function reachable(edges: ReadonlyMap<string, readonly string[]>, start: string): number {
  const seen = new Set([start])
  let level = [start]
  for (let depth = 1; depth <= 10; depth++) {
    level = level.flatMap((from) => edges.get(from) ?? []).filter((to) => !seen.has(to) && seen.add(to))
  }
  return seen.size - 1
}
