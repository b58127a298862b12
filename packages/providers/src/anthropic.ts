import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { messageDecoder } from './anthropic/message-decoder.ts'
import { messageEncoder } from './anthropic/message-encoder.ts'
import { sdkClient } from './anthropic/sdk-client.ts'
import type { SdkClient } from './anthropic/sdk-client.ts'
import { readBaseUrl } from './wire/base-url.ts'
import type { BaseUrl } from './wire/base-url.ts'
import { cleanHeaders } from './wire/clean-headers.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall } from './wire/read-batches.ts'
import { sendEncoded } from './wire/send-encoded.ts'
import { MAX_TIMER_MS } from './wire/time-limit.ts'
import { transportOf } from './wire/transport-options.ts'
import type { Transport, TransportOptions } from './wire/transport-options.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'
import type { Vendor } from './wire/vendor-error.ts'

export type { Fetch, TransportOptions } from './wire/transport-options.ts'

/** What {@link anthropic} is told. */
export interface AnthropicOptions extends TransportOptions {
  /** The vendor's name of the model, such as `claude-sonnet-4-6`. */
  readonly model: string
  /** Stands before the `/` of the model's id, and in error sentences. Default `anthropic`. */
  readonly provider?: string
  /** A function is asked anew at each request. Default: `ANTHROPIC_API_KEY`, read at each request. */
  readonly apiKey?: string | (() => string | undefined)
  /** Default `https://api.anthropic.com`; a `/v1` at its end is taken off. */
  readonly baseUrl?: string
  /** Added to every request, such as `anthropic-beta`; win over ours. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: nothing is known. */
  readonly info?: ModelInfo
  /** Output limit of requests that name none. Default: `info.maxOutputTokens`, else 8,192. */
  readonly maxOutputTokens?: number
  /**
   * Asks for prompt caching: of the tools, of the system text and, with one top-level `cache_control`, of the transcript.
   * A `cache_control` of `extraBody` takes the place of all three marks. Default true.
   */
  readonly promptCache?: boolean
}

const DEFAULT_BASE_URL = 'https://api.anthropic.com'

/** Enough for any answer that is not a book; every model of the API allows it. */
const FALLBACK_MAX_OUTPUT_TOKENS = 8_192

/**
 * A model behind Anthropic's Messages API, streaming, through the vendor's SDK, which is loaded at the
 * first request.
 *
 * Signed and redacted thinking, citations and the vendor's own tools are kept as opaque items and go
 * back to the same model as they came. Thinking is switched on with `extraBody`.
 *
 * @see https://docs.claude.com/en/api/messages
 */
export function anthropic(options: AnthropicOptions): LanguageModel {
  const provider = options.provider ?? 'anthropic'
  const id = `${provider}/${options.model}`
  const encode = messageEncoder({
    model: options.model,
    id,
    maxOutputTokens: () =>
      options.maxOutputTokens ?? options.info?.maxOutputTokens ?? FALLBACK_MAX_OUTPUT_TOKENS,
    isCached: options.promptCache ?? true,
  })
  const transport = transportOf(options)
  let client: Promise<SdkClient> | undefined
  const connect = (url: BaseUrl): Promise<SdkClient> =>
    (client ??= sdkClient({
      baseUrl: url.href,
      headers: options.headers ?? {},
      transport,
      timeoutMs: Math.min(transport.patience.firstByteTimeoutMs + SDK_GRACE_MS, MAX_TIMER_MS),
    }))
  const wire: Wire = { options, provider, transport, encode, connect }
  return {
    id,
    info: options.info ?? UNKNOWN_INFO,
    stream: (request, signal) => readBatches(() => messagesCall(wire, request), signal),
  }
}

/** Our own time-outs come first, because they tell what was waited for. */
const SDK_GRACE_MS = 60_000

interface Wire {
  readonly options: AnthropicOptions
  readonly provider: string
  readonly transport: Transport
  encode(request: ModelRequest): EncodedBody
  connect(url: BaseUrl): Promise<SdkClient>
}

function messagesCall(wire: Wire, request: ModelRequest): WireCall {
  const { options, provider } = wire
  const apiKey = apiKeyOf(options, provider)
  const url = readBaseUrl(provider, (options.baseUrl ?? DEFAULT_BASE_URL).replace(/\/v1\/*$/, ''))
  // A bearer token, as the SDK itself sends a key.
  const headers = cleanHeaders(
    provider,
    { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    options.headers ?? {},
  )
  const vendor: Vendor = { provider, secrets: [apiKey, ...Object.values(options.headers ?? {})] }
  return {
    vendor,
    where: url.host,
    transport: wire.transport,
    decoder: () => messageDecoder(vendor),
    send: async (line) => {
      const client = await wire.connect(url)
      return sendEncoded(
        vendor.provider,
        () => wire.encode(request),
        (body) => client.post({ headers, body, signal: line.signal }),
      )
    },
  }
}

function apiKeyOf(options: AnthropicOptions, provider: string): string {
  const { apiKey = () => globalThis.process?.env['ANTHROPIC_API_KEY'] } = options
  const key = typeof apiKey === 'function' ? apiKey() : apiKey
  if (key) return key
  throw new ConfigError(
    'config.missing_key',
    `No API key for ${provider}: set ANTHROPIC_API_KEY, or give \`apiKey\` to anthropic()`,
  )
}
