import { ABORTED, abortable, settleWithin } from './abortable.ts'
import { isAgentError, messageOf, toErrorJson } from './errors.ts'
import type { ErrorCode, ErrorJson } from './errors.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart, ToolStatus } from './messages.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { LoopContext } from './run-plan.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'

/** How long a tool may take to clean up after an abort before the run ends without it. */
const ABORT_GRACE_MS = 1_000

/** Where a running tool's progress goes; resolves when it was taken, so a fast tool waits for a slow reader. */
export type ReportProgress = (value: JsonValue) => Promise<void>

/** Serves one call. Never throws: whatever happens becomes the result that the model reads. */
export async function executeTool(
  context: LoopContext,
  call: ToolCallPart,
  report: ReportProgress,
): Promise<ToolResultPart> {
  const tool = context.plan.agent.tools.get(call.name)
  if (!tool) return failure(call, 'error', 'tool.unknown', unknownTool(context, call.name))
  if (call.inputError !== undefined) return badInput(call, call.inputError)
  try {
    const checked = await tool.input.validate(call.input)
    if ('problem' in checked) return badInput(call, checked.problem)
    return await runWithin(context, { tool, call, input: checked.value }, report)
  } catch (thrown) {
    return thrownResult(call, thrown)
  }
}

interface ToolRun {
  readonly tool: Tool
  readonly call: ToolCallPart
  readonly input: unknown
}

/** Runs the tool until it settles, its time is over, or the run is aborted, whichever is first. */
async function runWithin(
  context: LoopContext,
  toolRun: ToolRun,
  report: ReportProgress,
): Promise<ToolResultPart> {
  const { tool, call, input } = toolRun
  const { runtime } = context.plan.agent
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted before it began')
  const own = new AbortController()
  const passAbort = (): void => own.abort(context.signal.reason)
  context.signal.addEventListener('abort', passAbort, { once: true })
  const forgetTimer =
    tool.timeoutMs === null ? null : runtime.setTimer(() => own.abort(ABORTED), tool.timeoutMs)
  const work = settle(tool, input, { context, call, signal: own.signal, report })
  try {
    const output = await abortable(work, own.signal)
    return { type: 'tool-result', callId: call.callId, name: call.name, status: 'ok', output }
  } catch (thrown) {
    if (!own.signal.aborted) return thrownResult(call, thrown)
    if (!context.signal.aborted) return failure(call, 'timeout', 'tool.timeout', timedOut(tool))
    await settleWithin(work, ABORT_GRACE_MS, runtime)
    return interruptedResult(call, 'the run was aborted while it ran')
  } finally {
    forgetTimer?.()
    context.signal.removeEventListener('abort', passAbort)
  }
}

interface ToolEnvironment {
  readonly context: LoopContext
  readonly call: ToolCallPart
  readonly signal: AbortSignal
  readonly report: ReportProgress
}

async function settle(tool: Tool, input: unknown, environment: ToolEnvironment): Promise<JsonValue> {
  const { context, call, signal, report } = environment
  const { runId } = context.plan
  const output = tool.execute(input, { signal, runId, callId: call.callId, turn: context.state.turn })
  return outputJson(isGenerator(output) ? await drain(output, signal, report) : await output)
}

type AnyGenerator = Generator | AsyncGenerator

function isGenerator(value: unknown): value is AnyGenerator {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  )
}

/** Yields are progress, the return value is the result; after an abort the generator is closed instead of pulled. */
async function drain(generator: AnyGenerator, signal: AbortSignal, report: ReportProgress): Promise<unknown> {
  for (;;) {
    const step = await generator.next()
    if (step.done) return step.value
    if (!signal.aborted) await report(outputJson(step.value))
    if (signal.aborted) return (await generator.return(undefined)).value
  }
}

/** Most results are text, which needs no round trip through JSON. */
function outputJson(value: unknown): JsonValue {
  return typeof value === 'string' ? value : toJsonValue(value)
}

function thrownResult(call: ToolCallPart, thrown: unknown): ToolResultPart {
  const error = isAgentError(thrown) ? toErrorJson(thrown) : null
  return failure(call, 'error', error?.code ?? 'tool.failed', error?.message ?? messageOf(thrown))
}

function badInput(call: ToolCallPart, problem: string): ToolResultPart {
  return failure(
    call,
    'error',
    'tool.bad_input',
    `The call was not run: ${problem}. Correct the arguments and call again.`,
  )
}

function failure(call: ToolCallPart, status: ToolStatus, code: ErrorCode, message: string): ToolResultPart {
  const error: ErrorJson = { code, message, retryable: false }
  return { type: 'tool-result', callId: call.callId, name: call.name, status, output: null, error }
}

function unknownTool(context: LoopContext, name: string): string {
  const known = [...context.plan.agent.tools.keys()].join(', ')
  return `There is no tool named "${name}"; ${known === '' ? 'no tools are on offer' : `the tools are ${known}`}.`
}

function timedOut(tool: Tool): string {
  return `The tool did not finish within ${(tool.timeoutMs ?? 0) / 1_000} s and was given up; its effects may be partial.`
}
