import { carry } from '../wire/carry.ts'
import type { Reply } from '../wire/reply.ts'
import type { BodyContent } from '../wire/send-encoded.ts'
import type { Transport } from '../wire/transport-options.ts'

/** What a vendor's SDK posts. */
export interface SdkRequest {
  readonly body: BodyContent
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Our transport as the `fetch` of a vendor's SDK, which makes the request and never sees the answer. */
export interface SdkTransport {
  /** For the SDK's client. */
  fetch(url: string | URL | Request, init?: RequestInit): Promise<Response>
  /** The answer, of any status, behind what the SDK took for it. */
  replyTo(response: Response): Reply
}

export function sdkTransport(transport: Transport): SdkTransport {
  const replies = new WeakMap<Response, Reply>()
  return {
    async fetch(url, init = {}) {
      const { body, signal } = init
      if (!(typeof body === 'string' || body instanceof Uint8Array) || !signal)
        throw new TypeError('The SDK changed the request')
      const reply = await carry(transport, {
        url: url instanceof Request ? url.url : String(url),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: body as BodyContent,
        signal,
      })
      // Nothing that an SDK could do with an answer is wanted, retries and errors of its own least of all.
      const response = new Response()
      replies.set(response, reply)
      return response
    },
    replyTo(response) {
      const reply = replies.get(response)
      if (!reply) throw new TypeError('The SDK changed the answer')
      return reply
    },
  }
}

/**
 * SDKs add the lines of a variable to every request.
 *
 * @returns `null` for the name in each of its lines, which takes it away again.
 */
export function withoutCustomHeaders(variable: string): Record<string, null> {
  const lines = (globalThis.process?.env[variable] ?? '').split('\n')
  const names = lines.map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).trim())
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, null]))
}
