import type { JsonValue } from '@heddle/core'
import { createParser } from 'eventsource-parser'
import type { FakeProvider } from '@heddle/testkit/fake-provider'

/** One event as it came over the wire; data that is not JSON stays text. */
export interface SeenEvent {
  readonly event: string | undefined
  readonly data: unknown
}

export const openaiBody = {
  model: 'm',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: 'hi' }] as JsonValue[],
}

export const anthropicBody = {
  model: 'm',
  stream: true,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hi' }] as JsonValue[],
}

export function postOpenai(
  provider: FakeProvider,
  body: object = openaiBody,
  signal?: AbortSignal,
): Promise<Response> {
  return post(`${provider.openaiBaseUrl}/chat/completions`, {}, body, signal)
}

export function postAnthropic(
  provider: FakeProvider,
  body: object = anthropicBody,
  signal?: AbortSignal,
): Promise<Response> {
  return post(`${provider.anthropicBaseUrl}/v1/messages`, { 'anthropic-version': '2023-06-01' }, body, signal)
}

function post(
  url: string,
  headers: Record<string, string>,
  body: object,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
}

export async function eventsOf(response: Response): Promise<SeenEvent[]> {
  return parseEvents(await response.text())
}

export function parseEvents(text: string): SeenEvent[] {
  const seen: SeenEvent[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => seen.push({ event, data: data.startsWith('{') ? JSON.parse(data) : data }),
  })
  parser.feed(text)
  return seen
}
