import { messageOf } from './errors.ts'
import { textOf, userMessage } from './messages.ts'
import type { ToolCallPart } from './messages.ts'
import type { OutputStrategy } from './output-strategy.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import type { CompiledSchema } from './schema.ts'
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
 * Looks at the end of a turn for the answer that the agent's `output` schema asks for.
 *
 * @returns An event that accepts or rejects it; `null` while the model is still at work.
 */
export async function judgeOutput(context: LoopContext): Promise<EventDraft | null> {
  const { output } = context.plan.agent
  const { turn, finish, calls, results } = context.state
  if (!output || finish === null || context.state.output) return null
  const { strategy, schema } = output
  const answered = calls.find(
    (call) => call.name === OUTPUT_TOOL && results.get(call.callId)?.status === 'ok',
  )
  if (answered) return judge(context, answered.input, strategy)
  if (calls.length > 0) return null
  if (finish === 'length' || finish === 'content-filter') return null
  const last = context.state.messages.at(-1)
  const found = jsonIn(last?.role === 'assistant' ? textOf(last) : '')
  if ('value' in found) return judge(context, found.value, strategy === 'tool' ? 'prompt' : strategy)
  const problem = strategy === 'tool' ? `you did not call ${OUTPUT_TOOL}` : found.problem
  return rejected(turn, problem, schema)
}

async function judge(context: LoopContext, value: unknown, by: OutputStrategy): Promise<EventDraft> {
  const { turn } = context.state
  const schema = context.plan.agent.output?.schema as CompiledSchema
  const checked = await schema.validate(value)
  if ('problem' in checked) return rejected(turn, checked.problem, schema)
  return { type: 'output.accepted', turn, output: value as ToolCallPart['input'], by }
}

function rejected(turn: number, problem: string, schema: CompiledSchema): EventDraft {
  const text = `Your answer cannot be used: ${problem}. Give it again so that it fits this JSON Schema:\n${JSON.stringify(schema.json)}`
  return { type: 'output.rejected', turn, problem, message: userMessage(text) }
}

/** True when the model has had its chances. */
export function isHopeless(repairs: number): boolean {
  return repairs > MAX_REPAIRS
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
