import { compatible } from '@heddle/providers/compatible'
import type { Candidate } from '../clients/candidate.ts'
import { drainModel } from './drain-model.ts'

export const answer: Candidate = drainModel(({ model, baseUrl }) =>
  compatible({ provider: 'bench', model, baseUrl, apiKey: 'none' }),
)
