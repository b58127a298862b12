import { expect, onTestFinished, test } from 'vitest'
import { callFetch } from '../../src/wire/call-fetch.ts'
import { providerServer } from '../support/provider-server.ts'

const BODY = new TextEncoder().encode('{"text":"é😀"}')

test("gives bytes to the runtime's fetch, which has copied them when it returns", async () => {
  const server = await providerServer((response) => void response.end())
  const bytes = BODY.slice()

  const answer = callFetch(undefined, server.url, { method: 'POST', body: bytes })
  bytes.fill(0)
  await answer

  expect(server.requests.map(({ body }) => body)).toEqual(['{"text":"é😀"}'])
})

test('gives text to any other fetch, be it given or put in place of the global one', async () => {
  const bodies: unknown[] = []
  const listening = (_url: unknown, init?: RequestInit): Promise<Response> => {
    bodies.push(init?.body)
    return Promise.resolve(new Response())
  }
  const before = globalThis.fetch
  onTestFinished(() => void (globalThis.fetch = before))

  await callFetch(listening, 'http://host', { method: 'POST', body: BODY })
  globalThis.fetch = listening
  await callFetch(undefined, 'http://host', { method: 'POST', body: BODY })

  expect(bodies).toEqual(['{"text":"é😀"}', '{"text":"é😀"}'])
})
