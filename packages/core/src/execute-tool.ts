import { ABORTED, abortable, settleWithin } from './abortable.ts'
import { callLimits } from './call-limits.ts'
import type { CallLimits } from './call-limits.ts'
import { ChildPaused, childRunner } from './child-runs.ts'
import { isAgentError, messageOf } from './errors.ts'
import type { ToolOverride } from './hooks.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import { hookContext } from './model-request.ts'
import { failedResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
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
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted before it began')
  const limits = callLimits(context, tool.timeoutMs)
  try {
    return await afterTool(context, okResult(call, await outputOf(context, ready, limits, tell)))
  } catch (thrown) {
    if (thrown instanceof ChildPaused) return thrown
    if (context.signal.aborted) return interruptedResult(call, 'the run was aborted while it ran')
    const isLate = thrown === ABORTED
    const failed = isLate
      ? failedResult(call, 'timeout', 'tool.timeout', timedOut(tool))
      : thrownResult(call, thrown)
    return await afterTool(context, failed)
  } finally {
    limits.disarm()
  }
}

/** @throws What the tool throws; {@link ABORTED} when its time is over or the run was aborted. */
async function outputOf(
  context: LoopContext,
  ready: ReadyCall,
  limits: CallLimits,
  tell: TellOfCall,
): Promise<JsonValue> {
  const begun = context.plan.agent.definition.hooks
    ? beginWithHooks(context, ready, limits, tell)
    : begin(context, ready, limits, tell)
  // Many tools answer at once, and need neither clock nor listener.
  if (!isPending(begun)) return outputJson(begun)
  limits.arm()
  const work = settle(begun, limits.signal, tell)
  try {
    return await abortable(work, limits.signal)
  } catch (thrown) {
    if (context.signal.aborted) await settleWithin(work, ABORT_GRACE_MS, context.plan.agent.runtime)
    throw thrown
  }
}

function begin(context: LoopContext, ready: ReadyCall, limits: CallLimits, tell: TellOfCall): unknown {
  const { tool, call, input } = ready
  const { callId } = call
  return tool.execute(input, {
    get signal() {
      return limits.signal
    },
    runId: context.plan.runId,
    callId,
    turn: context.state.turn,
    idempotencyKey: callId,
    transcript: () => context.state.messages,
    get runChild() {
      return childRunner(context, { callId, signal: limits.signal, tell: tell.event })
    },
  })
}

async function beginWithHooks(
  context: LoopContext,
  ready: ReadyCall,
  limits: CallLimits,
  tell: TellOfCall,
): Promise<unknown> {
  const override = await beforeTool(context, ready)
  if ('output' in override) return override.output
  const begun = begin(context, { ...ready, input: override.input }, limits, tell)
  return isPending(begun) ? settle(begun, limits.signal, tell) : begun
}

type AnyGenerator = Generator | AsyncGenerator

function isPending(value: unknown): value is PromiseLike<unknown> | AnyGenerator {
  return typeof value === 'object' && value !== null && ('then' in value || isGenerator(value))
}

function isGenerator(value: object): value is AnyGenerator {
  return 'next' in value && (Symbol.asyncIterator in value || Symbol.iterator in value)
}

async function settle(
  begun: PromiseLike<unknown> | AnyGenerator,
  signal: AbortSignal,
  tell: TellOfCall,
): Promise<JsonValue> {
  return outputJson('then' in begun ? await begun : await drain(begun, signal, tell.progress))
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

function okResult({ callId, name }: ToolCallPart, output: JsonValue): ToolResultPart {
  return { type: 'tool-result', callId, name, status: 'ok', output }
}

function thrownResult(call: ToolCallPart, thrown: unknown): ToolResultPart {
  const code = isAgentError(thrown) ? thrown.code : 'tool.failed'
  return failedResult(call, 'error', code, messageOf(thrown))
}

function timedOut(tool: Tool): string {
  return `The tool did not finish within ${(tool.timeoutMs ?? 0) / 1_000} s and was given up; its effects may be partial.`
}
