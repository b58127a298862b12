import { isNode } from '../transport/is-node.ts'
import { nodePost } from '../transport/node-post.ts'
import { callFetch, RUNTIME_FETCH } from './call-fetch.ts'
import { replyOf } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Fetch, Transport } from './transport-options.ts'

/** A POST on its way. */
export interface Cargo {
  readonly url: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  readonly signal: AbortSignal
}

/** Sends a request as the options say. Follows no redirect. */
export async function carry(transport: Transport, cargo: Cargo): Promise<Reply> {
  if (isOurs(transport.fetch)) {
    return nodePost({ ...cargo, connectTimeoutMs: transport.connectTimeoutMs, env: transport.env })
  }
  const { url, headers, body, signal } = cargo
  // A redirect to another host must not carry the transcript there; and for `manual`, Node copies the body.
  const init: RequestInit = { method: 'POST', headers, body, signal, redirect: 'error' }
  return replyOf(await callFetch(transport.fetch, url, init))
}

/** Whether requests go by our own transport, which they do when nobody wanted anything else. */
export function isOurs(own: Fetch | undefined): boolean {
  return own === undefined && globalThis.fetch === RUNTIME_FETCH && isNode()
}
