import type { Evidence, Author } from '../model.ts'
import type { NewEdge, NewNode, NodeChange } from '../decision-graph.ts'
import type { Finding } from '../confidence/judge-decisions.ts'

/** A change that names what it rests on, so that it is made once however often its event is read. */
export interface EvidentChange extends NodeChange {
  readonly evidence: readonly [Evidence]
}

/** What events became, before it is written: all of it in one transaction. */
export interface CaptureDraft {
  readonly nodes: NewNode[]
  readonly edges: NewEdge[]
  readonly changes: EvidentChange[]
  readonly findings: Finding[]
}

export function emptyDraft(): CaptureDraft {
  return { nodes: [], edges: [], changes: [], findings: [] }
}

export function isEmpty({ nodes, edges, changes, findings }: CaptureDraft): boolean {
  return nodes.length + edges.length + changes.length + findings.length === 0
}

/** Whose words or work a node is. */
export function agentAuthor(name: string): Author {
  return { kind: 'agent', name }
}
