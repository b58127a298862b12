import OpenAI from 'openai'
import type { Candidate } from '../clients/candidate.ts'

export const answer: Candidate = async ({ baseUrl, model, prompt }, consumer) => {
  const client = new OpenAI({ apiKey: 'none', baseURL: baseUrl })
  const stream = await client.responses.create({ model, input: prompt, stream: true, store: false })
  for await (const event of stream) {
    if (event.type !== 'response.output_text.delta') continue
    const pause = consumer.onText(event.delta)
    if (pause !== undefined) await pause
  }
  consumer.onTurn()
}
