export { agent } from './make-agent.ts'
export type { Agent } from './agent.ts'
export type {
  AgentDefinition,
  FailureDecision,
  InstructionContext,
  ModelFailure,
  RetryPolicy,
  StepInfo,
} from './agent-definition.ts'
export type { ResumeOptions, Run, RunOptions, RunResult } from './run.ts'
export { session } from './session.ts'
export type { Session, SessionCallOptions, SessionOptions, SessionStream } from './session.ts'
export { runInbox } from './run-inbox.ts'
export type { RunInbox } from './run-inbox.ts'
export type { ApprovalAnswer, Letter, PostedLetter } from './letters.ts'
export { actionHash } from './approvals.ts'
export { canonicalJson } from './canonical-json.ts'
export type { ApprovalPolicy, ApprovalVerdict, ProposedCall, ToolApproval } from './approvals.ts'
export { tool, toJsonValue } from './tool.ts'
export type { Tool, ToolContext, ToolDefinition, ToolOutput } from './tool.ts'
export { compileSchema } from './schema.ts'
export type {
  CompiledSchema,
  InputOf,
  InputSchema,
  StandardIssue,
  StandardResult,
  StandardSchema,
  Validated,
} from './schema.ts'
export { assistantMessage, textOf, toolCallsOf, toolResultText, userMessage } from './messages.ts'
export type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  Message,
  OpaquePart,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolMessage,
  ToolResultPart,
  ToolStatus,
  UserMessage,
  UserPart,
} from './messages.ts'
export { agentTool } from './agent-tool.ts'
export type { AgentToolDefinition } from './agent-tool.ts'
export type { RunChild } from './run-child.ts'
export { recallTool } from './recall-tool.ts'
export { budget } from './budget.ts'
export type { Budget, Reservation } from './budget.ts'
export { fallback } from './fallback.ts'
export type { FallbackOptions, ModelChain } from './fallback.ts'
export { rateLimited, tokenBucket } from './rate-limit.ts'
export type { RateLimit, TokenBucket } from './rate-limit.ts'
export type { ContextParts, ContextPolicy } from './compact-context.ts'
export { viewOf } from './context-view.ts'
export type { Compaction } from './context-view.ts'
export { estimateMessageTokens, estimateTextTokens } from './token-estimate.ts'
export type { Hook, HookCall, HookContext, ToolOverride } from './hooks.ts'
export type { OutputStrategy } from './output-strategy.ts'
export { repairTranscript } from './repair-transcript.ts'
export { parseToolInput } from './parse-tool-input.ts'
export type { FinishReason, LanguageModel, ModelEvent, ModelInfo, ModelRequest, ToolSpec } from './model.ts'
export { EVENT_SCHEMA, isDurable } from './events.ts'
export type {
  ApprovalRequest,
  DurableEvent,
  ParentRun,
  RunEvent,
  RunLimits,
  RunEnd,
  RunRef,
  RunStop,
  Stamp,
  ToolEffect,
  TransientEvent,
} from './events.ts'
export { foldRun } from './run-state.ts'
export type { RunState } from './run-state.ts'
export type { RunLog } from './run-log.ts'
export { memoryRunLog } from './memory-run-log.ts'
export type { Sink } from './sink.ts'
export { arraySink, callbackSink, jsonLinesSink, queueSink } from './sinks.ts'
export type { ArraySink, QueueSink, QueueSinkOptions } from './sinks.ts'
export {
  AgentError,
  ConfigError,
  LogError,
  ModelError,
  ToolError,
  isAgentError,
  messageOf,
  toErrorJson,
} from './errors.ts'
export type { ErrorCode, ErrorJson, ErrorOptions } from './errors.ts'
export { ZERO_USAGE, addUsage, costMicroUsd } from './usage.ts'
export type { Price, Usage } from './usage.ts'
export { sleep, systemRuntime } from './runtime.ts'
export type { Runtime } from './runtime.ts'
export { isJsonObject } from './json.ts'
export type { JsonObject, JsonValue } from './json.ts'
