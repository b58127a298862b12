import { actionHash, strictest } from './approvals.ts'
import type { ApprovalVerdict } from './approvals.ts'
import { messageOf } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart, ToolStatus } from './messages.ts'
import { toolsUnder } from './model-request.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { LoopContext } from './run-plan.ts'
import type { Validated } from './schema.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'

/** A call that may run: its tool is known and its arguments fit. */
export interface ReadyCall {
  readonly call: ToolCallPart
  readonly tool: Tool
  /** What validation made of the arguments. */
  readonly input: unknown
  /** True: a driver before this one began it, and beginning it again does no harm. */
  readonly isRepeat: boolean
}

/** What became of looking at a call: its result, without running it; or it may run, perhaps after a person was asked. */
export type PreparedCall =
  { readonly result: ToolResultPart } | { readonly ready: ReadyCall; readonly ask: AskedAction | null }

/** The exact action that a person is asked about. */
export interface AskedAction {
  readonly reason: string
  readonly input: JsonValue
  /** See `actionHash`. */
  readonly hash: string
}

/**
 * Finds the tool, validates the arguments, and asks the tool and the policy for their verdict. Never
 * throws or rejects. A promise only where there is something to wait for: most calls need neither an
 * asynchronous schema nor a person.
 */
export function prepareCall(context: LoopContext, call: ToolCallPart): PreparedCall | Promise<PreparedCall> {
  const tool = context.plan.agent.tools.get(call.name)
  if (!tool) return { result: failedResult(call, 'error', 'tool.unknown', unknownTool(context, call.name)) }
  if (call.inputError !== undefined) return { result: badInput(call, call.inputError) }
  try {
    const checked = tool.input.validate(call.input)
    if (!('then' in checked)) return admit(context, { call, tool }, checked)
    const admitted = checked.then((validated) => admit(context, { call, tool }, validated))
    return admitted.catch((thrown: unknown) => unusable(call, thrown))
  } catch (thrown) {
    return unusable(call, thrown)
  }
}

function unusable(call: ToolCallPart, thrown: unknown): PreparedCall {
  const message = `The call was not run: ${messageOf(thrown)}`
  return { result: failedResult(call, 'error', 'tool.bad_input', message) }
}

function admit(
  context: LoopContext,
  { call, tool }: Pick<ReadyCall, 'call' | 'tool'>,
  checked: Validated,
): PreparedCall | Promise<PreparedCall> {
  if ('problem' in checked) return { result: badInput(call, checked.problem) }
  const ready = { call, tool, input: checked.value, isRepeat: context.state.begun.has(call.callId) }
  if (ready.isRepeat) return repeatOf(context, ready)
  const isJudged = context.plan.agent.definition.approval ?? tool.approval
  if (!isJudged) return { ready, ask: null }
  return judged(context, ready).catch((thrown: unknown) => unusable(call, thrown))
}

async function judged(context: LoopContext, ready: ReadyCall): Promise<PreparedCall> {
  const verdict = await verdictOn(context, ready)
  if (verdict === 'run') return { ready, ask: null }
  if ('deny' in verdict) return { result: deniedResult(ready.call, verdict.deny) }
  const input = toJsonValue(ready.input)
  return { ready, ask: { reason: verdict.ask, input, hash: await actionHash(ready.tool.name, input) } }
}

/** The driver died while the call ran. Only a tool that says so runs again. */
function repeatOf(context: LoopContext, ready: ReadyCall): PreparedCall {
  if (context.state.begun.get(ready.call.callId) !== 'once') return { ready, ask: null }
  const why =
    'the program died while it ran; it may or may not have taken effect, so look before you repeat it'
  return { result: interruptedResult(ready.call, why) }
}

async function verdictOn(context: LoopContext, { call, tool, input }: ReadyCall): Promise<ApprovalVerdict> {
  const { approval } = context.plan.agent.definition
  const { runId } = context.plan
  const { callId } = call
  const { turn } = context.state
  try {
    return strictest([
      tool.approval ? await tool.approval(input, { runId, callId, turn }) : 'run',
      approval
        ? await approval.review({ runId, callId, turn, tool: tool.name, input: toJsonValue(input) })
        : 'run',
    ])
  } catch (thrown) {
    return { deny: `the approval check failed (${messageOf(thrown)})` }
  }
}

export function deniedResult(call: ToolCallPart, why: string): ToolResultPart {
  return failedResult(call, 'denied', 'tool.denied', `The call was not run, because it was denied: ${why}.`)
}

/** The result of a call whose arguments do not fit. */
export function badInput(call: ToolCallPart, problem: string): ToolResultPart {
  const message = `The call was not run: ${problem}. Correct the arguments and call again.`
  return failedResult(call, 'error', 'tool.bad_input', message)
}

/** The result of a call that went well. */
export function okResult({ callId, name }: ToolCallPart, output: JsonValue): ToolResultPart {
  return { type: 'tool-result', callId, name, status: 'ok', output }
}

/** The result of a call that did not go well, with words for the model. */
export function failedResult(
  call: Pick<ToolCallPart, 'callId' | 'name'>,
  status: ToolStatus,
  code: ErrorCode,
  message: string,
): ToolResultPart {
  const error = { code, message, retryable: false }
  return { type: 'tool-result', callId: call.callId, name: call.name, status, output: null, error }
}

function unknownTool(context: LoopContext, name: string): string {
  const known = toolsUnder(context.plan.agent, context.state.compaction)
    .map((spec) => spec.name)
    .join(', ')
  return `There is no tool named "${name}"; ${known === '' ? 'no tools are on offer' : `the tools are ${known}`}.`
}
