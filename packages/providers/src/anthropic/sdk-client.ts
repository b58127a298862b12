import { callFetch } from '../wire/call-fetch.ts'
import type { Fetch } from '../wire/defaults.ts'

/** The one thing we use of the vendor's SDK: a POST with its headers, and its errors. */
export interface SdkClient {
  post(path: string, options: SdkRequest): { asResponse(): Promise<Response> }
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
  readonly fetch: Fetch | undefined
  readonly timeoutMs: number
}

/** Loads the SDK, which takes tens of milliseconds, and makes a client that takes nothing from the environment. */
export async function sdkClient(settings: SdkSettings): Promise<SdkClient> {
  const { default: Anthropic } = await import('@anthropic-ai/sdk')
  return new Anthropic({
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
    fetch: (url, init) => callFetch(settings.fetch, urlText(url), init ?? {}),
    defaultHeaders: { ...withoutCustomHeaders(), ...settings.headers },
  })
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
