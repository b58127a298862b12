import { isJsonObject, ModelError, ZERO_USAGE } from '@heddle/core'
import type { LanguageModel, ModelEvent, ModelRequest, ToolSpec } from '@heddle/core'
import { answerLines } from './answer.ts'
import { HOW_TO_CONNECT } from './help-text.ts'
import { parseIntent } from './intents.ts'
import { nextCalls } from './plan.ts'
import type { PlannedCall } from './plan.ts'
import { readTranscript } from './transcript.ts'

/** The planner's name in logs, messages and model strings. */
export const OFFLINE_MODEL_ID = 'heddle/offline'

/** Lines that leave in one batch: fine enough to see an answer grow, coarse enough for a long file. */
const LINES_PER_BATCH = 8

const ANNOUNCEMENT = `${OFFLINE_MODEL_ID} (rule-based planner, not a language model): to connect one, ${HOW_TO_CONNECT}.`

/**
 * A stand-in for a language model when there is neither a key nor a local server: rules that turn a
 * handful of questions (search, TODO comments, list, show, count, overview, a piped diff) into calls of
 * `grep`, `glob` and `read_file`, and their results into an answer. It changes no file, runs no command
 * and opens no connection. Its first answer in a conversation begins by saying what it is.
 *
 * @returns A model without state: everything comes from the request. Tokens and price are 0. It throws
 *   nothing but `model.aborted`.
 * @see docs/guide/offline.md
 */
export function offlineModel(): LanguageModel {
  return {
    id: OFFLINE_MODEL_ID,
    info: { contextWindow: null, maxOutputTokens: null, price: { input: 0, output: 0 } },
    // An async generator, though nothing is awaited: the port's stream may wait.
    async *stream(request, signal) {
      for (const batch of reply(request)) {
        if (signal.aborted) throw new ModelError('model.aborted', 'The request was aborted.')
        yield batch
      }
    },
  }
}

function* reply(request: ModelRequest): Generator<readonly ModelEvent[]> {
  const { prompt, rounds, isFirstAnswer } = readTranscript(request.messages, OFFLINE_MODEL_ID)
  const intent = parseIntent(prompt)
  const wanted = nextCalls(intent, rounds)
  const calls = wanted.filter((call) => isOffered(call, request.tools))
  if (calls.length > 0) {
    yield [...calls.map(callEvent), { type: 'finish', reason: 'tool-calls', usage: ZERO_USAGE }]
    return
  }
  const lines = wanted.length > 0 && rounds.length === 0 ? missingTools(wanted) : answerLines(intent, rounds)
  yield* textBatches(isFirstAnswer ? [ANNOUNCEMENT, '', ...lines] : lines)
  yield [{ type: 'finish', reason: 'stop', usage: ZERO_USAGE }]
}

function callEvent(call: PlannedCall, part: number): ModelEvent {
  return { type: 'tool.input.delta', part, name: call.name, text: JSON.stringify(call.input) }
}

/** True when there is a tool of that name that takes these arguments: another tool may have taken the name. */
function isOffered(call: PlannedCall, tools: readonly ToolSpec[]): boolean {
  const properties = tools.find((tool) => tool.name === call.name)?.inputSchema['properties']
  return isJsonObject(properties) && Object.keys(call.input).every((name) => name in properties)
}

function missingTools(wanted: readonly PlannedCall[]): string[] {
  const names = [...new Set(wanted.map((call) => `\`${call.name}\``))]
  return [
    `To answer that I need the tool ${names.join(' and ')}, which is not on offer here; allow it (see \`--tools\`) and ask again.`,
  ]
}

function* textBatches(lines: readonly string[]): Generator<readonly ModelEvent[]> {
  for (let at = 0; at < lines.length; at += LINES_PER_BATCH) {
    const end = at + LINES_PER_BATCH < lines.length ? '\n' : ''
    yield [{ type: 'text.delta', part: 0, text: lines.slice(at, at + LINES_PER_BATCH).join('\n') + end }]
  }
}
