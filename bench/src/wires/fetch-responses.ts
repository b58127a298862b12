import type { Candidate } from '../clients/candidate.ts'
import { fetchEvents } from './fetch-events.ts'

interface ResponseEvent {
  readonly type: string
  readonly delta?: string
}

export const answer: Candidate = ({ baseUrl, model, prompt }, consumer) =>
  fetchEvents(
    {
      url: `${baseUrl}/responses`,
      headers: { authorization: 'Bearer none' },
      body: { model, input: prompt, stream: true, store: false },
    },
    (event) => {
      const { type, delta } = event as ResponseEvent
      return type === 'response.output_text.delta' ? delta : undefined
    },
    consumer,
  )
