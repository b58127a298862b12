import type { JsonValue } from './json.ts'
import type { AssistantMessage, ToolResultPart } from './messages.ts'
import type { ModelRequest } from './model.ts'

/** What hooks are told of the run. */
export interface HookContext {
  readonly runId: string
  readonly turn: number
  /** `provider/model` in use. */
  readonly model: string
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
 * `failed`; in a tool hook it becomes the call's `error` result. What they change is what is recorded, but
 * for requests, which are not recorded: keep `beforeModel` a pure function of its argument.
 */
export interface Hook {
  readonly beforeModel?: (request: ModelRequest, context: HookContext) => Maybe<ModelRequest>
  readonly afterModel?: (message: AssistantMessage, context: HookContext) => Maybe<AssistantMessage>
  readonly beforeTool?: (call: HookCall, context: HookContext) => Maybe<ToolOverride>
  readonly afterTool?: (result: ToolResultPart, context: HookContext) => Maybe<ToolResultPart>
}

type Maybe<T> = T | void | Promise<T | void>
