import type { Candidate } from '../clients/candidate.ts'
import { fetchEvents } from './fetch-events.ts'

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

export const answer: Candidate = ({ baseUrl, model, prompt }, consumer) =>
  fetchEvents(
    {
      url: `${baseUrl}/chat/completions`,
      headers: { authorization: 'Bearer none' },
      body: {
        model,
        messages: [{ role: 'user', content: prompt }],
        stream: true,
        stream_options: { include_usage: true },
      },
    },
    (event) => (event as Chunk).choices[0]?.delta.content ?? undefined,
    consumer,
  )
