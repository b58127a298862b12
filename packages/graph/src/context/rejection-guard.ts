import { ToolError, isAgentError } from '@heddle/core'
import type { Hook, HookCall, JsonValue, ToolResultPart } from '@heddle/core'
import { readCall } from '../capture/read-call.ts'
import { oneLine } from '../capture/one-line.ts'
import type { DecisionGraph, SearchHit } from '../decision-graph.ts'
import type { GraphNode } from '../model.ts'
import { isSamePath } from './relevance.ts'
import { searchWords, shareOf, significantWords } from './words.ts'

/** What {@link rejectionGuard} may be told. */
export interface GuardOptions {
  /** `warn` (default) lets the call run and adds the warning to its result; `deny` refuses the call, once. */
  readonly mode?: 'warn' | 'deny'
}

/**
 * Which part of a rejection's title has to stand in a call, by its significant words. Lower where the call also
 * touches one of its files. With fewer words than `FEWEST_WORDS` in common, everything would match something.
 * Tuned on the cases of `rejection-guard.test.ts`.
 */
const SAME_WORDS = 0.6
const SAME_WORDS_AND_FILE = 0.4
const FEWEST_WORDS = 2
const LOOKED_AT = 12
const SEARCHED_WORDS = 12
/** Whole files are written too; what they are about stands at the beginning. */
const MOST_CHARS = 8_000
const MOST_RUNS = 256

/**
 * A hook that warns an agent that is about to do what was ruled out: an edit, a command or a plan that matches
 * a rejected option, or a decision that was superseded or abandoned, by words and files. The warning gives the
 * reason, so that the agent can do something else, or say what has changed. Each rejection is named at most
 * once in a run (once more after a resume in another process). Reading and searching is never held up, and a
 * graph that cannot be read warns of nothing.
 */
export function rejectionGuard(graph: DecisionGraph, { mode = 'warn' }: GuardOptions = {}): Hook {
  const told = new Map<string, Set<string>>()
  const warnings = new Map<string, string>()

  const warningFor = async (call: HookCall, runId: string): Promise<string> => {
    const known = told.get(runId) ?? new Set()
    const repeated = (await repeatedRejections(graph, call)).filter(({ id }) => !known.has(id))
    if (repeated.length === 0) return ''
    for (const { id } of repeated) known.add(id)
    told.delete(runId)
    told.set(runId, known)
    if (told.size > MOST_RUNS) told.delete([...told.keys()][0] ?? '')
    return repeated.map(warningText).join('\n')
  }
  return {
    async beforeTool(call, { runId }) {
      const warning = await warningFor(call, runId)
      if (warning === '') return
      if (mode === 'warn') warnings.set(call.callId, warning)
      else
        throw new ToolError(
          'tool.denied',
          `${warning}\nThe call was not run. Do it another way; if the reason no longer holds, say why and call again.`,
        )
    },
    afterTool(result) {
      const warning = warnings.get(result.callId)
      if (warning === undefined) return
      warnings.delete(result.callId)
      return withWarning(result, warning)
    },
  }
}

/** What was ruled out and a call would do again; most alike first. */
async function repeatedRejections(graph: DecisionGraph, call: HookCall): Promise<GraphNode[]> {
  const { text, files } = aboutCall(call)
  const words = searchWords(text, SEARCHED_WORDS)
  if (words === '') return []
  const there = new Set(significantWords(text))
  const hits = await searchRuledOut(graph, words)
  return hits.map(({ node }) => node).filter((node) => isAgain(node, there, files))
}

async function searchRuledOut(graph: DecisionGraph, words: string): Promise<SearchHit[]> {
  try {
    return await graph.search(words, {
      types: ['option', 'decision'],
      statuses: ['rejected', 'superseded', 'abandoned'],
      limit: LOOKED_AT,
    })
  } catch (thrown) {
    // A graph that cannot be read warns of nothing; it is no reason to stop the work.
    if (isAgentError(thrown)) return []
    throw thrown
  }
}

function isAgain(node: GraphNode, there: ReadonlySet<string>, files: readonly string[]): boolean {
  const wanted = significantWords(node.title)
  const isSameFile = node.files.some((file) => files.some((named) => isSamePath(file, named)))
  const shared = wanted.filter((word) => there.has(word)).length
  if (shared < Math.min(FEWEST_WORDS, wanted.length)) return false
  // A title of one word is no match by itself.
  if (wanted.length < FEWEST_WORDS && !isSameFile) return false
  return shareOf(wanted, there) >= (isSameFile ? SAME_WORDS_AND_FILE : SAME_WORDS)
}

function aboutCall({ tool, input }: HookCall): { readonly text: string; readonly files: readonly string[] } {
  const call = readCall(tool, input)
  switch (call.kind) {
    case 'edit':
      return { text: `${call.file}\n${call.newText.slice(0, MOST_CHARS)}`, files: [call.file] }
    case 'command':
      return { text: call.command.slice(0, MOST_CHARS), files: [] }
    case 'plan':
      return { text: call.steps.join('\n').slice(0, MOST_CHARS), files: [] }
    case 'question':
    case 'logged':
    case 'other':
      return { text: '', files: [] }
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
