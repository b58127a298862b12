import type { DecisionGraph } from '../decision-graph.ts'
import { selectSubgraph } from '../draw/subgraph.ts'
import type { Subgraph } from '../draw/subgraph.ts'
import type { GraphNode } from '../model.ts'
import { linksOf } from './links.ts'
import type { Links } from './links.ts'
import { document, filesInCode, inCode, inPullRequest } from './markdown.ts'
import { selectionOf } from './narrative.ts'
import type { ReportScope } from './narrative.ts'

/** What {@link writeup} is about, and its heading. */
export interface WriteupOptions extends ReportScope {
  /** Default: the goal's title, or that of the first goal. */
  readonly title?: string
}

const MAX_NODES = 2_000

/**
 * A description for a pull request, as Markdown: what was wanted, which options were chosen and
 * rejected and why, what was done, what came of it, and which attempts were given up. Sections with
 * nothing in them are left out, and of more than 2,000 nodes the newest are told.
 *
 * @returns Text of people and models in it means nothing to Markdown, and calls nobody; ends with a line feed.
 * @throws GraphError `graph.unknown_node` for a goal that is not there, `graph.failed`.
 */
export async function writeup(graph: DecisionGraph, options: WriteupOptions = {}): Promise<string> {
  const part = await selectSubgraph(graph, { ...selectionOf(options), limit: MAX_NODES })
  const links = linksOf(part)
  const goals = part.nodes.filter(({ type }) => type === 'goal')
  const goal = goals.find(({ id }) => id === options.goal) ?? goals[0]
  const given = part.nodes.filter(isGivenUp)
  const standing = part.nodes.filter((node) => !isGivenUp(node))
  return document([
    `# ${inPullRequest(options.title ?? goal?.title ?? 'Changes')}`,
    section('Goals', goals.map(goalLine)),
    section(
      'Decisions',
      standing.filter(({ type }) => type === 'decision').map((node) => decisionBlock(node, links)),
    ),
    section(
      'Options without a decision',
      strayOptions(part, links).map((option) => optionLine(option, '')),
    ),
    section('What was done', [...new Set(standing.filter(({ type }) => type === 'action').map(workLine))]),
    section('What came of it', standing.filter(({ type }) => type === 'outcome').map(outcomeLine)),
    section(
      'Given up',
      given.map((node) => givenUpBlock(node, links)),
    ),
    section(
      'In doubt',
      standing.filter(({ doubts }) => doubts.length > 0).map(({ title }) => `- ${inPullRequest(title)}`),
    ),
  ])
}

/** Options are told with their decision, whatever became of them. */
function isGivenUp({ type, status }: GraphNode): boolean {
  return type !== 'option' && (status === 'superseded' || status === 'abandoned')
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n')
}

function goalLine({ title, description }: GraphNode): string {
  return `- ${inPullRequest(title)}${description === '' ? '' : `: ${inPullRequest(description)}`}`
}

function decisionBlock(node: GraphNode, links: Links): string {
  return [
    `- **${inPullRequest(node.title)}**${sureness(node)}${because(node)}`,
    ...optionLines(node, links),
  ].join('\n')
}

function optionLines({ id }: GraphNode, links: Links): string[] {
  const options = links.from(id, 'chosen', 'rejected', 'leads_to').filter(({ type }) => type === 'option')
  return [...new Set(options)].map(
    (option) => `  ${optionLine(option, links.rationale(id, option.id, 'rejected'))}`,
  )
}

/** @param rationale - Of the link to it: told where the option itself has no reason. */
function optionLine(option: GraphNode, rationale: string): string {
  const reason = option.reason || rationale
  const state = option.status === 'active' || option.status === 'chosen' ? '' : ` (${option.status})`
  const box = option.status === 'chosen' ? 'x' : ' '
  return `- [${box}] ${inPullRequest(option.title)}${state}${reason === '' ? '' : `: ${inPullRequest(reason)}`}`
}

function strayOptions({ nodes }: Subgraph, links: Links): GraphNode[] {
  return nodes.filter(
    ({ id, type }) =>
      type === 'option' &&
      !links.to(id, 'chosen', 'rejected', 'leads_to').some((node) => node.type === 'decision'),
  )
}

function workLine({ title, files, commits }: GraphNode): string {
  const untold = files.filter((file) => !title.endsWith(file))
  const where = [...filesInCode(untold), ...commits.map((hash) => inCode(hash.slice(0, 7)))].join(', ')
  return `- ${inPullRequest(title)}${where === '' ? '' : ` (${where})`}`
}

function outcomeLine(node: GraphNode): string {
  const commits = node.commits.map((hash) => inCode(hash.slice(0, 7))).join(', ')
  return `- ${inPullRequest(node.title)}${sureness(node)}${commits === '' ? '' : ` (${commits})`}`
}

function givenUpBlock(node: GraphNode, links: Links): string {
  const next = links.to(node.id, 'supersedes')[0] ?? links.to(node.id, 'revises')[0]
  const instead = next ? `; instead: ${inPullRequest(next.title)}` : ''
  const line = `- ${node.type}, ${node.status}: ${inPullRequest(node.title)}${because(node)}${instead}`
  return [line, ...optionLines(node, links)].join('\n')
}

function sureness({ confidence }: GraphNode): string {
  return confidence === null ? '' : ` (${confidence} % sure)`
}

function because({ reason }: GraphNode): string {
  return reason === '' ? '' : `: ${inPullRequest(reason)}`
}
