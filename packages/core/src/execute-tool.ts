import { ABORTED, abortable, settleWithin } from './abortable.ts'
import { isAgentError, messageOf } from './errors.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import { failedResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { LoopContext } from './run-plan.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'

/** How long a tool may take to clean up after an abort before the run ends without it. */
const ABORT_GRACE_MS = 1_000

/** Where a running tool's progress goes; resolves when it was taken, so a fast tool waits for a slow reader. */
export type ReportProgress = (value: JsonValue) => Promise<void>

/**
 * Runs one call until it settles, its time is over, or the run is aborted, whichever is first. Never
 * throws: whatever happens becomes the result that the model reads.
 */
export async function executeTool(
  context: LoopContext,
  ready: ReadyCall,
  report: ReportProgress,
): Promise<ToolResultPart> {
  const { tool, call } = ready
  const { runtime } = context.plan.agent
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted before it began')
  const own = new AbortController()
  const passAbort = (): void => own.abort(context.signal.reason)
  context.signal.addEventListener('abort', passAbort, { once: true })
  const forgetTimer =
    tool.timeoutMs === null ? null : runtime.setTimer(() => own.abort(ABORTED), tool.timeoutMs)
  const work = settle(context, ready, own.signal, report)
  try {
    const output = await abortable(work, own.signal)
    return { type: 'tool-result', callId: call.callId, name: call.name, status: 'ok', output }
  } catch (thrown) {
    if (!own.signal.aborted) return thrownResult(call, thrown)
    if (!context.signal.aborted) return failedResult(call, 'timeout', 'tool.timeout', timedOut(tool))
    await settleWithin(work, ABORT_GRACE_MS, runtime)
    return interruptedResult(call, 'the run was aborted while it ran')
  } finally {
    forgetTimer?.()
    context.signal.removeEventListener('abort', passAbort)
  }
}

async function settle(
  context: LoopContext,
  { tool, call, input }: ReadyCall,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<JsonValue> {
  const { runId } = context.plan
  const { callId } = call
  const output = tool.execute(input, {
    signal,
    runId,
    callId,
    turn: context.state.turn,
    idempotencyKey: callId,
  })
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
  const code = isAgentError(thrown) ? thrown.code : 'tool.failed'
  return failedResult(call, 'error', code, messageOf(thrown))
}

function timedOut(tool: Tool): string {
  return `The tool did not finish within ${(tool.timeoutMs ?? 0) / 1_000} s and was given up; its effects may be partial.`
}
