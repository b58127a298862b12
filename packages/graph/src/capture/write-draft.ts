import { isAgentError } from '@heddle/core'
import type { DecisionGraph, GraphBatch } from '../decision-graph.ts'
import { judgeDecisions } from '../confidence/judge-decisions.ts'
import type { CaptureDraft, EvidentChange } from './capture-draft.ts'
import { isEmpty } from './capture-draft.ts'
import type { GitRunner } from './git-runner.ts'

const WHOLE_HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * Writes a draft in one transaction. Whatever of it the graph has already is left out, so that events may be
 * read again.
 *
 * @param git - Completes the short hashes that git prints; without one they are left out.
 */
export async function writeDraft(
  graph: DecisionGraph,
  draft: CaptureDraft,
  git: GitRunner | null,
): Promise<void> {
  if (isEmpty(draft)) return
  const fresh = await unwritten(graph, draft)
  const judged = draft.findings.length > 0 ? await judgeDecisions(graph, draft.findings) : []
  const { nodes, changes } = await withWholeHashes({ nodes: draft.nodes, changes: fresh }, git)
  const batch = { nodes, edges: draft.edges, changes: [...changes, ...judged] }
  try {
    await graph.write(batch)
  } catch (thrown) {
    if (!isCycle(thrown)) throw thrown
    await writeWithoutCycles(graph, batch)
  }
}

/**
 * Who says that what came first rests on what came later is not followed in that; all else is written. A second
 * reading writes what a crash in between left out.
 */
async function writeWithoutCycles(
  graph: DecisionGraph,
  { nodes, edges, changes }: Required<GraphBatch>,
): Promise<void> {
  await graph.write({ nodes, changes })
  for (const edge of edges) {
    try {
      await graph.write({ edges: [edge] })
    } catch (thrown) {
      if (!isCycle(thrown)) throw thrown
    }
  }
}

function isCycle(thrown: unknown): boolean {
  return isAgentError(thrown) && thrown.code === 'graph.cycle'
}

/** A node that has the event as evidence was changed by it. */
async function unwritten(graph: DecisionGraph, { nodes, changes }: CaptureDraft): Promise<EvidentChange[]> {
  if (changes.length === 0) return []
  const there = await graph.get([...new Set(changes.map(({ id }) => id))])
  const known = new Map(there.map((node) => [node.id, node]))
  const added = new Set(nodes.map(({ id }) => id))
  return changes.filter(({ id, evidence: [{ runId, seq }] }) => {
    const node = known.get(id)
    if (!node) return added.has(id)
    return !node.evidence.some((entry) => entry.runId === runId && entry.seq === seq)
  })
}

type Written = Pick<CaptureDraft, 'nodes' | 'changes'>

async function withWholeHashes({ nodes, changes }: Written, git: GitRunner | null): Promise<Written> {
  const short = new Set([...nodes, ...changes].flatMap(({ commits = [] }) => commits))
  if (short.size === 0) return { nodes, changes }
  const whole = new Map<string, readonly string[]>()
  for (const hash of short) whole.set(hash, await wholeHash(hash, git))
  const completed = <T extends { readonly commits?: readonly string[] }>(item: T): T =>
    item.commits ? { ...item, commits: item.commits.flatMap((hash) => whole.get(hash) ?? []) } : item
  return { nodes: nodes.map(completed), changes: changes.map(completed) }
}

async function wholeHash(hash: string, git: GitRunner | null): Promise<readonly string[]> {
  if (WHOLE_HASH.test(hash)) return [hash]
  try {
    const found = (await git?.(['rev-parse', '--verify', '--quiet', `${hash}^{commit}`]))?.trim() ?? ''
    return WHOLE_HASH.test(found) ? [found] : []
  } catch {
    // Rewritten or pruned since, or another repository: the title still has the short hash.
    return []
  }
}
