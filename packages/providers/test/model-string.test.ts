import { ConfigError } from '@heddle/core'
import { expect, test } from 'vitest'
import { parseModelString } from '../src/model-string.ts'

test.each([
  ['anthropic/claude-sonnet-5', 'anthropic', 'claude-sonnet-5'],
  ['openai:gpt-5.4', 'openai', 'gpt-5.4'],
  ['ollama:qwen3:8b', 'ollama', 'qwen3:8b'],
  ['ollama/qwen3:8b', 'ollama', 'qwen3:8b'],
  ['ollama:hf.co/org/model:Q4', 'ollama', 'hf.co/org/model:Q4'],
  ['fireworks/accounts/fireworks/models/kimi-k2p5', 'fireworks', 'accounts/fireworks/models/kimi-k2p5'],
  ['openrouter/anthropic/claude-sonnet-5', 'openrouter', 'anthropic/claude-sonnet-5'],
  ['openrouter:deepseek/deepseek-r1:free', 'openrouter', 'deepseek/deepseek-r1:free'],
  [' OpenAI/GPT-5.4 ', 'openai', 'GPT-5.4'],
])('takes %s apart at the first separator', (text, provider, model) => {
  expect(parseModelString(text)).toEqual({ provider, model })
})

test.each(['gpt-5.4', '', ' ', '/gpt-5.4', ':x', 'openai/', 'openai:'])(
  'refuses "%s" with an example',
  (text) => {
    expect(() => parseModelString(text)).toThrow(ConfigError)
    expect(() => parseModelString(text)).toThrow(
      `"${text.trim()}" is not a model string; write provider/model, such as anthropic/claude-sonnet-5 or ollama:qwen3:8b`,
    )
  },
)
