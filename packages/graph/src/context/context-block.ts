import { estimateTextTokens } from '@heddle/core'
import { oneLine } from '../capture/one-line.ts'
import type { DecisionGraph, NodeFilter } from '../decision-graph.ts'
import type { GraphEdge, GraphNode } from '../model.ts'
import { relevanceOf, topicOf } from './relevance.ts'
import type { Topic } from './relevance.ts'
import { searchWords } from './words.ts'

/** What a context block is made for. */
export interface ContextOptions {
  /** What is asked now: what is relevant to it comes first. */
  readonly prompt: string
  /** The session that asks; what it decided before counts for more. Default: none. */
  readonly session?: string | null
  /** Most tokens of the text, by core's estimate. Default 1,024. */
  readonly maxTokens?: number
}

/** The size that the ancestors of this block had, and enough for some twenty entries. */
const DEFAULT_MAX_TOKENS = 1_024
const SEARCHED_WORDS = 8
const LOOKED_UP_FILES = 3

const SECTIONS = {
  goal: 'Open goals:',
  ruledOut: 'Ruled out (do not do again without a new reason):',
  lesson: 'Tried and given up:',
  doubt: 'In doubt (check before you build on it):',
  decided: 'Decided:',
} as const
type Section = keyof typeof SECTIONS

const HEAD = '# What was decided before'
/** What a section is worth beside relevance: a rejection that is forgotten costs the most. */
const WORTH: Readonly<Record<Section, number>> = {
  goal: 0.9,
  ruledOut: 0.8,
  lesson: 0.7,
  doubt: 0.6,
  decided: 0.5,
}
/** Entries that have nothing to do with the prompt, for orientation: the newest of each section. */
const UNRELATED: Readonly<Record<Section, number>> = { goal: 3, ruledOut: 2, lesson: 2, doubt: 2, decided: 0 }
const REASON_CHARS = 200
const TITLE_CHARS = 160

interface Entry {
  readonly section: Section
  readonly node: GraphNode
  readonly relevance: number
  readonly text: string
}

/**
 * What an agent should know of earlier decisions before it begins: open goals, what was ruled out and why,
 * what was tried and given up, what is in doubt, what was decided. Put it into the instructions.
 *
 * Entries count by what they have to do with the prompt (words, files it names, the session), then by their
 * kind, then by their age; they are left out whole when the budget is used up. The same graph, prompt and
 * session give the same text.
 *
 * @returns Markdown without a line feed at its end; empty when there is nothing to say.
 * @throws GraphError when the graph cannot be read.
 */
export async function contextBlock(graph: DecisionGraph, options: ContextOptions): Promise<string> {
  const { prompt, session = null, maxTokens = DEFAULT_MAX_TOKENS } = options
  const topic = topicOf(prompt, session)
  const found = await candidates(graph, prompt, topic)
  if (found.length === 0) return ''
  const links = await linksOf(graph, found)
  const entries = found.flatMap((node) => entryOf(node, topic, links) ?? [])
  return render(fitting(withoutUnrelated(entries), maxTokens))
}

/** Few queries, each by an index and for few rows, so that the size of the graph hardly matters. */
async function candidates(graph: DecisionGraph, prompt: string, topic: Topic): Promise<GraphNode[]> {
  const { session } = topic
  const words = searchWords(prompt, SEARCHED_WORDS)
  const filters: NodeFilter[] = [
    { types: ['goal'], statuses: ['active'], limit: 8 },
    { statuses: ['rejected'], limit: 6 },
    { statuses: ['superseded', 'abandoned'], limit: 6 },
    { isUncertain: true, limit: 8 },
    ...(session === null ? [] : [{ session, types: ['goal', 'decision', 'option'], limit: 20 } as const]),
    ...topic.files.slice(0, LOOKED_UP_FILES).map((file) => ({ file, limit: 10 })),
  ]
  const [hits, ...lists] = await Promise.all([
    words === '' ? [] : graph.search(words, { types: ['goal', 'decision', 'option'], limit: 30 }),
    ...filters.map((filter) => graph.nodes(filter)),
  ])
  const nodes = [...hits.map(({ node }) => node), ...lists.flat()]
  return [...new Map(nodes.map((node) => [node.id, node])).values()]
}

/** What is said of nodes by their links. */
interface Links {
  /** Goals that a successful end answers. */
  readonly answered: ReadonlySet<string>
  /** Titles of what took a node's place. */
  readonly replacedBy: ReadonlyMap<string, string>
  /** Nodes that were given up after they were tried. */
  readonly revised: ReadonlySet<string>
}

async function linksOf(graph: DecisionGraph, nodes: readonly GraphNode[]): Promise<Links> {
  const ids = nodes
    .filter(({ type, status }) => type === 'goal' || status === 'superseded' || status === 'rejected')
    .map(({ id }) => id)
  const edges = ids.length === 0 ? [] : await graph.edges(ids)
  const of = (type: GraphEdge['type']): GraphEdge[] => edges.filter((edge) => edge.type === type)
  const replacing = of('supersedes')
  const newer = replacing.length === 0 ? [] : await graph.get([...new Set(replacing.map(({ from }) => from))])
  const titles = new Map(newer.map(({ id, title }) => [id, title]))
  return {
    answered: new Set(of('answers').map(({ to }) => to)),
    replacedBy: new Map(replacing.map(({ from, to }) => [to, titles.get(from) ?? ''])),
    revised: new Set([...of('revises'), ...replacing].map(({ to }) => to)),
  }
}

function entryOf(node: GraphNode, topic: Topic, links: Links): Entry | null {
  const section = sectionOf(node, links)
  if (section === null) return null
  return { section, node, relevance: relevanceOf(node, topic), text: textOf(node, section, links) }
}

function sectionOf(node: GraphNode, { answered, revised }: Links): Section | null {
  const { id, type, status } = node
  if (status === 'superseded' || status === 'abandoned') return type === 'goal' ? null : 'lesson'
  if (status === 'rejected')
    return revised.has(id) || /^tests failed\b/.test(node.reason) ? 'lesson' : 'ruledOut'
  if (node.doubts.length > 0) return 'doubt'
  if (type === 'goal') return answered.has(id) ? null : 'goal'
  return type === 'decision' || (type === 'option' && status === 'chosen') ? 'decided' : null
}

function textOf(node: GraphNode, section: Section, { replacedBy }: Links): string {
  const { title, reason, confidence, files, doubts } = node
  const replacement = replacedBy.get(node.id) ?? ''
  const notes = [
    ...(reason === '' ? [] : [oneLine(reason, REASON_CHARS)]),
    ...(section === 'lesson' && replacement !== ''
      ? [`replaced by “${oneLine(replacement, TITLE_CHARS)}”`]
      : []),
    ...(section === 'doubt' ? [`${doubts.length} upstream in doubt`] : []),
    ...(confidence !== null && section !== 'ruledOut' ? [`confidence ${confidence}`] : []),
    ...(files.length > 0 ? [`in ${files.slice(0, 3).join(', ')}`] : []),
  ]
  return `- ${oneLine(title, TITLE_CHARS)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

/** Best first. */
function byValue(a: Entry, b: Entry): number {
  return (
    b.relevance + WORTH[b.section] - (a.relevance + WORTH[a.section]) ||
    b.node.createdAtMs - a.node.createdAtMs ||
    (a.node.id < b.node.id ? -1 : 1)
  )
}

function withoutUnrelated(entries: readonly Entry[]): Entry[] {
  const left: Record<Section, number> = { ...UNRELATED }
  return entries.toSorted(byValue).filter(({ section, relevance }) => relevance > 0 || left[section]-- > 0)
}

/** The best entries that fit, whole. */
function fitting(entries: readonly Entry[], maxTokens: number): Entry[] {
  const kept: Entry[] = []
  const begun = new Set<Section>()
  let tokens = estimateTextTokens(HEAD)
  for (const entry of entries) {
    const head = begun.has(entry.section) ? '' : `\n\n${SECTIONS[entry.section]}`
    const cost = estimateTextTokens(`${head}\n${entry.text}`)
    if (tokens + cost > maxTokens) continue
    tokens += cost
    begun.add(entry.section)
    kept.push(entry)
  }
  return kept
}

function render(entries: readonly Entry[]): string {
  if (entries.length === 0) return ''
  const sections = (Object.keys(SECTIONS) as Section[]).flatMap((section) => {
    const lines = entries.filter((entry) => entry.section === section).map(({ text }) => text)
    return lines.length === 0 ? [] : [[SECTIONS[section], ...lines].join('\n')]
  })
  return [HEAD, ...sections].join('\n\n')
}
