import type {
  Author,
  EdgeType,
  Evidence,
  GraphEdge,
  GraphNode,
  Judgement,
  NodeStatus,
  NodeType,
} from './model.ts'

/** A node to be written. What is left out is taken from the graph's defaults, or empty. */
export interface NewNode {
  /** Give one to make the write repeatable: a node that is there already is left as it is. Default: a new one. */
  readonly id?: string
  readonly type: NodeType
  readonly title: string
  readonly description?: string
  readonly status?: NodeStatus
  readonly reason?: string
  readonly confidence?: number | null
  readonly judgement?: Judgement | null
  readonly evidence?: readonly Evidence[]
  readonly files?: readonly string[]
  readonly commits?: readonly string[]
  readonly author?: Author
  readonly project?: string
  readonly session?: string | null
  /** Default: now. */
  readonly createdAtMs?: number
}

/** A link to be written. Both ends have to exist, or to stand in the same batch. */
export interface NewEdge {
  readonly from: string
  readonly to: string
  /** Default `leads_to`. */
  readonly type?: EdgeType
  readonly weight?: number
  readonly rationale?: string
}

/** A change of one node. What is left out stays; evidence, files and commits are added to. */
export interface NodeChange {
  readonly id: string
  readonly title?: string
  readonly description?: string
  readonly status?: NodeStatus
  readonly reason?: string
  readonly confidence?: number | null
  readonly judgement?: Judgement | null
  readonly evidence?: readonly Evidence[]
  readonly files?: readonly string[]
  readonly commits?: readonly string[]
  /** Why the confidence changed; kept in its history. */
  readonly because?: string
}

/** What is written in one transaction: all of it or nothing. Edges may name nodes of the same batch. */
export interface GraphBatch {
  readonly nodes?: readonly NewNode[]
  readonly edges?: readonly NewEdge[]
  readonly changes?: readonly NodeChange[]
}

/** What a batch became. */
export interface GraphWritten {
  /** In the order of the batch; nodes that were there already as they are. */
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** The changed nodes, in the order of the batch. */
  readonly changed: readonly GraphNode[]
  /** Nodes that became uncertain, or certain again, through this batch. */
  readonly doubted: readonly string[]
  readonly cleared: readonly string[]
  /** The graph's revision after it; the position in {@link DecisionGraph.changes}. */
  readonly rev: number
}

/** Which nodes; members that are left out do not restrict. */
export interface NodeFilter {
  readonly types?: readonly NodeType[]
  readonly statuses?: readonly NodeStatus[]
  /** Default: the graph's project; `'*'` is all of them. */
  readonly project?: string
  readonly session?: string
  /** The author's name. */
  readonly author?: string
  /** At most this; nodes whose confidence nobody said are left out. */
  readonly maxConfidence?: number
  /** Whether something upstream is in doubt. */
  readonly isUncertain?: boolean
  /** Linked to a file, a commit, a run. */
  readonly file?: string
  readonly commit?: string
  readonly runId?: string
  /** Last changed before. */
  readonly updatedBeforeMs?: number
  /** Made at this time or later. */
  readonly sinceMs?: number
  /**
   * By the time they were made. Default `newest`; a search gives the best first, and only when an order is said
   * the newest or oldest that were written, without a score: quick also where a word stands in most nodes.
   */
  readonly order?: 'newest' | 'oldest'
  /** Default 100; at most 10,000. */
  readonly limit?: number
}

/** Which links {@link DecisionGraph.walk} and {@link DecisionGraph.paths} follow, and how far. */
export interface WalkOptions {
  /** `down` follows arrows, `up` goes against them. Default `down`. */
  readonly direction?: 'down' | 'up'
  /** Default: the types that point forward. */
  readonly types?: readonly EdgeType[]
  /** Steps, at least 1. Default 5. */
  readonly depth?: number
}

/** A node that a walk came to. */
export interface WalkStep {
  readonly id: string
  /** Least number of steps from the start. */
  readonly depth: number
}

/** A hit of a search, best first. */
export interface SearchHit {
  readonly node: GraphNode
  /** Larger is better; comparable within one search only. */
  readonly score: number
}

/** A number that a node's confidence had. */
export interface ConfidenceEntry {
  readonly atMs: number
  readonly confidence: number | null
  readonly because: string
}

/** What changed at one revision. */
export type GraphChange =
  | { readonly rev: number; readonly kind: 'node'; readonly node: GraphNode }
  | { readonly rev: number; readonly kind: 'edge'; readonly edge: GraphEdge }

/** What a {@link DecisionGraph} already decided or ruled out about a topic. */
export interface Consultation {
  readonly decided: readonly SearchHit[]
  /** Rejected options and abandoned or superseded nodes, with what came of them. */
  readonly ruledOut: readonly { readonly hit: SearchHit; readonly outcomes: readonly GraphNode[] }[]
  readonly uncertain: readonly SearchHit[]
}

/**
 * PORT. The graph of one database. All methods reject with a `GraphError`; a batch that is refused changes
 * nothing. None takes a signal but {@link DecisionGraph.changes}: what was begun is finished, in at most the ten
 * seconds for which a database that others hold is waited for.
 */
export interface DecisionGraph {
  /** The project that nodes belong to, and queries ask, unless they name one. */
  readonly project: string

  /**
   * Writes nodes, links and changes in one transaction, spreads or clears doubt, and tells {@link changes}.
   *
   * What is there already is not written again: a node of a known id, and a link of the same ends and type,
   * stay as they are. `supersedes` and `revises` change nothing about the older node; say its new status in
   * `changes`.
   *
   * @throws GraphError `graph.cycle` with the path that the new link would close; `graph.unknown_node`;
   *   `graph.invalid` for a value outside its range, for a status `chosen` or `rejected` of anything but an
   *   option, for a rejection without a reason, for a `chosen` or `rejected` link to anything but an option;
   *   `graph.failed`, retryable when others held the database for ten seconds or its server was away.
   */
  write(batch: GraphBatch): Promise<GraphWritten>

  /** @returns The nodes that exist, in the order of the ids; others are left out. */
  get(ids: readonly string[]): Promise<GraphNode[]>
  nodes(filter?: NodeFilter): Promise<GraphNode[]>
  /** Every link that begins or ends at one of the nodes, by creation. */
  edges(ids: readonly string[]): Promise<GraphEdge[]>

  /** Everything within reach, nearest first, each once, without the start. An unknown start reaches nothing. */
  walk(start: string, options?: WalkOptions): Promise<WalkStep[]>
  /** Shortest first, without cycles; at most `limit` (default 10) of at most `depth` (default 10) steps. */
  paths(from: string, to: string, options?: WalkOptions & { readonly limit?: number }): Promise<GraphEdge[][]>

  /**
   * Full text over title, description and reason; a word in the title counts most. The text has no syntax: its
   * first 32 different words are joined by OR, without those that say nothing about a topic (`the`, `how`).
   * English words match in all their forms. Chinese and Japanese are searched by pairs of characters.
   */
  search(text: string, filter?: NodeFilter): Promise<SearchHit[]>
  /** The hits of a search, told apart: what is decided, ruled out, uncertain. */
  consult(topic: string, filter?: NodeFilter): Promise<Consultation>
  /** Oldest first. */
  confidenceHistory(id: string): Promise<ConfidenceEntry[]>

  /**
   * Everything that changed after a revision, then what changes from now on, in batches of rising revisions.
   * Nothing is read before it is asked for: a slow reader holds nothing up. Several changes of one node are
   * told as one, at the last revision; a link may thus come before a node that changed after it was linked. A
   * revision is never split between batches. Other processes' writes are told within half a second. Ends when the
   * signal aborts.
   */
  changes(afterRev?: number, signal?: AbortSignal): AsyncIterable<readonly GraphChange[]>
}
