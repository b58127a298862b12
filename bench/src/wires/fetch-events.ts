import { createParser } from 'eventsource-parser'
import type { Consumer } from '../clients/candidate.ts'

/** A request for an answer in server-sent events. */
export interface EventsRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * The hand-written loop of every wire: global `fetch`, `eventsource-parser`, `JSON.parse`.
 *
 * @param textOf - The text in an event, if it has any.
 */
export async function fetchEvents(
  { url, headers, body }: EventsRequest,
  textOf: (event: unknown) => string | undefined,
  consumer: Consumer,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok || response.body === null) {
    throw new Error(`HTTP ${response.status}: ${await response.text()}`)
  }
  let pause: Promise<void> | undefined
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const delta = textOf(JSON.parse(data))
      if (!delta) return
      pause = consumer.onText(delta) ?? pause
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    if (pause !== undefined) {
      await pause
      pause = undefined
    }
  }
  consumer.onTurn()
}
