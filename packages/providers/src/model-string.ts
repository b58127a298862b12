import { ConfigError } from '@heddle/core'

/** The two halves of a model string. */
export interface ModelName {
  /** In lower case. */
  readonly provider: string
  /** The vendor's name of the model, untouched; may hold more separators. */
  readonly model: string
}

/**
 * Takes `provider/model` or `provider:model` apart; the first `/` or `:` separates, so that
 * `ollama:qwen3:8b` and `openrouter/anthropic/claude-sonnet-5` mean what they say.
 *
 * @throws ConfigError `config.invalid` when there is no separator, or nothing on one side of it.
 */
export function parseModelString(text: string): ModelName {
  const trimmed = text.trim()
  const at = trimmed.search(/[/:]/)
  const model = trimmed.slice(at + 1)
  if (at <= 0 || model === '') {
    throw new ConfigError(
      'config.invalid',
      `"${trimmed}" is not a model string; write provider/model, such as anthropic/claude-sonnet-5 or ollama:qwen3:8b`,
    )
  }
  return { provider: trimmed.slice(0, at).toLowerCase(), model }
}
