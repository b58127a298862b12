import type { GraphNode } from '../model.ts'
import { mentionedFiles, significantWords } from './words.ts'

/** What a prompt is about. */
export interface Topic {
  /** Stemmed, each once. */
  readonly words: ReadonlySet<string>
  readonly files: readonly string[]
  readonly session: string | null
}

/** Shared words beyond this many make nothing more relevant. */
const ENOUGH_WORDS = 4
/** A named file says more than words; the session less, as most of it is about something else by now. */
const FILE_WEIGHT = 1
const SESSION_WEIGHT = 0.4

export function topicOf(prompt: string, session: string | null): Topic {
  return { words: new Set(significantWords(prompt)), files: mentionedFiles(prompt), session }
}

/** How much a node has to do with a topic: 0 nothing, 1 and more a lot. The same for the same node and topic, always. */
export function relevanceOf(node: GraphNode, topic: Topic): number {
  const words = significantWords(`${node.title} ${node.description} ${node.reason} ${node.files.join(' ')}`)
  const shared = words.filter((word) => topic.words.has(word)).length
  const isSameFile = node.files.some((file) => topic.files.some((named) => isSamePath(file, named)))
  const isSameSession = topic.session !== null && node.session === topic.session
  return (
    Math.min(shared, ENOUGH_WORDS) / ENOUGH_WORDS +
    (isSameFile ? FILE_WEIGHT : 0) +
    (isSameSession ? SESSION_WEIGHT : 0)
  )
}

/** `cache.ts` names `src/cache.ts`; people leave folders out. */
export function isSamePath(path: string, named: string): boolean {
  return path === named || path.endsWith(`/${named}`) || named.endsWith(`/${path}`)
}
