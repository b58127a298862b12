import { ConfigError } from '@heddle/core'

/** Names that people write for a backend that has another one here. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['claude', 'anthropic'],
  ['gpt', 'openai'],
  ['chatgpt', 'openai'],
  ['gemini', 'google'],
  ['vertex', 'google'],
  ['grok', 'xai'],
  ['x-ai', 'xai'],
  ['glm', 'zai'],
  ['zhipu', 'zai'],
  ['z-ai', 'zai'],
  ['lmstudio', 'lms'],
  ['lm-studio', 'lms'],
  ['llama.cpp', 'llamacpp'],
  ['llama-cpp', 'llamacpp'],
  ['togetherai', 'together'],
  ['together-ai', 'together'],
  ['fireworks-ai', 'fireworks'],
  ['nim', 'nvidia'],
  ['pplx', 'perplexity'],
  ['sonar', 'perplexity'],
])

/** The error for a provider that is not in the table: the nearest name, and all of them. */
export function unknownProvider(provider: string, known: readonly string[]): ConfigError {
  const nearest = OTHER_NAMES.get(provider) ?? nearestName(provider, known)
  const guess = nearest === null ? '' : `did you mean "${nearest}"? `
  return new ConfigError(
    'config.unknown_provider',
    `Unknown provider "${provider}": ${guess}Known are ${known.toSorted().join(', ')}`,
  )
}

/** The known name with the fewest changes, if these are few enough to be a slip of the finger. */
function nearestName(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const changes = editDistance(name, candidate)
    if (changes < fewest) {
      fewest = changes
      best = candidate
    }
  }
  return best
}

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
