/**
 * Names of the GenAI semantic conventions, which are in development and keep no constants package up to date.
 * Source: https://github.com/open-telemetry/semantic-conventions-genai, `docs/gen-ai`, read in November 2026.
 */
export const ATTR = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentName: 'gen_ai.agent.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  toolName: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  instructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  errorType: 'error.type',
  // Ours: the conventions have no word for these.
  runId: 'heddle.run.id',
  parentRunId: 'heddle.parent.run_id',
  parentCallId: 'heddle.parent.call_id',
  stop: 'heddle.run.stop',
  turn: 'heddle.turn',
  costMicroUsd: 'heddle.cost_micro_usd',
  attempt: 'heddle.attempt',
  delayMs: 'heddle.delay_ms',
  modelFrom: 'heddle.model.from',
  modelTo: 'heddle.model.to',
  tokensBefore: 'heddle.context.tokens_before',
  tokensAfter: 'heddle.context.tokens_after',
  childRunId: 'heddle.child.run_id',
  approvalDecision: 'heddle.approval.decision',
} as const

/** `gen_ai.operation.name` of the three kinds of span. */
export const OPERATION = { agent: 'invoke_agent', chat: 'chat', tool: 'execute_tool' } as const
