import { ABORTED, abortable } from './abortable.ts'
import type { JsonValue } from './json.ts'
import type { AssistantMessage, ToolResultPart } from './messages.ts'
import type { ModelRequest } from './model.ts'

/** What hooks are told of the run. */
export interface HookContext {
  readonly runId: string
  readonly turn: number
  /** `provider/model` in use. */
  readonly model: string
  /** Aborts with the run. A hook that does not heed it is not waited for. */
  readonly signal: AbortSignal
}

/** A call about to run: validated, and allowed. */
export interface HookCall {
  readonly callId: string
  readonly tool: string
  /** What the tool will be given. */
  readonly input: unknown
}

/** What a `beforeTool` hook wants instead: other input, or this output without running the tool. */
export type ToolOverride = { readonly input: unknown } | { readonly output: JsonValue }

/**
 * Code around model and tool calls. Hooks run in the order they are listed, each with what the one before
 * made of the thing; returning nothing leaves it as it is. A throw in a model hook ends the run as
 * `failed`; in a tool hook it becomes the call's `error` result.
 *
 * What they make of messages and results is what is recorded. Requests are not recorded, and calls as the
 * model made them: keep `beforeModel` and `beforeTool` pure, so that a resumed run does the same. Other input
 * is neither validated nor shown to the person who allowed the call.
 */
export interface Hook {
  /** Before every attempt. The bound that a budget sets on the answer holds whatever the hook asks for. */
  readonly beforeModel?: (request: ModelRequest, context: HookContext) => Maybe<ModelRequest>
  /** After every answer that is not empty. Calls may be left out, or added with ids of their own. */
  readonly afterModel?: (message: AssistantMessage, context: HookContext) => Maybe<AssistantMessage>
  /** Once the call is recorded as started; again when a resumed run begins it again. */
  readonly beforeTool?: (call: HookCall, context: HookContext) => Maybe<ToolOverride>
  /** After every call that was begun, whatever came of it; the result keeps its call. */
  readonly afterTool?: (result: ToolResultPart, context: HookContext) => Maybe<ToolResultPart>
}

type Maybe<T> = T | void | Promise<T | void>

/** Carries what a model hook threw past the retries: asking the model again would not help. Never leaves core. */
export class HookFailure extends Error {
  constructor(cause: unknown) {
    super('A hook failed.', { cause })
  }
}

/** Asks a model hook. @throws HookFailure what it throws; {@link ABORTED} when the run is aborted meanwhile. */
export async function askHook<T>(signal: AbortSignal, ask: () => Maybe<T>): Promise<T | undefined> {
  try {
    return (await abortable(Promise.resolve(ask()), signal)) ?? undefined
  } catch (thrown) {
    throw thrown === ABORTED ? thrown : new HookFailure(thrown)
  }
}
