import type { LanguageModel, ModelInfo } from '@heddle/core'
import { headersWithKey, keyAtUse } from './backends/key.ts'
import { keyHeadersOf } from './backends/endpoint.ts'
import type { Endpoint } from './backends/endpoint.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { processEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
// Looked at now: a global `fetch` that is put in the place of the runtime's later is the caller's own.
import './wire/call-fetch.ts'
import type { Fetch, TransportLimits } from './wire/transport-options.ts'

/** A model behind an endpoint, as an adapter must know it. */
export interface AskedModel {
  readonly provider: string
  readonly model: string
  readonly endpoint: Endpoint
  readonly baseUrl: string
  readonly info: ModelInfo
  /** Of the `chat` wire. */
  readonly dialect: ChatDialect
  /** Absent: the process's, as it is at each request. */
  readonly env: Environment | undefined
  readonly fetch: Fetch | undefined
  readonly limits: TransportLimits
}

/** Loads the adapter of the endpoint's wire, and makes the model with it. */
export async function openWire(asked: AskedModel): Promise<LanguageModel> {
  const settings = settingsOf(asked)
  switch (asked.endpoint.wire) {
    case 'chat':
      return (await import('./compatible.ts')).compatible(settings)
    case 'responses':
      return (await import('./openai.ts')).openai(settings)
    case 'messages':
      return (await import('./anthropic.ts')).anthropic(settings)
    case 'gemini':
      return (await import('./google.ts')).google(settings)
  }
}

/** What every adapter is told; each takes what it knows. */
interface Settings extends TransportLimits {
  readonly provider: string
  readonly model: string
  readonly info: ModelInfo
  readonly baseUrl: string
  readonly dialect: ChatDialect
  readonly apiKey: () => string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly env: Environment
  readonly fetch?: Fetch
}

/** Adapters look for key and headers at each request, so that no key is kept. */
function settingsOf({ endpoint, fetch, limits, ...asked }: AskedModel): Settings {
  const env = (): Environment => asked.env ?? processEnvironment()
  const key = (): string | undefined => keyAtUse(asked.provider, endpoint, env())
  return {
    ...asked,
    ...limits,
    get headers() {
      return { ...headersWithKey(endpoint, key()), ...endpoint.headers }
    },
    apiKey: () => (isSentByAdapter(endpoint) ? key() : undefined),
    env: env(),
    ...(fetch ? { fetch } : {}),
  }
}

/**
 * Whether an adapter may send the key in the way it knows, besides the headers. Azure takes a bearer token for a login;
 * the vendors' own clients insist on a key.
 */
function isSentByAdapter(endpoint: Endpoint): boolean {
  const headers = keyHeadersOf(endpoint)
  return headers.includes('authorization') || (endpoint.wire !== 'chat' && !headers.includes('api-key'))
}
