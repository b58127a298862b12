import type { Candidate } from '../clients/candidate.ts'
import { fetchEvents } from './fetch-events.ts'

interface Chunk {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string }[] }
  }[]
}

export const answer: Candidate = ({ baseUrl, model, prompt }, consumer) =>
  fetchEvents(
    {
      url: `${baseUrl}/models/${model}:streamGenerateContent?alt=sse`,
      headers: { 'x-goog-api-key': 'none' },
      body: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
    },
    (event) => (event as Chunk).candidates?.[0]?.content?.parts?.[0]?.text,
    consumer,
  )
