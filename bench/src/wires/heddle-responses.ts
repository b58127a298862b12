import { openai } from '@heddle/providers/openai'
import type { Candidate } from '../clients/candidate.ts'
import { drainModel } from './drain-model.ts'

export const answer: Candidate = drainModel(({ model, baseUrl }) =>
  openai({ model, baseUrl, apiKey: 'none' }),
)
