import type { Usage } from '@heddle/core'
import type { Attributes } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'

/** Tokens as attributes; parts of the whole (cached, reasoning) only where there were any. */
export function usageAttributes(usage: Usage): Attributes {
  return {
    [ATTR.inputTokens]: usage.inputTokens,
    [ATTR.outputTokens]: usage.outputTokens,
    ...(usage.cacheReadTokens > 0 ? { [ATTR.cacheReadTokens]: usage.cacheReadTokens } : {}),
    ...(usage.cacheWriteTokens > 0 ? { [ATTR.cacheWriteTokens]: usage.cacheWriteTokens } : {}),
    ...(usage.reasoningTokens > 0 ? { [ATTR.reasoningTokens]: usage.reasoningTokens } : {}),
  }
}
