import { GoogleGenAI } from '@google/genai'
import type { Candidate } from '../clients/candidate.ts'

export const answer: Candidate = async ({ baseUrl, model, prompt }, consumer) => {
  // The client puts the version of the API between the base URL and the path.
  const { origin, pathname } = new URL(baseUrl)
  const httpOptions = { baseUrl: origin, apiVersion: pathname.slice(1) }
  const client = new GoogleGenAI({ apiKey: 'none', httpOptions })
  const stream = await client.models.generateContentStream({ model, contents: prompt })
  for await (const { text } of stream) {
    if (!text) continue
    const pause = consumer.onText(text)
    if (pause !== undefined) await pause
  }
  consumer.onTurn()
}
