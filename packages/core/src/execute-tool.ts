import { ABORTED, abortable, settleWithin } from './abortable.ts'
import { ChildPaused, childRunner } from './child-runs.ts'
import { isAgentError, messageOf } from './errors.ts'
import type { ToolOverride } from './hooks.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import { hookContext } from './model-request.ts'
import { failedResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { EventDraft, LoopContext } from './run-plan.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'

/** How long a tool may take to clean up after an abort before the run ends without it. */
const ABORT_GRACE_MS = 1_000

/** What a running call may tell. */
export interface TellOfCall {
  /** Resolves when it was taken, so that a fast tool waits for a slow reader. */
  readonly progress: (value: JsonValue) => Promise<void>
  readonly event: (event: EventDraft) => void
}

/**
 * Runs one call until it settles, its time is over, or the run is aborted, whichever is first. Never
 * throws: whatever happens becomes the result that the model reads, unless a child run waits for people.
 */
export async function executeTool(
  context: LoopContext,
  ready: ReadyCall,
  tell: TellOfCall,
): Promise<ToolResultPart | ChildPaused> {
  const { tool, call } = ready
  const { runtime } = context.plan.agent
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted before it began')
  const own = new AbortController()
  const passAbort = (): void => own.abort(context.signal.reason)
  context.signal.addEventListener('abort', passAbort, { once: true })
  const forgetTimer =
    tool.timeoutMs === null ? null : runtime.setTimer(() => own.abort(ABORTED), tool.timeoutMs)
  const work = settle(context, ready, own.signal, tell)
  try {
    const output = await abortable(work, own.signal)
    return await afterTool(context, {
      type: 'tool-result',
      callId: call.callId,
      name: call.name,
      status: 'ok',
      output,
    })
  } catch (thrown) {
    if (thrown instanceof ChildPaused) return thrown
    if (!context.signal.aborted) {
      const failed = own.signal.aborted
        ? failedResult(call, 'timeout', 'tool.timeout', timedOut(tool))
        : thrownResult(call, thrown)
      return await afterTool(context, failed)
    }
    await settleWithin(work, ABORT_GRACE_MS, runtime)
    return interruptedResult(call, 'the run was aborted while it ran')
  } finally {
    forgetTimer?.()
    context.signal.removeEventListener('abort', passAbort)
  }
}

async function settle(
  context: LoopContext,
  ready: ReadyCall,
  signal: AbortSignal,
  tell: TellOfCall,
): Promise<JsonValue> {
  const { tool, call } = ready
  const { callId } = call
  const override = context.plan.agent.definition.hooks ? await beforeTool(context, ready) : null
  if (override && 'output' in override) return override.output
  const output = tool.execute(override ? override.input : ready.input, {
    signal,
    runId: context.plan.runId,
    callId,
    turn: context.state.turn,
    idempotencyKey: callId,
    transcript: () => context.state.messages,
    runChild: childRunner(context, { callId, signal, tell: tell.event }),
  })
  return outputJson(isGenerator(output) ? await drain(output, signal, tell.progress) : await output)
}

async function beforeTool(context: LoopContext, { call, tool, input }: ReadyCall): Promise<ToolOverride> {
  let current = input
  for (const hook of context.plan.agent.definition.hooks ?? []) {
    const proposed = { callId: call.callId, tool: tool.name, input: current }
    const said = await hook.beforeTool?.(proposed, hookContext(context))
    if (said && 'output' in said) return said
    if (said) current = said.input
  }
  return { input: current }
}

async function afterTool(context: LoopContext, result: ToolResultPart): Promise<ToolResultPart> {
  let current = result
  try {
    for (const hook of context.plan.agent.definition.hooks ?? []) {
      current = (await hook.afterTool?.(current, hookContext(context))) ?? current
    }
    return current
  } catch (thrown) {
    return failedResult(result, 'error', 'tool.failed', messageOf(thrown))
  }
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
async function drain(
  generator: AnyGenerator,
  signal: AbortSignal,
  report: TellOfCall['progress'],
): Promise<unknown> {
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
