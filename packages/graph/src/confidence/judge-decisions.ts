import type { DecisionGraph, NodeChange } from '../decision-graph.ts'
import type { EdgeType, Evidence, GraphNode } from '../model.ts'
import { confidenceAfter } from './confidence-rule.ts'
import type { Verdict, Weighed } from './confidence-rule.ts'

/** What happened to decisions, or to the work that rests on them. */
export interface Finding {
  readonly verdict: Verdict
  /** Ids of decisions, options, actions. */
  readonly about: readonly string[]
  /** Kept in the history of each confidence that it moves. */
  readonly because: string
  /** Where it was seen: an event, or the hash of a commit. A node that has it was judged by it before. */
  readonly seenAt: { readonly evidence: Evidence } | { readonly commit: string }
}

/** Decisions further away than this are told too little by an outcome to be moved by it. */
const MOST_DISTANCE = 2
/** Steps from work to what it rests on: action, option, decision, and what that one followed. */
const MOST_STEPS = 6
const UPWARD: ReadonlySet<EdgeType> = new Set(['leads_to', 'requires', 'chosen', 'enables', 'supports'])

/**
 * How findings move the confidence of the decisions and options that they are about, or that the work rests
 * on: see `confidenceAfter`. What was given up (superseded, rejected, abandoned) is not judged any more, and
 * nothing beyond an outcome, a revisit or a goal is.
 *
 * @returns One change for each decision and finding; write them in the transaction that records the finding.
 *   A decision that has a finding's mark already is left out, so judging twice changes nothing.
 * @throws GraphError `graph.failed` when the graph cannot be read.
 */
export async function judgeDecisions(
  graph: Pick<DecisionGraph, 'get' | 'edges'>,
  findings: readonly Finding[],
): Promise<NodeChange[]> {
  const changes: NodeChange[] = []
  const moved = new Map<string, number>()
  for (const finding of findings) {
    for (const { node, distance } of await stemsOf(graph, finding.about)) {
      if (isMarked(node, finding)) continue
      const weighed: Weighed = { verdict: finding.verdict, distance }
      const confidence = confidenceAfter(moved.get(node.id) ?? node.confidence, [weighed])
      moved.set(node.id, confidence)
      const { seenAt, because } = finding
      const mark = 'commit' in seenAt ? { commits: [seenAt.commit] } : { evidence: [seenAt.evidence] }
      changes.push({ id: node.id, confidence, because, ...mark })
    }
  }
  return changes
}

interface Stem {
  readonly node: GraphNode
  /** Decisions and options between it and the work. */
  readonly distance: number
}

async function stemsOf(
  graph: Pick<DecisionGraph, 'get' | 'edges'>,
  about: readonly string[],
): Promise<Stem[]> {
  const stems: Stem[] = []
  const seen = new Set(about)
  let level = new Map(about.map((id) => [id, 0]))
  for (let step = 0; step < MOST_STEPS && level.size > 0; step++) {
    const through = new Map<string, number>()
    for (const node of await graph.get([...level.keys()])) {
      const distance = level.get(node.id) ?? 0
      if (node.type === 'action') through.set(node.id, distance)
      if (!isJudged(node) || distance > MOST_DISTANCE) continue
      stems.push({ node, distance })
      through.set(node.id, distance + 1)
    }
    level = new Map()
    if (through.size === 0) break
    for (const { from, to, type } of await graph.edges([...through.keys()])) {
      const distance = through.get(to)
      if (distance === undefined || !UPWARD.has(type) || seen.has(from)) continue
      seen.add(from)
      level.set(from, distance)
    }
  }
  return stems
}

function isJudged({ type, status }: GraphNode): boolean {
  return (
    (type === 'decision' && status === 'active') ||
    (type === 'option' && (status === 'active' || status === 'chosen'))
  )
}

function isMarked({ evidence, commits }: GraphNode, { seenAt }: Finding): boolean {
  if ('commit' in seenAt) return commits.includes(seenAt.commit)
  const { runId, seq } = seenAt.evidence
  return evidence.some((entry) => entry.runId === runId && entry.seq === seq)
}
