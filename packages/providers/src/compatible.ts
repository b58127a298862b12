import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { chatDecoder } from './compatible/chat-decoder.ts'
import { chatEncoder } from './compatible/chat-encoder.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { baseUrlReader } from './wire/base-url.ts'
import type { BaseUrl } from './wire/base-url.ts'
import { carry } from './wire/carry.ts'
import { cleanHeaders } from './wire/clean-headers.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { sendEncoded } from './wire/send-encoded.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall } from './wire/read-batches.ts'
import { rememberLast } from './wire/remember-last.ts'
import { transportOf } from './wire/transport-options.ts'
import type { Transport, TransportOptions } from './wire/transport-options.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'
import type { Vendor } from './wire/vendor-error.ts'

export type { ChatDialect } from './compatible/chat-encoder.ts'
export type { Fetch, TransportOptions } from './wire/transport-options.ts'

/** What {@link compatible} is told. */
export interface CompatibleOptions extends TransportOptions {
  /** Stands before the `/` of the model's id, and in error sentences. */
  readonly provider: string
  /** The server's own name of the model. */
  readonly model: string
  /** Up to and without `/chat/completions`, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string
  /** Sent as a bearer token; a function is asked anew at each request. Absent or empty: none is sent. */
  readonly apiKey?: string | (() => string | undefined)
  /** Added to every request; win over ours. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: nothing is known. */
  readonly info?: ModelInfo
  readonly dialect?: ChatDialect
}

/**
 * A model behind a server that speaks OpenAI's Chat Completions, streaming.
 *
 * Reasoning text is shown but not sent back, unless `dialect.reasoningField` says so. Nothing is sent,
 * and no setting is checked, before `stream` is called.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export function compatible(options: CompatibleOptions): LanguageModel {
  const { provider, model, dialect = {} } = options
  const id = `${provider}/${model}`
  const wire: Wire = {
    options,
    transport: transportOf(options),
    encode: chatEncoder({ provider, model, id, dialect }),
    readBaseUrl: baseUrlReader(provider),
    asked: rememberLast((apiKey) => ({
      headers: headersOf(options, apiKey),
      vendor: { provider, secrets: [apiKey ?? '', ...Object.values(options.headers ?? {})] },
    })),
  }
  return {
    id,
    get info() {
      return options.info ?? UNKNOWN_INFO
    },
    stream: (request, signal) => readBatches(() => chatCall(wire, request), signal),
  }
}

interface Wire {
  readonly options: CompatibleOptions
  readonly transport: Transport
  encode(request: ModelRequest): EncodedBody
  readBaseUrl(text: string): BaseUrl
  /** What each request with this key has in common. */
  asked(apiKey: string | undefined): { readonly headers: Record<string, string>; readonly vendor: Vendor }
}

function chatCall(wire: Wire, request: ModelRequest): WireCall {
  const { options, transport } = wire
  const url = wire.readBaseUrl(options.baseUrl)
  const apiKey = typeof options.apiKey === 'function' ? options.apiKey() : options.apiKey
  const { headers, vendor } = wire.asked(apiKey)
  return {
    vendor,
    where: url.host,
    transport,
    decoder: () => chatDecoder(vendor),
    send: (signal) =>
      sendEncoded(
        vendor.provider,
        () => wire.encode(request),
        (body) => carry(transport, { url: `${url.href}/chat/completions`, headers, body, signal }),
      ),
  }
}

function headersOf(options: CompatibleOptions, apiKey: string | undefined): Record<string, string> {
  return cleanHeaders(
    options.provider,
    { 'content-type': 'application/json', accept: 'text/event-stream' },
    apiKey ? { authorization: `Bearer ${apiKey}` } : {},
    options.headers ?? {},
  )
}
