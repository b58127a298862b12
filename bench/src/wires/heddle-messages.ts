import { anthropic } from '@heddle/providers/anthropic'
import type { Candidate } from '../clients/candidate.ts'
import { drainModel } from './drain-model.ts'

export const answer: Candidate = drainModel(({ model, baseUrl }) =>
  anthropic({ model, baseUrl, apiKey: 'none' }),
)
