import OpenAI from 'openai'
import type { Candidate } from '../clients/candidate.ts'

export const answer: Candidate = async ({ baseUrl, model, prompt }, consumer) => {
  const client = new OpenAI({ apiKey: 'none', baseURL: baseUrl })
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta.content
    if (text) {
      const pause = consumer.onText(text)
      if (pause !== undefined) await pause
    }
  }
  consumer.onTurn()
}
