import { languageModelContract } from '@heddle/testkit/contracts'
import { anthropic } from '../src/anthropic.ts'
import { compatible } from '../src/compatible.ts'
import { models } from '../src/models.ts'

languageModelContract('compatible', 'openai', ({ provider, model }) =>
  compatible({ provider: 'fake', model, baseUrl: provider.openaiBaseUrl, apiKey: 'test' }),
)

languageModelContract('anthropic', 'anthropic', ({ provider, model }) =>
  anthropic({ model, baseUrl: provider.anthropicBaseUrl, apiKey: 'test' }),
)

languageModelContract('models, DeepSeek dialect', 'openai', ({ provider, model }) =>
  models(`deepseek/${model}`, {
    env: { DEEPSEEK_API_KEY: 'test', DEEPSEEK_BASE_URL: provider.openaiBaseUrl },
  }),
)
