import type { Candidate } from '../clients/candidate.ts'
import { fetchEvents } from './fetch-events.ts'

interface MessageEvent {
  readonly type: string
  readonly delta?: { readonly type?: string; readonly text?: string }
}

export const answer: Candidate = ({ baseUrl, model, prompt }, consumer) =>
  fetchEvents(
    {
      url: `${baseUrl}/v1/messages`,
      headers: { 'x-api-key': 'none', 'anthropic-version': '2023-06-01' },
      body: { model, max_tokens: 8_192, messages: [{ role: 'user', content: prompt }], stream: true },
    },
    (event) => {
      const { type, delta } = event as MessageEvent
      return type === 'content_block_delta' && delta?.type === 'text_delta' ? delta.text : undefined
    },
    consumer,
  )
