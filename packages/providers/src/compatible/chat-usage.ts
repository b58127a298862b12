import type { Usage } from '@heddle/core'
import { isCount, tokenCount } from '../wire/token-count.ts'
import type { ChatUsage } from './chat-chunk.ts'

/**
 * Neutral token counts; `null` when nothing was counted, because 0 would be a price. xAI and Google leave the
 * reasoning out of `completion_tokens` but not out of `total_tokens`, so the larger of the two readings is the output.
 */
export function usageOf(usage: ChatUsage): Usage | null {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage
  if (![usage.prompt_tokens, usage.completion_tokens, usage.total_tokens].some(isCount)) return null
  const input = tokenCount(usage.prompt_tokens)
  return {
    inputTokens: input,
    outputTokens: Math.max(tokenCount(usage.completion_tokens), tokenCount(usage.total_tokens) - input),
    cacheReadTokens: tokenCount(
      prompt?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
    ),
    cacheWriteTokens: tokenCount(prompt?.cache_write_tokens),
    reasoningTokens: tokenCount(completion?.reasoning_tokens),
  }
}
