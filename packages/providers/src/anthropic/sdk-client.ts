import { callFetch } from '../wire/call-fetch.ts'
import { carry, isOurs } from '../wire/carry.ts'
import { replyOf } from '../wire/reply.ts'
import type { Reply } from '../wire/reply.ts'
import type { Transport } from '../wire/transport-options.ts'

/** The one thing we use of the vendor's SDK: the request that it makes of ours. */
export interface SdkClient {
  /** Posts to the Messages API. Rejects as the SDK does, or gives an answer of any status. */
  post(request: SdkRequest): Promise<Reply>
}

interface SdkRequest {
  /** JSON, as UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What {@link sdkClient} is told. */
export interface SdkSettings {
  /** Without `/v1`. */
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly transport: Transport
  readonly timeoutMs: number
}

/** Loads the SDK, which takes tens of milliseconds, and makes a client that takes nothing from the environment. */
export async function sdkClient(settings: SdkSettings): Promise<SdkClient> {
  const { default: Anthropic } = await import('@anthropic-ai/sdk')
  const { transport } = settings
  const replies = new WeakMap<Response, Reply>()
  const client = new Anthropic({
    baseURL: settings.baseUrl,
    // The real key is a header of each request: the client must not keep it, and must not look for another.
    apiKey: 'set-per-request',
    webhookKey: null,
    // The loop retries; the SDK would do it unseen.
    maxRetries: 0,
    logLevel: 'off',
    // Our own time-outs tell what was waited for; the SDK's only has to be longer.
    timeout: settings.timeoutMs,
    fetchOptions: { redirect: 'error' },
    async fetch(url, init = {}) {
      if (!isOurs(transport.fetch)) return callFetch(transport.fetch, urlText(url), init)
      const { body, signal } = init
      if (!(body instanceof Uint8Array) || !signal) throw new TypeError('The SDK changed the request')
      const headers = Object.fromEntries(new Headers(init.headers))
      const reply = await carry(transport, {
        url: urlText(url),
        headers,
        body: body as SdkRequest['body'],
        signal,
      })
      // Nothing that the SDK could do with it is wanted: it only has to hand it through.
      const response = new Response()
      replies.set(response, reply)
      return response
    },
    defaultHeaders: { ...withoutCustomHeaders(), ...settings.headers },
  })
  return {
    async post(request) {
      const response = await client.post('/v1/messages', request).asResponse()
      return replies.get(response) ?? replyOf(response)
    },
  }
}

function urlText(url: string | URL | Request): string {
  return url instanceof Request ? url.url : String(url)
}

/** The SDK adds the lines of this variable to every request; `null` takes each of them away again. */
function withoutCustomHeaders(): Record<string, null> {
  const lines = (globalThis.process?.env['ANTHROPIC_CUSTOM_HEADERS'] ?? '').split('\n')
  const names = lines.map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).trim())
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, null]))
}
