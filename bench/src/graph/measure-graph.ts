import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewEdge, NewNode } from '@heddle/graph'
import type { Figures } from '../metrics.ts'
import { median } from '../statistics.ts'
import {
  PROJECT,
  batches,
  nodeId,
  reachable,
  searchText,
  seeded,
  sentence,
  someNode,
  walkStart,
} from './graph-data.ts'
import type { GraphWork } from './graph-data.ts'
import type { GraphSubject } from './graph-subject.ts'

/** Builds a graph on disk, works with it, and prints the figures as one line of JSON. */
export async function measureGraph(open: (file: string) => Promise<GraphSubject>): Promise<void> {
  const work = JSON.parse(process.argv[1] ?? '') as GraphWork
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-graph-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await warmUp(await open(join(folder, 'warm-up.db')))
  const subject = await open(join(folder, 'graph.db'))
  const all = [...batches(work.nodes)]
  const figures: Figures = {
    graphRowUs: await bulk(subject, all),
    graphWriteUs: await ownTransactions(subject, work),
    graphWalkUs: await walks(subject, work, all),
    graphSearchUs: await searches(subject, work),
    ...(await contexts(subject, work)),
    ...(await cascades(subject, work)),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}

type Batches = readonly { readonly nodes: readonly NewNode[]; readonly edges: readonly NewEdge[] }[]

async function warmUp(subject: GraphSubject): Promise<void> {
  const small: GraphWork = { nodes: 2_000, writes: 50, walks: 20, searches: 20, contexts: 10, cascade: 100 }
  const all = [...batches(small.nodes)]
  await bulk(subject, all)
  await ownTransactions(subject, small)
  await walks(subject, small, all)
  await searches(subject, small)
  await contexts(subject, small)
  await cascades(subject, small)
}

/** CPU µs of each of so many pieces of a work. */
async function cpuUsOf(pieces: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / pieces
}

/** Every node can be found by its words at the end, whenever its entry is written. */
async function bulk(subject: GraphSubject, all: Batches): Promise<number> {
  const rows = all.reduce((sum, { nodes, edges }) => sum + nodes.length + edges.length, 0)
  return cpuUsOf(rows, async () => {
    for (const { nodes, edges } of all) await subject.write(nodes, edges)
    await subject.index()
  })
}

async function ownTransactions(subject: GraphSubject, work: GraphWork): Promise<number> {
  const random = seeded(work.nodes)
  const decisions = Array.from({ length: work.writes }, (_, at) => {
    const node = {
      ...someNode(random, work.nodes + at),
      type: 'decision',
      status: 'active',
      reason: '',
    } as const
    const from = [7, 11].map((step) => nodeId(Math.floor(random() * work.nodes * 0.9) + step))
    return { node, edges: from.map((id): NewEdge => ({ from: id, to: node.id, type: 'leads_to' })) }
  })
  return cpuUsOf(work.writes, async () => {
    for (const { node, edges } of decisions) await subject.write([node], edges)
    await subject.index()
  })
}

async function walks(subject: GraphSubject, work: GraphWork, all: Batches): Promise<number> {
  const edges = new Map<string, string[]>()
  for (const batch of all) {
    for (const { from, to } of batch.edges) edges.set(from, [...(edges.get(from) ?? []), to])
  }
  const found: number[] = []
  const cpuUs = await cpuUsOf(work.walks, async () => {
    for (let walk = 0; walk < work.walks; walk++) found.push(await subject.descendants(walkStart(work, walk)))
  })
  for (const [walk, count] of found.entries()) {
    // The decisions that were written since may be reached, too.
    const least = reachable(edges, walkStart(work, walk))
    if (count < least || count > least + work.writes) {
      throw new Error(`Walk ${walk} came to ${count} nodes instead of ${least}.`)
    }
  }
  return cpuUs
}

async function searches(subject: GraphSubject, work: GraphWork): Promise<number> {
  let found = 0
  const cpuUs = await cpuUsOf(work.searches, async () => {
    for (let search = 0; search < work.searches; search++) found += await subject.search(searchText(search))
  })
  if (work.nodes >= 100_000 && found !== work.searches * 20) {
    throw new Error(`The searches found ${found} nodes instead of ${work.searches * 20}.`)
  }
  return cpuUs
}

async function contexts({ context }: GraphSubject, { contexts }: GraphWork): Promise<Figures> {
  if (context === undefined) return {}
  const random = seeded()
  const tookMs: number[] = []
  for (let at = 0; at < contexts; at++) {
    const prompt = `Please look at how we should ${sentence(random, 12)} and then fix src/${sentence(random, 1)}.ts`
    const startMs = performance.now()
    const length = await context(prompt)
    tookMs.push(performance.now() - startMs)
    if (length === 0) throw new Error('A context block was empty.')
  }
  return { contextMs: median(tookMs) }
}

const CASCADE_BRANCHES = 10
const CASCADE_TIMES = 5

/** A tree, so that all of it is within five steps. */
async function cascades(subject: GraphSubject, { cascade }: GraphWork): Promise<Figures> {
  if (subject.setConfidence === undefined) return {}
  const nodes = Array.from({ length: cascade + 1 }, (_, at): NewNode => ({
    id: `tree-${at}`,
    type: 'action',
    title: `Step ${at}`,
    confidence: 90,
    project: PROJECT,
  }))
  const edges = nodes.slice(1).map(({ id = '' }, at): NewEdge => ({
    from: `tree-${Math.floor(at / CASCADE_BRANCHES)}`,
    to: id,
    type: 'requires',
  }))
  await subject.write(nodes, edges)
  const tookMs: number[] = []
  for (let time = 0; time < CASCADE_TIMES; time++) {
    for (const confidence of [10, 90]) {
      const startMs = performance.now()
      const touched = await subject.setConfidence('tree-0', confidence)
      tookMs.push(performance.now() - startMs)
      if (touched !== cascade) throw new Error(`Doubt came to ${touched} nodes instead of ${cascade}.`)
    }
  }
  return { cascadeMs: median(tookMs) }
}
