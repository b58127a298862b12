import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { chatDecoder } from './compatible/chat-decoder.ts'
import { chatEncoder } from './compatible/chat-encoder.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { baseUrlReader } from './wire/base-url.ts'
import type { BaseUrl } from './wire/base-url.ts'
import { callFetch } from './wire/call-fetch.ts'
import { DEFAULT_PATIENCE, UNKNOWN_INFO } from './wire/defaults.ts'
import type { Fetch } from './wire/defaults.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall } from './wire/read-batches.ts'

export type { ChatDialect } from './compatible/chat-encoder.ts'
export type { Fetch } from './wire/defaults.ts'

/** What {@link compatible} is told. */
export interface CompatibleOptions {
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
  /** Must honour `signal`. Default: `globalThis.fetch`, looked up at each request. */
  readonly fetch?: Fetch
  /** Default: nothing is known. */
  readonly info?: ModelInfo
  readonly dialect?: ChatDialect
  /** Default 300,000. */
  readonly firstByteTimeoutMs?: number
  /** Default 60,000. */
  readonly idleTimeoutMs?: number
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
    encode: chatEncoder({ provider, model, id, dialect }),
    readBaseUrl: baseUrlReader(provider),
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
  encode(request: ModelRequest): EncodedBody
  readBaseUrl(text: string): BaseUrl
}

function chatCall(wire: Wire, request: ModelRequest): WireCall {
  const { options } = wire
  const url = wire.readBaseUrl(options.baseUrl)
  const apiKey = typeof options.apiKey === 'function' ? options.apiKey() : options.apiKey
  const vendor = {
    provider: options.provider,
    secrets: [apiKey ?? '', ...Object.values(options.headers ?? {})],
  }
  return {
    vendor,
    where: url.host,
    patience: {
      firstByteTimeoutMs: options.firstByteTimeoutMs ?? DEFAULT_PATIENCE.firstByteTimeoutMs,
      idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_PATIENCE.idleTimeoutMs,
    },
    decoder: chatDecoder(vendor),
    send: async (lineSignal) => {
      const body = wire.encode(request)
      try {
        return await callFetch(options.fetch, `${url.href}/chat/completions`, {
          method: 'POST',
          headers: headersOf(options, apiKey),
          body: body.bytes,
          signal: lineSignal,
          // A redirect to another host must not carry the transcript there; and for `manual`, Node copies the body.
          redirect: 'error',
        })
      } finally {
        body.release()
      }
    },
  }
}

function headersOf(options: CompatibleOptions, apiKey: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    ...options.headers,
  }
}
