import { google } from '@heddle/providers/google'
import type { Candidate } from '../clients/candidate.ts'
import { drainModel } from './drain-model.ts'

export const answer: Candidate = drainModel(({ model, baseUrl }) =>
  google({ model, baseUrl, apiKey: 'none' }),
)
