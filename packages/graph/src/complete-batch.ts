import type { Runtime } from '@heddle/core'
import { checkNode, checkWhole } from './check-batch.ts'
import type { GraphBatch, NewEdge, NewNode, NodeChange } from './decision-graph.ts'
import type { Author, GraphNode } from './model.ts'

/** What a writer leaves out. */
export interface Defaults {
  readonly project: string
  readonly author: Author
  readonly runtime: Runtime
}

/** A batch whose values are complete and in their ranges. */
export interface CompleteBatch {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly Required<NewEdge>[]
  readonly changes: readonly NodeChange[]
  readonly nowMs: number
}

/** @throws GraphError `graph.invalid`. */
export function completeBatch(
  { nodes = [], edges = [], changes = [] }: GraphBatch,
  defaults: Defaults,
): CompleteBatch {
  const nowMs = defaults.runtime.nowMs()
  for (const change of changes) checkNode(change)
  return {
    nodes: nodes.map((node) => completed(node, defaults, nowMs)),
    edges: edges.map(({ from, to, type = 'leads_to', weight = 1, rationale = '' }) => ({
      from,
      to,
      type,
      weight,
      rationale: clean(rationale),
    })),
    changes: changes.map(({ title, description, reason, because, files, commits, ...rest }) => ({
      ...rest,
      ...(files === undefined ? {} : { files: files.map(clean) }),
      ...(commits === undefined ? {} : { commits: commits.map(clean) }),
      ...(title === undefined ? {} : { title: clean(title) }),
      ...(description === undefined ? {} : { description: clean(description) }),
      ...(reason === undefined ? {} : { reason: clean(reason) }),
      ...(because === undefined ? {} : { because: clean(because) }),
    })),
    nowMs,
  }
}

const NONE: readonly never[] = []

function completed(node: NewNode, defaults: Defaults, nowMs: number): GraphNode {
  const createdAtMs = node.createdAtMs ?? nowMs
  const whole: GraphNode = {
    id: node.id ?? newId(defaults.runtime, nowMs),
    type: node.type,
    title: clean(node.title),
    description: clean(node.description ?? ''),
    status: node.status ?? 'active',
    reason: clean(node.reason ?? ''),
    confidence: node.confidence ?? null,
    judgement: node.judgement ?? null,
    evidence: node.evidence ?? NONE,
    files: node.files?.map(clean) ?? NONE,
    commits: node.commits?.map(clean) ?? NONE,
    author: node.author ? { kind: node.author.kind, name: clean(node.author.name) } : defaults.author,
    project: clean(node.project ?? defaults.project),
    session: typeof node.session === 'string' ? clean(node.session) : null,
    createdAtMs,
    updatedAtMs: createdAtMs,
    doubts: NONE,
  }
  checkNode(whole)
  checkWhole(whole)
  return whole
}

/** Sorts by its time: nine digits of base 36 last until the year 5188. */
function newId(runtime: Runtime, nowMs: number): string {
  return runtime.newId(`n${nowMs.toString(36).padStart(9, '0')}`)
}

/** What a database can keep of a text: no zero character, no half of a pair. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
