import { languageModelContract } from '@heddle/testkit/contracts'
import { google } from '../../src/google.ts'

languageModelContract('google', 'google', ({ provider, model }) =>
  google({ model, baseUrl: provider.googleBaseUrl, apiKey: 'test' }),
)
