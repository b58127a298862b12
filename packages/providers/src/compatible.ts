import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { chatDecoder } from './compatible/chat-decoder.ts'
import { chatEncoder } from './compatible/chat-encoder.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { readBaseUrl } from './wire/base-url.ts'
import { carry } from './wire/carry.ts'
import { cleanHeaders } from './wire/clean-headers.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { sendEncoded } from './wire/send-encoded.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall } from './wire/read-batches.ts'
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
  const { provider, model, dialect = {}, info = UNKNOWN_INFO } = options
  const id = `${provider}/${model}`
  const wire = new ChatWire(options, chatEncoder({ provider, model, id, dialect }))
  return { id, info, stream: (request, signal) => readBatches(() => wire.call(request), signal) }
}

/** A class, because a process may hold as many models as it has agents. */
class ChatWire {
  private readonly options: CompatibleOptions
  private readonly transport: Transport
  private readonly encode: (request: ModelRequest) => EncodedBody
  private asked: Asked | null = null

  constructor(options: CompatibleOptions, encode: (request: ModelRequest) => EncodedBody) {
    this.options = options
    this.transport = transportOf(options)
    this.encode = encode
  }

  call(request: ModelRequest): WireCall {
    const { options, transport } = this
    const url = readBaseUrl(options.provider, options.baseUrl)
    const { headers, vendor } = this.askedWith(
      typeof options.apiKey === 'function' ? options.apiKey() : options.apiKey,
    )
    return {
      vendor,
      where: url.host,
      transport,
      decoder: () => chatDecoder(vendor),
      send: (line) =>
        sendEncoded(
          vendor.provider,
          () => this.encode(request),
          (body) => carry(transport, { url: `${url.href}/chat/completions`, headers, body, signal: line }),
        ),
    }
  }

  private askedWith(apiKey: string | undefined): Asked {
    if (this.asked === null || this.asked.apiKey !== apiKey) this.asked = askedWith(this.options, apiKey)
    return this.asked
  }
}

/** What all requests with one key have in common. */
interface Asked {
  readonly apiKey: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly vendor: Vendor
}

function askedWith({ provider, headers = {} }: CompatibleOptions, apiKey: string | undefined): Asked {
  return {
    apiKey,
    headers: cleanHeaders(
      provider,
      { 'content-type': 'application/json', accept: 'text/event-stream' },
      apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      headers,
    ),
    vendor: { provider, secrets: [apiKey ?? '', ...Object.values(headers)] },
  }
}
