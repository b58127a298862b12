import { ABORTED, abortable, settleWithin } from './abortable.ts'
import { callLimits } from './call-limits.ts'
import type { CallLimits } from './call-limits.ts'
import { childRuns } from './child-runs.ts'
import type { ChildPaused, ChildRuns } from './child-runs.ts'
import { isAgentError, messageOf } from './errors.ts'
import type { JsonValue } from './json.ts'
import type { ToolCallPart, ToolResultPart } from './messages.ts'
import { failedResult, okResult } from './prepare-call.ts'
import type { ReadyCall } from './prepare-call.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { EventDraft } from './event-draft.ts'
import type { LoopContext } from './run-plan.ts'
import { toJsonValue } from './tool.ts'
import type { Tool } from './tool.ts'
import { afterTool, beforeTool } from './tool-hooks.ts'

/** How long a tool may take to clean up after an abort before the run ends without it. */
const ABORT_GRACE_MS = 1_000

/** What a running call may tell. */
export interface TellOfCall {
  /** Resolves when it was taken, so that a fast tool waits for a slow reader. */
  readonly progress: (value: JsonValue) => Promise<void>
  readonly event: (event: EventDraft) => void
}

/** A call being served. */
interface Serving {
  readonly context: LoopContext
  readonly ready: ReadyCall
  readonly limits: CallLimits
  readonly tell: TellOfCall
  /** Made when the tool first asks for it. */
  children: ChildRuns | null
}

/**
 * Runs one call until it settles, its time is over, or the run is aborted, whichever is first; the runs it
 * began are wound up by then. Never throws or rejects: whatever happens becomes the result that the model reads,
 * unless a child run waits for people. A promise only where something is waited for: many tools answer at once.
 */
export function executeTool(
  context: LoopContext,
  ready: ReadyCall,
  tell: TellOfCall,
): ToolResultPart | Promise<ToolResultPart | ChildPaused> {
  const { tool, call } = ready
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted before it began')
  const limits = callLimits(context, tool.timeoutMs)
  const serving: Serving = { context, ready, limits, tell, children: null }
  const { hooks } = context.plan.agent.definition
  try {
    const begun = hooks ? beginWithHooks(serving) : begin(serving, ready.input)
    if (isPending(begun) || serving.children) return finish(serving, outputOf(serving, begun))
    return atOnce(serving, okResult(call, outputJson(begun)))
  } catch (thrown) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passes on what was thrown
    if (serving.children) return finish(serving, Promise.reject(thrown))
    return atOnce(serving, failureOf(serving, thrown))
  }
}

function atOnce({ limits }: Serving, result: ToolResultPart): ToolResultPart {
  limits.disarm()
  return result
}

async function finish(serving: Serving, output: Promise<JsonValue>): Promise<ToolResultPart | ChildPaused> {
  const { context, limits } = serving
  try {
    const result = await resultOf(serving, output)
    await serving.children?.settled()
    const paused = serving.children?.paused() ?? null
    if (context.signal.aborted) return result
    return paused ?? (await afterTool(context, result))
  } finally {
    limits.disarm()
  }
}

/** Never throws. */
async function resultOf(serving: Serving, output: Promise<JsonValue>): Promise<ToolResultPart> {
  try {
    return okResult(serving.ready.call, await output)
  } catch (thrown) {
    return failureOf(serving, thrown)
  }
}

function failureOf({ context, ready }: Serving, thrown: unknown): ToolResultPart {
  const { tool, call } = ready
  if (context.signal.aborted) return interruptedResult(call, 'the run was aborted while it ran')
  return thrown === ABORTED
    ? failedResult(call, 'timeout', 'tool.timeout', timedOut(tool))
    : thrownResult(call, thrown)
}

/** @throws What the tool throws; {@link ABORTED} when its time is over or the run was aborted. */
async function outputOf({ context, limits, tell }: Serving, begun: unknown): Promise<JsonValue> {
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

function begin(serving: Serving, input: unknown): unknown {
  const { context, limits, tell } = serving
  const { tool, call } = serving.ready
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
      serving.children ??= childRuns(context, { callId, signal: limits.signal, tell: tell.event })
      return serving.children.run
    },
  })
}

async function beginWithHooks(serving: Serving): Promise<unknown> {
  const { context, ready, limits, tell } = serving
  const override = await beforeTool(context, ready)
  // The call was given up while a hook thought about it.
  if (limits.signal.aborted) throw ABORTED
  if ('output' in override) return override.output
  const begun = begin(serving, override.input)
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
