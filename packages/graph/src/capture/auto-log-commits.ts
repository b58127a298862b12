import { findByWords } from '../context/find-by-words.ts'
import { shareOf, significantWords, searchWords } from '../context/words.ts'
import { judgeDecisions } from '../confidence/judge-decisions.ts'
import type { DecisionGraph, NodeChange } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import type { GitRunner } from './git-runner.ts'
import { readGitLog } from './read-git-log.ts'
import type { LoggedCommit } from './read-git-log.ts'

/** What {@link autoLogCommits} may be told. */
export interface AutoLogOptions {
  /** Commits to look at, as `git log` takes them. Default `HEAD`. */
  readonly range?: string
  /** Most commits, newest first. Default 200. */
  readonly limit?: number
  /** How alike a commit and a node must be, from 0 to 1. Default 0.5: half of what the node is about is in the commit. */
  readonly threshold?: number
}

/** A commit and a node that belong together. */
export interface CommitLink {
  readonly commit: string
  readonly node: string
  readonly by: 'trailer' | 'content'
  /** 1 for a trailer. */
  readonly score: number
}

/** What {@link autoLogCommits} did; newest commits first. */
export interface LoggedCommits {
  readonly links: readonly CommitLink[]
  /** Commits that took back another one, and which. */
  readonly reverts: readonly { readonly commit: string; readonly reverted: string }[]
}

const DEFAULT_LIMIT = 200
const DEFAULT_THRESHOLD = 0.5
/** Work and its commit are this close; later commits to the same file are about something else. */
const WINDOW_MS = 24 * 60 * 60 * 1_000
/** The clocks of a repository's authors do not agree to the second. */
const CLOCK_SLACK_MS = 60_000
const SEARCHED_WORDS = 10
const LOOKED_UP_FILES = 5
/** One shared word may be chance. */
const FEWEST_WORDS = 2

/**
 * Links commits to the graph: by the trailer `Heddle-Decision: <node id>`, and by content to actions, outcomes
 * and decisions without a commit that were written within the day before it and share words and files with
 * it. A commit that says `This reverts commit <hash>` lowers the confidence of the decisions behind the one
 * it takes back. Calling it again changes nothing.
 *
 * @throws GraphError `graph.failed` when the graph cannot be written; what `git` throws when the log cannot be read.
 */
export async function autoLogCommits(
  graph: DecisionGraph,
  git: GitRunner,
  options: AutoLogOptions = {},
): Promise<LoggedCommits> {
  const { range = 'HEAD', limit = DEFAULT_LIMIT, threshold = DEFAULT_THRESHOLD } = options
  const commits = await readGitLog(git, { range, limit })
  const links: CommitLink[] = []
  // Oldest first, so that work goes to the first commit that holds it.
  for (const commit of commits.toReversed()) {
    const found = await linksOf(graph, commit, threshold)
    links.unshift(...found)
    const changes = found.map(({ node }): NodeChange => ({ id: node, commits: [commit.hash] }))
    if (changes.length > 0) await graph.write({ changes })
  }
  const reverts = commits.flatMap(({ hash, reverts: reverted }) =>
    reverted ? [{ commit: hash, reverted }] : [],
  )
  for (const revert of reverts.toReversed()) await judgeRevert(graph, revert)
  return { links, reverts }
}

async function linksOf(graph: DecisionGraph, commit: LoggedCommit, threshold: number): Promise<CommitLink[]> {
  const named = await graph.get(commit.decisions)
  const links = named
    .filter(({ commits }) => !commits.includes(commit.hash))
    .map(({ id }): CommitLink => ({ commit: commit.hash, node: id, by: 'trailer', score: 1 }))
  // A capture or a trailer knows better than words do.
  const isKnown = named.length > 0 || (await graph.nodes({ commit: commit.hash, limit: 1 })).length > 0
  if (isKnown) return links
  for (const node of await candidates(graph, commit)) {
    const score = likeness(node, commit)
    if (score >= threshold) links.push({ commit: commit.hash, node: node.id, by: 'content', score })
  }
  return links.sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1))
}

async function candidates(
  graph: DecisionGraph,
  { subject, body, files, atMs }: LoggedCommit,
): Promise<GraphNode[]> {
  const recent = {
    types: ['action', 'outcome', 'decision'],
    sinceMs: Math.max(0, atMs - WINDOW_MS),
    limit: 50,
  } as const
  const words = searchWords(`${subject} ${body}`, SEARCHED_WORDS)
  const found = await findByWords(graph, words, recent)
  const lists = await Promise.all(
    files.slice(0, LOOKED_UP_FILES).map((file) => graph.nodes({ ...recent, file })),
  )
  const nodes = [...found, ...lists.flat()]
  return [...new Map(nodes.map((node) => [node.id, node])).values()].filter(
    ({ commits, createdAtMs }) =>
      commits.length === 0 && createdAtMs <= atMs + CLOCK_SLACK_MS && createdAtMs >= atMs - WINDOW_MS,
  )
}

/** The share of a node's words that stand in the commit and, when it has files, of its files that the commit changes; the mean of both. */
function likeness({ title, files }: GraphNode, commit: LoggedCommit): number {
  const there = new Set(significantWords(`${commit.subject} ${commit.body} ${commit.files.join(' ')}`))
  const wanted = significantWords(title)
  const words = shareOf(wanted, there)
  if (files.length > 0) {
    const changed = files.filter((file) => commit.files.includes(file)).length / files.length
    return changed === 0 ? 0 : (words + changed) / 2
  }
  return wanted.filter((word) => there.has(word)).length >= FEWEST_WORDS ? words : 0
}

async function judgeRevert(
  graph: DecisionGraph,
  { commit, reverted }: { readonly commit: string; readonly reverted: string },
): Promise<void> {
  const about = (await graph.nodes({ commit: reverted })).map(({ id }) => id)
  if (about.length === 0) return
  const because = `commit ${reverted.slice(0, 10)} was reverted by ${commit.slice(0, 10)}`
  const changes = await judgeDecisions(graph, [{ verdict: 'reverted', about, because, seenAt: { commit } }])
  if (changes.length > 0) await graph.write({ changes })
}
