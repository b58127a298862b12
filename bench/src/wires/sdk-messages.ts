import Anthropic from '@anthropic-ai/sdk'
import type { Candidate } from '../clients/candidate.ts'

export const answer: Candidate = async ({ baseUrl, model, prompt }, consumer) => {
  const client = new Anthropic({ apiKey: 'none', baseURL: baseUrl })
  const stream = await client.messages.create({
    model,
    max_tokens: 8_192,
    messages: [{ role: 'user', content: prompt }],
    stream: true,
  })
  for await (const event of stream) {
    if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue
    const pause = consumer.onText(event.delta.text)
    if (pause !== undefined) await pause
  }
  consumer.onTurn()
}
