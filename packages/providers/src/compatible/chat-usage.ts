import type { Usage } from '@heddle/core'
import type { ChatUsage } from './chat-chunk.ts'

/**
 * Neutral token counts. xAI and Google leave the reasoning out of `completion_tokens` but not out of
 * `total_tokens`, so the larger of the two readings is the output.
 */
export function usageOf(usage: ChatUsage): Usage {
  const input = usage.prompt_tokens ?? 0
  const output = usage.completion_tokens ?? 0
  return {
    inputTokens: input,
    outputTokens: Math.max(output, (usage.total_tokens ?? 0) - input),
    cacheReadTokens:
      usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens ?? 0,
    cacheWriteTokens: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  }
}
