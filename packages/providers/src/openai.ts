import { ConfigError } from '@heddle/core'
import type { LanguageModel, ModelInfo, ModelRequest } from '@heddle/core'
import { chatDecoder } from './compatible/chat-decoder.ts'
import { chatEncoder } from './compatible/chat-encoder.ts'
import type { ChatDialect } from './compatible/chat-encoder.ts'
import { responseDecoder } from './openai/response-decoder.ts'
import { responseEncoder } from './openai/response-encoder.ts'
import { isReasoningModel } from './openai/reasoning-model.ts'
import { sdkClient } from './openai/sdk-client.ts'
import type { SdkClient } from './openai/sdk-client.ts'
import { readBaseUrl } from './wire/base-url.ts'
import type { BaseUrl } from './wire/base-url.ts'
import { cleanHeaders } from './wire/clean-headers.ts'
import type { EncodedBody } from './wire/encoded-bodies.ts'
import { readBatches } from './wire/read-batches.ts'
import type { WireCall, WireDecoder } from './wire/read-batches.ts'
import { sendEncoded } from './wire/send-encoded.ts'
import { MAX_TIMER_MS } from './wire/time-limit.ts'
import { transportOf } from './wire/transport-options.ts'
import type { Transport, TransportOptions } from './wire/transport-options.ts'
import { UNKNOWN_INFO } from './wire/unknown-info.ts'
import type { Vendor } from './wire/vendor-error.ts'

export type { ChatDialect } from './compatible/chat-encoder.ts'
export type { Fetch, TransportOptions } from './wire/transport-options.ts'

/** What {@link openai} is told. */
export interface OpenaiOptions extends TransportOptions {
  /** The vendor's name of the model, such as `gpt-5.4`; at Azure, of the deployment. */
  readonly model: string
  /** Which of the vendor's APIs is asked: Responses, or Chat Completions. Default `responses`. */
  readonly api?: 'responses' | 'chat'
  /** Stands before the `/` of the model's id, and in error sentences. Default `openai`. */
  readonly provider?: string
  /**
   * Sent as a bearer token; a function is asked anew at each request. Default: `OPENAI_API_KEY`, read at each
   * request, or nothing when `headers` have an `api-key` or `authorization`.
   */
  readonly apiKey?: string | (() => string | undefined)
  /** Up to and without `/responses`. Default `https://api.openai.com/v1`. */
  readonly baseUrl?: string
  /** Added to every request, such as Azure's `api-key`; win over ours. */
  readonly headers?: Readonly<Record<string, string>>
  /** Added to every URL, such as Azure's `api-version`. */
  readonly query?: Readonly<Record<string, string>>
  /** Default: nothing is known. */
  readonly info?: ModelInfo
  /**
   * Asks Responses for the reasoning in the encrypted form in which it can go back; models that do not reason
   * refuse to be asked. Default: by the name of the model.
   */
  readonly keepsReasoning?: boolean
  /** Of Chat Completions only. Default: what OpenAI's own servers want. */
  readonly dialect?: ChatDialect
}

const DEFAULT_BASE_URL = 'https://api.openai.com/v1'

/** Our own time-outs come first, because they tell what was waited for. */
const SDK_GRACE_MS = 60_000

/** Headers that say who asks. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'api-key'])

/**
 * A model behind OpenAI's Responses API, or its Chat Completions, streaming, through the vendor's SDK, which
 * is loaded at the first request.
 *
 * Responses are asked for without state: nothing is stored, and every request carries the whole transcript.
 * Encrypted reasoning, citations, and the items of the vendor's own tools are kept as opaque items and go back
 * to the same model as they came.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export function openai(options: OpenaiOptions): LanguageModel {
  const provider = options.provider ?? 'openai'
  const id = `${provider}/${options.model}`
  const transport = transportOf(options)
  let client: Promise<SdkClient> | undefined
  const connect = (url: BaseUrl): Promise<SdkClient> =>
    (client ??= sdkClient({
      baseUrl: url.href,
      headers: options.headers ?? {},
      query: options.query ?? {},
      transport,
      timeoutMs: Math.min(transport.patience.firstByteTimeoutMs + SDK_GRACE_MS, MAX_TIMER_MS),
    }))
  const wire: Wire = {
    options,
    provider,
    transport,
    ...(options.api === 'chat' ? chatApi(options, provider, id) : responsesApi(options, id)),
    connect,
  }
  return {
    id,
    info: options.info ?? UNKNOWN_INFO,
    stream: (request, signal) => readBatches(() => wireCall(wire, request), signal),
  }
}

/** One of the two APIs. */
interface Api {
  readonly path: string
  /** For servers that are not OpenAI's own. */
  readonly notFoundAdvice?: string
  encode(request: ModelRequest): EncodedBody
  decoder(vendor: Vendor): WireDecoder
}

function responsesApi({ model, keepsReasoning = isReasoningModel(model) }: OpenaiOptions, id: string): Api {
  return {
    path: '/responses',
    notFoundAdvice: `; if the server speaks Chat Completions alone, set wire = "chat" in its endpoint, or api: 'chat' in openai()`,
    encode: responseEncoder({ model, id, keepsReasoning }),
    decoder: responseDecoder,
  }
}

function chatApi({ model, dialect }: OpenaiOptions, provider: string, id: string): Api {
  return {
    path: '/chat/completions',
    encode: chatEncoder({
      provider,
      model,
      id,
      dialect: { maxTokensField: 'max_completion_tokens', ...dialect },
    }),
    decoder: chatDecoder,
  }
}

interface Wire extends Api {
  readonly options: OpenaiOptions
  readonly provider: string
  readonly transport: Transport
  connect(url: BaseUrl): Promise<SdkClient>
}

function wireCall(wire: Wire, request: ModelRequest): WireCall {
  const { options, provider } = wire
  const apiKey = apiKeyOf(options, provider)
  const url = readBaseUrl(provider, options.baseUrl ?? DEFAULT_BASE_URL)
  const headers = cleanHeaders(
    provider,
    { 'content-type': 'application/json', accept: 'text/event-stream' },
    apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    options.headers ?? {},
  )
  const vendor: Vendor = {
    provider,
    secrets: [apiKey ?? '', ...Object.values(options.headers ?? {})],
    ...(wire.notFoundAdvice && url.href !== DEFAULT_BASE_URL ? { notFoundAdvice: wire.notFoundAdvice } : {}),
  }
  return {
    vendor,
    where: url.host,
    transport: wire.transport,
    decoder: () => wire.decoder(vendor),
    send: async (line) => {
      const client = await wire.connect(url)
      return sendEncoded(
        vendor.provider,
        () => wire.encode(request),
        (body) => client.post(wire.path, { headers, body, signal: line.signal }),
      )
    },
  }
}

/** @returns `null` when the headers say who asks. */
function apiKeyOf({ apiKey, headers = {} }: OpenaiOptions, provider: string): string | null {
  const given = typeof apiKey === 'function' ? apiKey() : apiKey
  if (given) return given
  if (Object.keys(headers).some((name) => CREDENTIALS.has(name.toLowerCase()))) return null
  const key = apiKey === undefined ? globalThis.process?.env['OPENAI_API_KEY'] : undefined
  if (key) return key
  throw new ConfigError(
    'config.missing_key',
    `No API key for ${provider}: set OPENAI_API_KEY, or give \`apiKey\` to openai()`,
  )
}
