import { ToolError, isAgentError, textOf } from '@heddle/core'
import type { Hook, HookCall, JsonValue, ToolResultPart } from '@heddle/core'
import { commandTitle, readCall } from '../capture/read-call.ts'
import { oneLine } from '../capture/one-line.ts'
import { statedIntent } from '../capture/read-text.ts'
import type { DecisionGraph } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import { findByWords } from './find-by-words.ts'
import { isSamePath } from './relevance.ts'
import { searchWords, shareOf, significantWords } from './words.ts'

/** What {@link rejectionGuard} may be told. */
export interface GuardOptions {
  /** `warn` (default) lets the call run and adds the warning to its result; `deny` refuses the call, once. */
  readonly mode?: 'warn' | 'deny'
}

/**
 * Which part of a rejection's title has to stand in a call, by its significant words; lower where the call also
 * touches one of its files, which takes a word more: two are what everything in a file is about. With fewer than
 * `FEWEST_WORDS` in common, everything would match something. Tuned on the cases of `rejection-guard.test.ts`.
 */
const SAME_WORDS = 0.75
const SAME_WORDS_AND_FILE = 0.4
const FEWEST_WORDS = 2
const FEWEST_WORDS_AND_FILE = 3
/** Of an edit that was made for what was ruled out: this part of it has to stand in the new edit of the same file. */
const SAME_EDIT = 0.8
const FEWEST_EDIT_WORDS = 4
const LOOKED_AT = 12
const SEARCHED_WORDS = 12
const NEWEST = 60
/** Whole files are written too; what they are about stands at the beginning. */
const MOST_CHARS = 8_000
const MOST_RUNS = 256

/**
 * A hook that warns an agent that is about to do what was ruled out: an edit, a command or a plan that matches
 * a rejected option, or a decision that was superseded or abandoned, by words and files, or that repeats an edit
 * that was made for one; what the agent just said it would do counts as well. The warning gives the
 * reason, so that the agent can do something else, or say what has changed. Each rejection is named at most
 * once in a run (once more after a resume in another process). Reading and searching is never held up, and a
 * graph that cannot be read warns of nothing.
 */
export function rejectionGuard(graph: DecisionGraph, { mode = 'warn' }: GuardOptions = {}): Hook {
  const told = new Map<string, Set<string>>()
  const intents = new Map<string, string>()
  const warnings = new Map<string, string>()

  const warningFor = async (call: HookCall, runId: string): Promise<string> => {
    const about = aboutCall(call, intents.get(runId) ?? '')
    const found = await repeatedRejections(graph, about)
    // Looked up after the wait: calls of one turn are judged side by side.
    const known = told.get(runId) ?? new Set()
    const repeated = found.filter(({ id }) => !known.has(id))
    for (const { id } of repeated) known.add(id)
    if (repeated.length > 0) keepNewest(told, runId, known)
    return repeated.map(warningText).join('\n')
  }
  return {
    afterModel(message, { runId }) {
      keepNewest(intents, runId, statedIntent(textOf(message)))
    },
    async beforeTool(call, { runId }) {
      const warning = await warningFor(call, runId)
      if (warning === '') return
      if (mode === 'deny') throw new ToolError('tool.denied', `${warning}\n${DENIAL}`)
      keepNewest(warnings, `${runId} ${call.callId}`, warning)
    },
    afterTool(result, { runId }) {
      const key = `${runId} ${result.callId}`
      const warning = warnings.get(key)
      if (warning === undefined) return
      warnings.delete(key)
      return withWarning(result, warning)
    },
  }
}

const DENIAL =
  'The call was not run. Do it another way; if the reason no longer holds, say why and call again.'

function keepNewest<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > MOST_RUNS) map.delete([...map.keys()][0] ?? '')
}

/** What a call is about to do. */
interface About {
  /** Significant words of the call, and of what the agent said it would do. */
  readonly words: ReadonlySet<string>
  /** The same as they stand, to search for. */
  readonly query: readonly string[]
  readonly file: string | null
  /** Empty for what is no shell command. */
  readonly command: string
}

/** What was ruled out and a call would do again. */
async function repeatedRejections(graph: DecisionGraph, about: About | null): Promise<GraphNode[]> {
  if (!about || about.query.length === 0) return []
  try {
    const named = await namedRejections(graph, about)
    const repeated = [...named, ...(await repeatedEdits(graph, about))]
    return [...new Map(repeated.map((node) => [node.id, node])).values()]
  } catch (thrown) {
    // A graph that cannot be read warns of nothing; it is no reason to stop the work.
    if (isAgentError(thrown)) return []
    throw thrown
  }
}

/** Rejections whose words stand in the call, unless a decision that holds is meant as much by them. */
async function namedRejections(graph: DecisionGraph, about: About): Promise<GraphNode[]> {
  const { words, query } = about
  const types = ['option', 'decision'] as const
  const lists = await Promise.all([
    findByWords(graph, query, { types, statuses: GIVEN_UP, limit: LOOKED_AT }),
    // The words of a long edit are too many to search for them all.
    graph.nodes({ types: ['option'], statuses: ['rejected'], limit: NEWEST }),
    graph.nodes({ types: ['decision'], statuses: ['superseded'], limit: NEWEST }),
  ])
  const gone = [...new Map(lists.flat().map((node) => [node.id, node])).values()]
  const again = gone.filter((node) => isAgain(node, about))
  if (again.length === 0) return []
  const standing = await findByWords(graph, query, {
    types,
    statuses: ['active', 'chosen'],
    limit: LOOKED_AT,
  })
  const best = Math.max(0, ...standing.map(({ title }) => shareOf(significantWords(title), words)))
  return again.filter(({ title }) => shareOf(significantWords(title), words) > best)
}

const GIVEN_UP = ['rejected', 'superseded', 'abandoned'] as const

function isAgain({ title, description, files }: GraphNode, { words, file, command }: About): boolean {
  // A command that a person refused is meant as it stands: what it is about is no harm.
  if (title === commandTitle(description)) return oneLine(command, MOST_CHARS).includes(description)
  const wanted = significantWords(title)
  const isSameFile = file !== null && files.some((known) => isSamePath(known, file))
  const shared = wanted.filter((word) => words.has(word)).length
  const share = shareOf(wanted, words)
  if (shared >= FEWEST_WORDS && share >= SAME_WORDS) return true
  return isSameFile && shared >= FEWEST_WORDS_AND_FILE && share >= SAME_WORDS_AND_FILE
}

/** What was ruled out and had led to nearly the same edit of the same file. */
async function repeatedEdits(graph: DecisionGraph, { words, file }: About): Promise<GraphNode[]> {
  if (file === null) return []
  const edits = (await graph.nodes({ types: ['action'], file, limit: LOOKED_AT })).filter(
    ({ description }) => {
      const wanted = significantWords(description)
      return wanted.length >= FEWEST_EDIT_WORDS && shareOf(wanted, words) >= SAME_EDIT
    },
  )
  if (edits.length === 0) return []
  const ids = new Set(edits.map(({ id }) => id))
  const edges = await graph.edges([...ids])
  const reasons = edges.filter(({ to, type }) => ids.has(to) && type === 'requires').map(({ from }) => from)
  const ways = reasons.length === 0 ? [] : await graph.get([...new Set(reasons)])
  // The same edit may have been made for something that holds.
  return ways.every(({ status }) => GIVEN_UP.some((gone) => gone === status)) ? ways : []
}

/** @returns `null` for what changes nothing, or is not known. */
function aboutCall({ tool, input }: HookCall, intent: string): About | null {
  const call = readCall(tool, input)
  switch (call.kind) {
    case 'edit':
      return about([intent, call.file, call.newText], call.file)
    case 'command':
      return { ...about([intent, call.command], null), command: call.command }
    case 'plan':
      return about(call.steps, null)
    case 'question':
    case 'logged':
    case 'other':
      return null
  }
}

/** @param texts - What says most about the subject first: code has many words. */
function about(texts: readonly string[], file: string | null): About {
  const short = texts.map((text) => text.slice(0, MOST_CHARS))
  const query = new Set(short.flatMap((text) => searchWords(text, SEARCHED_WORDS)))
  return {
    words: new Set(significantWords(short.join('\n'))),
    query: [...query].slice(0, SEARCHED_WORDS),
    file,
    command: '',
  }
}

function warningText({ type, title, reason, status }: GraphNode): string {
  const what = type === 'option' ? 'option' : 'decision'
  const why = reason === '' ? '' : `: ${oneLine(reason, 300)}`
  return `Warning: this looks like the ${what} “${oneLine(title, 160)}”, which was ${status} earlier${why}.`
}

/** A text gets the warning below it; any other output becomes `{ output, warning }`. */
function withWarning(result: ToolResultPart, warning: string): ToolResultPart {
  if (result.error)
    return { ...result, error: { ...result.error, message: `${result.error.message}\n${warning}` } }
  const output: JsonValue =
    typeof result.output === 'string' ? `${result.output}\n\n${warning}` : { output: result.output, warning }
  return { ...result, output }
}
