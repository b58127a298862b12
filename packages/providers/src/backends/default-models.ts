/**
 * Backends in the order in which their keys are looked for, and the model that a lone key stands for:
 * the vendor's current middle-sized one that can call tools. Perplexity is not here, because its models
 * call none. Names and order as of the catalogue's snapshot.
 */
export const DEFAULT_MODELS: readonly (readonly [string, string])[] = [
  ['anthropic', 'claude-sonnet-5'],
  ['openai', 'gpt-5.4'],
  ['google', 'gemini-3.5-flash'],
  ['openrouter', 'anthropic/claude-sonnet-5'],
  ['xai', 'grok-4.3'],
  ['deepseek', 'deepseek-v4-pro'],
  ['zai', 'glm-5.2'],
  ['mistral', 'mistral-medium-latest'],
  ['groq', 'openai/gpt-oss-120b'],
  ['cerebras', 'gpt-oss-120b'],
  ['together', 'zai-org/GLM-5.2'],
  ['fireworks', 'accounts/fireworks/models/glm-5p2'],
  ['nvidia', 'nvidia/nemotron-3-ultra-550b-a55b'],
  ['cohere', 'command-a-plus-05-2026'],
]
