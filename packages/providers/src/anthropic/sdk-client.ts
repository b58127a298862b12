import { sdkTransport, withoutCustomHeaders } from '../vendor-sdk/sdk-transport.ts'
import type { SdkRequest } from '../vendor-sdk/sdk-transport.ts'
import type { Reply } from '../wire/reply.ts'
import type { Transport } from '../wire/transport-options.ts'

/** The one thing we use of the vendor's SDK: the request that it makes of ours. */
export interface SdkClient {
  /** Posts to the Messages API. Rejects when there is no answer, or gives one of any status. */
  post(request: SdkRequest): Promise<Reply>
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
  const { fetch, replyTo } = sdkTransport(settings.transport)
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
    fetch,
    defaultHeaders: { ...withoutCustomHeaders('ANTHROPIC_CUSTOM_HEADERS'), ...settings.headers },
  })
  return { post: async (request) => replyTo(await client.post('/v1/messages', request).asResponse()) }
}
