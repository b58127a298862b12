import { sdkTransport, withoutCustomHeaders } from '../vendor-sdk/sdk-transport.ts'
import type { SdkRequest } from '../vendor-sdk/sdk-transport.ts'
import type { Reply } from '../wire/reply.ts'
import type { Transport } from '../wire/transport-options.ts'

/** The one thing we use of the vendor's SDK: the request that it makes of ours. */
export interface SdkClient {
  /**
   * Posts to a path below the base URL. Rejects when there is no answer, or gives one of any status.
   *
   * @param request - Its headers are all that are sent beside the client's own; no key is added.
   */
  post(path: string, request: SdkRequest): Promise<Reply>
}

/** What {@link sdkClient} is told. */
export interface SdkSettings {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  /** Added to every URL. */
  readonly query: Readonly<Record<string, string>>
  readonly transport: Transport
  readonly timeoutMs: number
}

/** Loads the SDK, which takes tens of milliseconds, and makes a client that takes nothing from the environment. */
export async function sdkClient(settings: SdkSettings): Promise<SdkClient> {
  const { default: OpenAI } = await import('openai')
  const { fetch, replyTo } = sdkTransport(settings.transport)
  const client = new OpenAI({
    baseURL: settings.baseUrl,
    // The real key is a header of each request: the client must not keep it, and must not look for another.
    apiKey: 'set-per-request',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // The loop retries; the SDK would do it unseen.
    maxRetries: 0,
    logLevel: 'off',
    // Our own time-outs tell what was waited for; the SDK's only has to be longer.
    timeout: settings.timeoutMs,
    fetch,
    defaultHeaders: {
      ...withoutCustomHeaders('OPENAI_CUSTOM_HEADERS'),
      // The client's own, which is no key.
      authorization: null,
      ...settings.headers,
    },
    defaultQuery: { ...settings.query },
  })
  return { post: async (path, request) => replyTo(await client.post(path, request).asResponse()) }
}
