import { isNode } from '../transport/is-node.ts'
import { nodePost } from '../transport/node-post.ts'
import { callFetch, RUNTIME_FETCH } from './call-fetch.ts'
import type { Line } from './open-line.ts'
import { replyOf } from './reply.ts'
import type { Reply } from './reply.ts'
import type { BodyContent } from './send-encoded.ts'
import type { Fetch, Transport } from './transport-options.ts'

/** A POST on its way. */
export interface Cargo {
  readonly url: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyContent
  /** A line, or the signal that an SDK made of one. */
  readonly signal: Line | AbortSignal
}

/** Sends a request as the options say. Follows no redirect. */
export function carry(transport: Transport, { url, headers, body, signal }: Cargo): Promise<Reply> {
  const { fetch, connectTimeoutMs, env } = transport
  if (isOurs(fetch)) return nodePost({ url, headers, body, signal, connectTimeoutMs, env })
  const whole = 'signal' in signal ? signal.signal : signal
  // A redirect to another host must not carry the transcript there; and for `manual`, Node copies the body.
  const init: RequestInit = { method: 'POST', headers, body, signal: whole, redirect: 'error' }
  return callFetch(fetch, url, init).then(replyOf)
}

/** Whether requests go by our own transport, which they do when nobody wanted anything else. */
export function isOurs(own: Fetch | undefined): boolean {
  return own === undefined && globalThis.fetch === RUNTIME_FETCH && isNode()
}
