import { languageModelContract } from '@heddle/testkit/contracts'
import { openai } from '../../src/openai.ts'

languageModelContract('openai responses', 'responses', ({ provider, model }) =>
  openai({ model, baseUrl: provider.openaiBaseUrl, apiKey: 'test', keepsReasoning: true }),
)

languageModelContract('openai chat', 'openai', ({ provider, model }) =>
  openai({ api: 'chat', model, baseUrl: provider.openaiBaseUrl, apiKey: 'test' }),
)
