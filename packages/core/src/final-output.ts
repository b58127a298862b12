import { AgentError, messageOf } from './errors.ts'
import { textOf, userMessage } from './messages.ts'
import type { ToolCallPart } from './messages.ts'
import type { OutputStrategy } from './output-strategy.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { badInput, deniedResult, okResult } from './prepare-call.ts'
import type { RunState } from './run-state.ts'
import type { CompiledSchema } from './schema.ts'
import { endedEvent } from './tool-pool.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'

/** The tool through which a model gives its structured answer. */
export const OUTPUT_TOOL = 'final_answer'
/** A model that twice does not mend its answer will not the third time. */
const MAX_REPAIRS = 2

/** The tool of the `tool` strategy: the arguments are the answer. */
export function outputTool(schema: CompiledSchema): Tool {
  return {
    name: OUTPUT_TOOL,
    description: 'Gives your final answer. Call it exactly once, when you are done; nothing comes after it.',
    input: schema,
    timeoutMs: null,
    runsAlone: false,
    effect: 'pure',
    approval: null,
    execute: () => 'Taken.',
  }
}

/** What a model is told in words; nothing for the native strategy. */
export function outputInstructions(strategy: OutputStrategy, schema: CompiledSchema): string {
  switch (strategy) {
    case 'native':
      return ''
    case 'tool':
      return `When you are done, give your final answer by calling the tool ${OUTPUT_TOOL}.`
    case 'prompt':
      return `Give your final answer as one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema.json)}`
    default:
      return strategy satisfies never
  }
}

/**
 * Looks at the end of a turn for the answer that the agent's `output` schema asks for. Calls of the output
 * tool get their results here: they are the answer, not something to be run, allowed or limited.
 *
 * @returns Events that accept or reject it; none while the model is still at work.
 * @throws AgentError `output.invalid` when what the schema makes of the answer is not JSON.
 */
export async function judgeOutput(context: LoopContext): Promise<readonly EventDraft[]> {
  const { output } = context.plan.agent
  const { turn, finish, calls, results, judged } = context.state
  if (!output || finish === null || context.state.output) return []
  const given = calls.filter((call) => call.name === OUTPUT_TOOL && !results.has(call.callId))
  if (output.strategy === 'tool' && given.length > 0) return judgeCalls(context, given)
  if (calls.length > 0 || judged === turn) return []
  if (finish === 'length' || finish === 'content-filter') return []
  return [await judgeText(context, output.strategy)]
}

/** The first call that fits is the answer. */
async function judgeCalls(context: LoopContext, calls: readonly ToolCallPart[]): Promise<EventDraft[]> {
  const ended: EventDraft[] = []
  let accepted: EventDraft | null = null
  let rejected: EventDraft | null = null
  for (const call of calls) {
    const found = call.inputError === undefined ? { value: call.input } : { problem: call.inputError }
    const verdict =
      'value' in found ? await judge(context, found.value, 'tool') : reject(context, found.problem)
    if (accepted) {
      ended.push(endedEvent(context, deniedResult(call, 'the answer was given by the call before')))
    } else if (verdict.type === 'output.accepted') {
      accepted = verdict
      ended.push(endedEvent(context, okResult(call, 'Taken.')))
    } else {
      rejected = verdict
      ended.push(endedEvent(context, badInput(call, verdict.problem)))
    }
  }
  return [...ended, ...[accepted ?? rejected].filter((event) => event !== null)]
}

function judgeText(context: LoopContext, strategy: OutputStrategy): Promise<Verdict> | Verdict {
  const last = context.state.messages.at(-1)
  const found = jsonIn(last?.role === 'assistant' ? textOf(last) : '')
  if ('value' in found) return judge(context, found.value, strategy === 'tool' ? 'prompt' : strategy)
  return reject(context, strategy === 'tool' ? `you did not call ${OUTPUT_TOOL}` : found.problem)
}

type Verdict = Extract<EventDraft, { type: 'output.accepted' | 'output.rejected' }>

async function judge(context: LoopContext, value: unknown, by: OutputStrategy): Promise<Verdict> {
  const checked = await schemaOf(context).validate(value)
  if ('problem' in checked) return reject(context, checked.problem)
  try {
    return { type: 'output.accepted', turn: context.state.turn, output: toJsonValue(checked.value), by }
  } catch (cause) {
    const message = `The output schema of agent "${context.plan.agent.name}" makes something of the answer that is not JSON: ${messageOf(cause)}`
    throw new AgentError('output.invalid', message, { cause })
  }
}

function reject(context: LoopContext, problem: string): Verdict {
  const text = `Your answer cannot be used: ${problem}. Give it again so that it fits this JSON Schema:\n${JSON.stringify(schemaOf(context).json)}`
  return { type: 'output.rejected', turn: context.state.turn, problem, message: userMessage(text) }
}

function schemaOf(context: LoopContext): CompiledSchema {
  return context.plan.agent.output?.schema as CompiledSchema
}

/** True when the model has had its chances, and every call of its last turn has a result. */
export function isHopeless({ repairs, calls, results }: RunState): boolean {
  return repairs > MAX_REPAIRS && results.size >= calls.length
}

/** The JSON of an answer: all of it, in a code fence, or from the first brace to the last. */
function jsonIn(text: string): { readonly value: unknown } | { readonly problem: string } {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)?.[1]
  const braced = text.slice(text.search(/[[{]/), Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1)
  let problem = 'it is not JSON'
  for (const candidate of [text, fenced, braced]) {
    if (candidate === undefined || candidate.trim() === '') continue
    try {
      return { value: JSON.parse(candidate) as unknown }
    } catch (thrown) {
      problem = `it is not JSON (${messageOf(thrown)})`
    }
  }
  return { problem }
}
