import { ConfigError } from '@heddle/core'
import { nearestName } from './nearest-name.ts'

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
  ['lm-studio', 'lms'],
  ['llama-cpp', 'llama.cpp'],
  ['togetherai', 'together'],
  ['together-ai', 'together'],
  ['fireworks-ai', 'fireworks'],
  ['pplx', 'perplexity'],
  ['sonar', 'perplexity'],
  ['command', 'cohere'],
  ['azure-openai', 'azure'],
])

/**
 * The error for a provider that nobody knows: `config.unknown_provider`, with the name that was meant where there is one
 * that is written much like it, or is another name of it (`grok` for `xai`), and all that there are.
 *
 * @param known - The names to choose from, in any order.
 */
export function unknownProvider(provider: string, known: readonly string[]): ConfigError {
  const nearest = OTHER_NAMES.get(provider) ?? nearestName(provider, known)
  const guess = nearest === null ? '' : `did you mean "${nearest}"? `
  return new ConfigError(
    'config.unknown_provider',
    `Unknown provider "${provider}": ${guess}Known are ${known.toSorted().join(', ')}`,
  )
}
