import type { Usage } from '@heddle/core'
import { isCount } from '../wire/token-count.ts'
import type { GenerateUsage } from './generate-chunk.ts'

/** Gathers the counts of one answer. */
export interface UsageCount {
  /** Later counts replace earlier ones, but a missing count does not. */
  take(usage: GenerateUsage): void
  /** @returns `null` when neither input nor output was ever counted. */
  total(): Usage | null
}

/** Thoughts are output, and what the vendor's own tools gave the model to read is input. */
export function usageCount(): UsageCount {
  let isCounted = false
  let prompt = 0
  let cached = 0
  let answer = 0
  let thoughts = 0
  let read = 0
  return {
    take(usage) {
      isCounted ||= isCount(usage.promptTokenCount) || isCount(usage.candidatesTokenCount)
      prompt = countOf(usage.promptTokenCount, prompt)
      cached = countOf(usage.cachedContentTokenCount, cached)
      answer = countOf(usage.candidatesTokenCount, answer)
      thoughts = countOf(usage.thoughtsTokenCount, thoughts)
      read = countOf(usage.toolUsePromptTokenCount, read)
    },
    total() {
      if (!isCounted) return null
      return {
        inputTokens: prompt + read,
        outputTokens: answer + thoughts,
        cacheReadTokens: cached,
        // The cache fills by itself, and nobody counts it.
        cacheWriteTokens: 0,
        reasoningTokens: thoughts,
      }
    },
  }
}

function countOf(count: unknown, known: number): number {
  return isCount(count) ? count : known
}
