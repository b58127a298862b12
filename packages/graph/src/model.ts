/** What a node records. */
export type NodeType = 'goal' | 'decision' | 'option' | 'action' | 'outcome' | 'observation' | 'revisit'

/**
 * How a node stands. Every node begins `active`; an option ends as `chosen` or `rejected`, with a reason;
 * everything else may be `superseded` by a later node or `abandoned`. Nothing is ever deleted.
 */
export type NodeStatus = 'active' | 'chosen' | 'rejected' | 'superseded' | 'abandoned'

/**
 * How two nodes belong together.
 *
 * The first seven point forward: from what comes first to what rests on it. `A requires B` is an arrow from
 * A, the requirement, to B, which cannot stand without it. The last three refer back: from the new
 * node to the old one that it supersedes or revises, or to the question that it answers.
 */
export type EdgeType =
  | 'leads_to'
  | 'chosen'
  | 'rejected'
  | 'requires'
  | 'blocks'
  | 'enables'
  | 'supports'
  | 'supersedes'
  | 'revises'
  | 'answers'

/** An event of a run's log that a node rests on. */
export interface Evidence {
  readonly runId: string
  /** Position in the run's log, from 1. */
  readonly seq: number
}

/** Who made a node: `owner` of what becomes uncertain later. */
export interface Author {
  readonly kind: 'agent' | 'person'
  readonly name: string
}

/**
 * What a model was asked to decide, and how sure it is of each answer. Probabilities lie between 0 and 1;
 * those of a choice add up to 1.
 */
export type Judgement =
  | { readonly kind: 'choice'; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly kind: 'score'; readonly score: number; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean'; readonly probability: number }

/** Why a node is uncertain: something upstream is in doubt. */
export interface Doubt {
  /** The node whose confidence fell, or whose evidence was superseded. */
  readonly source: string
  /** From the source (exclusive) to this node (inclusive), each with the edge that led there. */
  readonly route: readonly { readonly edge: EdgeType; readonly node: string }[]
  readonly atMs: number
}

/** One entry of the graph. Plain JSON. */
export interface GraphNode {
  /** Unique in all graphs; made by the graph unless the writer gives one. */
  readonly id: string
  readonly type: NodeType
  /** One line, 1–500 characters. */
  readonly title: string
  /** Empty when there is none. */
  readonly description: string
  readonly status: NodeStatus
  /** Why it has this status: required of a rejected option; empty when nobody said. */
  readonly reason: string
  /** Whole, 0–100; `null` when nobody said. */
  readonly confidence: number | null
  readonly judgement: Judgement | null
  readonly evidence: readonly Evidence[]
  /** Paths within the project, with `/`. */
  readonly files: readonly string[]
  /** Whole hashes of commits. */
  readonly commits: readonly string[]
  readonly author: Author
  /** What the work is on, such as a repository's root. Queries never mix projects unless asked to. */
  readonly project: string
  readonly session: string | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Empty while nothing upstream is in doubt. */
  readonly doubts: readonly Doubt[]
}

/** A link. Two nodes have at most one of a type. */
export interface GraphEdge {
  /** Follows from `from`, `to` and `type`, so that equal links made apart are one. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly type: EdgeType
  /** Above 0; default 1. */
  readonly weight: number
  /** Empty when there is none. */
  readonly rationale: string
  readonly createdAtMs: number
}
