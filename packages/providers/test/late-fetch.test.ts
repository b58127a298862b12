import { expect, onTestFinished, test } from 'vitest'
import { models } from '../src/models.ts'
import { ask } from './support/answer.ts'
import { chatFrames, chunk } from './support/frames.ts'

test('a global fetch that came after this package, but before a model was asked, is the one that is used', async () => {
  const before = globalThis.fetch
  onTestFinished(() => void (globalThis.fetch = before))
  const urls: unknown[] = []
  const model = models('groq/x', { env: { GROQ_API_KEY: 'k' } })

  globalThis.fetch = (url) => {
    urls.push(url)
    const frames = chatFrames(chunk({}, { finish_reason: 'stop' }))
    return Promise.resolve(new Response(frames, { headers: { 'content-type': 'text/event-stream' } }))
  }
  await ask(model)

  expect(urls).toEqual(['https://api.groq.com/openai/v1/chat/completions'])
})
